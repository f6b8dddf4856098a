import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from './find-program.js';
import { relayLines } from './relay-lines.js';

/** How a program ended. */
export type ProgramOutcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  /** Such as E2BIG: the system has no room for its arguments and its environment. */
  | { readonly kind: 'not started'; readonly reason: string };

/** What a program is given, and what becomes of what it writes. */
export interface ProgramRun {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Uint8Array;
  /** Each takes whole lines; the program is held back until what it returns resolves. */
  stdout(lines: Uint8Array): void | Promise<void>;
  stderr(lines: Uint8Array): void | Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** So long after a program's end its output may be held open in silence, by what left its process group. */
const LINGER_MS = 1_000;

/**
 * Runs programs without a shell, each in a process group of its own: a Ctrl-C of the terminal does not reach it, and
 * what it leaves running is killed at its end. When this process exits, so do all that still run.
 */
export class ProgramRunner {
  readonly #groups = new Set<number>();
  readonly #process: NodeJS.EventEmitter;
  readonly #killAll = (): void => {
    for (const group of this.#groups) killGroup(group);
  };

  /** @param emitter what emits `exit` when this process ends */
  constructor(emitter: NodeJS.EventEmitter = process) {
    this.#process = emitter;
    emitter.on('exit', this.#killAll);
  }

  /** Resolves when the program has ended and all that it wrote was taken. */
  async run(
    program: Program,
    args: readonly string[],
    { env, stdin, stdout, stderr }: ProgramRun,
  ): Promise<ProgramOutcome> {
    let child: Child;
    try {
      child = await start(program, args, env);
    } catch (error) {
      return { kind: 'not started', reason: reasonOf(error as NodeJS.ErrnoException) };
    }
    const group = child.pid as number;
    this.#groups.add(group);
    // Whether it reads what it is given is its own affair.
    child.stdin.on('error', () => undefined).end(stdin);
    const relayed = Promise.all([relayLines(child.stdout, stdout), relayLines(child.stderr, stderr)]);
    relayed.catch(() => undefined);
    const isRelayed = new AbortController();
    try {
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals];
      killGroup(group);
      this.#groups.delete(group);
      await Promise.race([relayed, lookAway(child, isRelayed.signal)]);
      await relayed;
      return code === null ? { kind: 'killed', signal } : { kind: 'exited', code };
    } finally {
      isRelayed.abort();
      this.#groups.delete(group);
    }
  }

  /** Forgets what it does when this process exits. */
  release(): void {
    this.#process.off('exit', this.#killAll);
  }
}

/** @throws the system's error where it cannot be run */
async function start({ file, name }: Program, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Child> {
  const child = spawn(file, args, { argv0: name, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  if (child.pid === undefined) throw (await once(child, 'error'))[0];
  // Of a program that runs there is none to be told of.
  child.on('error', () => undefined);
  return child;
}

/** Closes the output of a program that has ended once it is read and nothing more has come for a while. */
async function lookAway({ stdout, stderr }: Child, signal: AbortSignal): Promise<void> {
  const streams = [stdout, stderr];
  const state = (): string => streams.map((stream) => (stream as Socket).bytesRead).join();
  for (let last = ''; last !== state() || streams.some(({ readableLength }) => readableLength > 0); ) {
    last = state();
    await delay(LINGER_MS, undefined, { signal });
  }
  for (const stream of streams) stream.destroy();
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === 'E2BIG' ? 'its arguments and environment are too large (E2BIG)' : (code ?? message);
}
