import { once } from 'node:events';
import {
  type Child,
  FULL_CHUNK_BYTES,
  lookAway,
  type ProgramOutcome,
  relayLines,
  signalGroup,
} from '../../programs/index.js';
import type { LineSplitter } from './line-splitter.js';

/** When it is asked to end, it has so long to do it by itself, and then so long after SIGTERM. */
const PATIENCE_MS = 1_000;

export interface CoProcessListener {
  /** Cuts what it writes to its stdout. */
  readonly lines: LineSplitter;
  onStderr(lines: Uint8Array): void;
  /** It takes more, after {@link CoProcess.write} said that it does not. */
  onDrain(): void;
  /** What is left of its process group may go. */
  onExit(): void;
}

/** A program that runs beside a worker. */
export class CoProcess {
  /** How it ended; all that it wrote was taken by then. */
  readonly ended: Promise<ProgramOutcome>;
  /** It has written something. */
  readonly hasSpoken: Promise<void>;
  readonly #startedMs = performance.now();
  readonly #child: Child;
  #wasGiven = false;
  /** Whoever gets its lines takes no more. */
  #isPaused = false;
  #hasExited = false;

  constructor(child: Child, listener: CoProcessListener) {
    const { lines } = listener;
    this.#child = child;
    child.stdin.on('drain', () => listener.onDrain());
    child.stdout.on('data', (chunk: Uint8Array) => {
      lines.push(chunk);
      // One that writes as fast as it can is not to keep the worker from everything else.
      if (chunk.length >= FULL_CHUNK_BYTES) this.#rest();
    });
    this.hasSpoken = new Promise((resolve) => child.stdout.once('data', () => resolve()));
    const isRead = new Promise((resolve) => child.stdout.once('close', resolve));
    const read = Promise.all([isRead, relayLines(child.stderr, (text) => listener.onStderr(text))]);
    this.ended = this.#watch(read, listener).finally(() => lines.end());
  }

  /** Whether it was ever given a request. */
  get wasGiven(): boolean {
    return this.#wasGiven;
  }

  get ageMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** @returns whether it takes more */
  write(line: string): boolean {
    this.#wasGiven = true;
    return this.#child.stdin.write(line);
  }

  pauseReading(): void {
    this.#isPaused = true;
    this.#child.stdout.pause();
  }

  resumeReading(): void {
    this.#isPaused = false;
    this.#child.stdout.resume();
  }

  #rest(): void {
    this.#child.stdout.pause();
    setImmediate(() => {
      if (!this.#isPaused) this.#child.stdout.resume();
    });
  }

  kill(): void {
    if (!this.#hasExited) signalGroup(this.#child.pid, 'SIGKILL');
  }

  /** Has it end: closes its stdin, and where it does not mind that, SIGTERM and SIGKILL follow. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    this.resumeReading();
    const timers = [
      setTimeout(() => this.#hasExited || signalGroup(this.#child.pid, 'SIGTERM'), PATIENCE_MS),
      setTimeout(() => this.kill(), 2 * PATIENCE_MS),
    ];
    await this.ended;
    for (const timer of timers) clearTimeout(timer);
  }

  async #watch(read: Promise<unknown>, listener: CoProcessListener): Promise<ProgramOutcome> {
    const [code, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals];
    this.#hasExited = true;
    listener.onExit();
    this.resumeReading();
    const isRead = new AbortController();
    await Promise.race([read, lookAway(this.#child, isRead.signal)]);
    isRead.abort();
    return code === null ? { kind: 'killed', signal } : { kind: 'exited', code };
  }
}
