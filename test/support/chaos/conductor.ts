import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../../scripts/perf/nats-client.mjs';
import type { Random } from '../../../scripts/support/random.mjs';
import type { Span } from '../../../scripts/support/retrying-load.mjs';
import type { PoolStatus } from '../../../src/control/index.js';
import type { NatsServer } from '../nats-server.js';
import type { RunningProgram, RunResult } from '../program.js';
import type { RetryingLoad } from './load.js';
import type { Fault } from './plan.js';

export interface Stage {
  readonly server: NatsServer;
  readonly pool: RunningProgram;
  readonly load: RetryingLoad;
  /** Runs `natsctl pool`. */
  readonly control: (...args: readonly string[]) => Promise<RunResult>;
  /** Has what a reload loads be another version. */
  readonly save: (version: number) => void;
  /** Says whom a fault hits. */
  readonly random: Random;
}

/** A worker that was struck is gone by then: stopped, by the watchdog's second and as much again for a busy machine. */
const LONGEST_AGONY_MS = 5_000;
/** Before a worker is told to hang: the watchdog's second and as much again. */
const HANG_MS = 2_000;
/** With so many for each processor that want one, who is well may get none for a second: chaos itself makes half of it. */
const BUSY_LOAD = 4;

/** Does to a pool what a plan says, and remembers what it did. */
export class Conductor {
  /** When the server was away, as announced: until all workers have it again. */
  readonly outages: Span[] = [];
  /**
   * When workers were killed or kept from answering, until their processes were gone: by us, or by the watchdog where a
   * busy machine had no processor for one.
   */
  readonly strikes: Span[] = [];
  /** When the watchdog took workers that nobody had stopped, on a machine that had more to do than this. */
  readonly starvations: Span[] = [];
  /** What was done when, a line each. */
  readonly diary: string[] = [];
  /** Commands that failed. */
  readonly problems: string[] = [];
  readonly #stage: Stage;
  readonly #startedMs = now();
  readonly #running: Array<Promise<void>> = [];
  /** The worker that no burst touches, by its number: who follows in its place has its part. */
  #spared: number | undefined;
  #burstEndMs = 0;
  /** When a worker of a number was stopped last. */
  readonly #stoppedMs = new Map<number, number>();
  /** How many workers there are to be, of the commands that are not done yet. */
  readonly #targets = new Set<{ readonly workers: number }>();
  #version = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** @param burstMs how long faults spare the same worker */
  async conduct(faults: readonly Fault[], burstMs: number): Promise<void> {
    void this.#watchHangs();
    for (const fault of faults) {
      await delay(Math.max(0, this.#startedMs + fault.atMs - now()));
      // The next fault does not wait for what comes of this one.
      this.#running.push(
        this.#do(fault, burstMs).catch((error: Error) => {
          this.problems.push(`${fault.kind}: ${error.message}`);
        }),
      );
    }
    await Promise.all(this.#running);
  }

  note(text: string): void {
    this.diary.push(`${this.clock(now())}: ${text}`);
  }

  /** A time as the diary has it. */
  clock(atMs: number): string {
    return `${((atMs - this.#startedMs) / 1_000).toFixed(2)} s`;
  }

  /** Notes who the pool says hangs, until it ends. */
  async #watchHangs(): Promise<void> {
    const { pool } = this.#stage;
    const options = { timeoutMs: 2 ** 31 - 1 };
    for (let nth = 1; ; nth++) {
      const hung = pool.waitForLine('stderr', /^warning: (?:the former )?worker-(\d+) ended.*: it hung/, {
        ...options,
        nth,
      });
      const match = await hung.catch(() => undefined);
      if (match === undefined) return;
      const span = { fromMs: now() - HANG_MS, toMs: now() };
      this.strikes.push(span);
      const wasStopped = span.toMs - (this.#stoppedMs.get(Number(match[1])) ?? 0) < LONGEST_AGONY_MS;
      const load = (loadavg()[0] ?? 0) / availableParallelism();
      if (!wasStopped && load >= BUSY_LOAD) this.starvations.push(span);
      const which = wasStopped ? '' : `, which nobody had stopped; the load is ${load.toFixed(1)} for each processor`;
      this.note(`the watchdog has killed worker-${match[1]}${which}`);
    }
  }

  async #do(fault: Fault, burstMs: number): Promise<void> {
    switch (fault.kind) {
      case 'kill':
      case 'stop':
        return this.#strike(fault.kind, fault.victims, burstMs);
      case 'reload':
        this.#version += 1;
        this.#stage.save(this.#version);
        return this.#command('reload');
      case 'scale':
        this.#targets.add(fault);
        await this.#command('scale', String(fault.workers));
        this.#targets.delete(fault);
        return;
      case 'restart_server':
        return this.#restartServer(fault.downMs, fault.signal);
    }
  }

  async #strike(kind: 'kill' | 'stop', victims: number, burstMs: number): Promise<void> {
    const { random, control } = this.#stage;
    const { stdout, code, stderr } = await control('status', '--json');
    if (code !== 0) {
      this.problems.push(`natsctl pool status: exit ${code}: ${stderr}`);
      return;
    }
    const { by_worker } = JSON.parse(stdout) as PoolStatus;
    const serving = by_worker.filter(({ state }) => state === 'serving');
    const staying = serving.filter(({ worker }) => [...this.#targets].every(({ workers }) => worker <= workers));
    if (now() > this.#burstEndMs) this.#spared = staying.length > 0 ? random.pick(staying).worker : undefined;
    this.#burstEndMs = now() + burstMs;
    // It may have been scaled away, or be about to: then nobody is hit, for one is to stay.
    if (!staying.some(({ worker }) => worker === this.#spared)) return this.note(`nobody to ${kind}`);
    // To stop one that loads its module shows nothing: there it may take its time.
    const others = (kind === 'stop' ? serving : by_worker).filter(({ worker }) => worker !== this.#spared);
    const victimsGone: Array<Promise<void>> = [];
    for (let left = victims; left > 0 && others.length > 0; left--) {
      const [victim] = others.splice(random.below(others.length), 1);
      if (victim?.pid === undefined) continue;
      const { worker, pid, state } = victim;
      try {
        process.kill(pid, kind === 'kill' ? 'SIGKILL' : 'SIGSTOP');
        if (kind === 'stop') this.#stoppedMs.set(worker, now());
        this.note(`${kind} worker-${worker}, pid ${pid}, ${state}; worker-${this.#spared} is spared`);
        victimsGone.push(this.#seeGone(`worker-${worker}, pid ${pid}`, pid));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await Promise.all(victimsGone);
  }

  /** Waits for the end of a worker that was struck just now. */
  async #seeGone(name: string, pid: number): Promise<void> {
    const fromMs = now();
    while (isThere(pid) && now() - fromMs < LONGEST_AGONY_MS) await delay(10);
    const toMs = now();
    this.strikes.push({ fromMs, toMs });
    if (isThere(pid)) this.problems.push(`${name} is still there ${Math.round(toMs - fromMs)} ms after it was struck`);
  }

  async #command(...args: readonly string[]): Promise<void> {
    const asked = args.join(' ');
    this.note(asked);
    const { code, stderr } = await this.#stage.control(...args);
    this.note(`${asked}: exit ${code}`);
    if (code !== 0) this.problems.push(`natsctl pool ${asked}: exit ${code}: ${stderr}`);
  }

  async #restartServer(downMs: number, signal: 'stop' | 'kill'): Promise<void> {
    const { server, pool, load } = this.#stage;
    this.note(`${signal} the server for ${downMs} ms`);
    const fromMs = now();
    await server[signal]();
    await delay(downMs);
    await server.restart();
    const nth = this.outages.length + 1;
    await pool.waitForLine('stderr', /^connected to .* again$/, { nth, timeoutMs: 20_000 });
    await load.connected();
    this.outages.push({ fromMs, toMs: now() });
    this.note(`the server is back after ${Math.round(now() - fromMs)} ms`);
  }
}

/** Whether there is such a process. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
