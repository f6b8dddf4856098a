import type { ServerInfo } from '../../connection/index.js';
import type { CliError } from '../../errors.js';
import { failureError } from '../../failure-report.js';
import { nowNs } from './clock.js';
import type { RunTimes } from './load.js';
import { copiesOf, type LoadPlan, shareOut } from './load-plan.js';
import { Receipt, type ReceiptNotes } from './receipt.js';
import { type MergedSecond, RunMerge } from './run-merge.js';
import type { ThreadSecond } from './second.js';
import type { FromThread, ServerSilence, ThreadUsage } from './thread-messages.js';
import { type LoadThread, type StartThread, startThread } from './threads.js';

/** What {@link runLoad} gives. */
export interface LoadOutcome {
  readonly merge: RunMerge;
  /** Of the measured part: until the last arrival, where that is later than it was to be. */
  readonly durationMs: number;
  /** How long messages were to be sent in it; undefined where so many were, in whatever time. */
  readonly plannedMs: number | undefined;
  readonly server: string;
  readonly info: ServerInfo;
  readonly generator: GeneratorUsage;
  /** Of all threads together. */
  readonly threads: number;
  readonly interrupted: boolean;
  /** Where there were subscribers. */
  readonly receipt: ReceiptNotes | undefined;
  /** Of the threads in which senders ended without the server's word. */
  readonly silences: readonly ServerSilence[];
  /** It was not interrupted before its threads were ready: there is something to tell of it. */
  readonly hasBegun: boolean;
}

export interface GeneratorUsage {
  /** Of one processor. */
  readonly cpuPercent: number;
  readonly mostMemoryBytes: number;
  readonly loopDelayMs: number;
  /** Of the busiest thread: 0 to 1. */
  readonly busiest: number;
}

export interface RunLoadOptions {
  readonly threads: number;
  /** Aborted to end early: what was measured until then counts. */
  readonly signal: AbortSignal;
  /** Aborted where what was to be found out is known; as {@link RunLoadOptions.signal}, but for how it is told. */
  readonly enough?: AbortSignal;
  onSecond(second: MergedSecond, merge: RunMerge): void;
  /** All subscribers are there, and the first message starts the run. */
  onListening?(): void;
  /** Each second of each thread. */
  onThreadSecond?(second: ThreadSecond): void;
  /** Connections of the load were lost, while all were there. */
  onDisconnected?(server: string): void;
  /** All of them are there again. */
  onReconnected?(server: string): void;
  readonly start?: StartThread;
}

/** From the moment when all threads are ready: so that each has the time when it comes. */
const HEAD_START_NS = 20e6;

/**
 * Runs a load once, over threads.
 *
 * @throws CliError where the load can't be made: no server, or a subject is denied
 */
export async function runLoad(plan: LoadPlan, options: RunLoadOptions): Promise<LoadOutcome> {
  const shares = shareOut(plan, options.threads);
  const merge = new RunMerge(shares.length, (second) => options.onSecond(second, merge));
  const usage = new UsageMeter();
  const { start = startThread, signal } = options;
  let ready = 0;
  let listening = 0;
  let done = 0;
  let server = '';
  let info: ServerInfo = {};
  let times: RunTimes | undefined;
  let threadsApart = 0;
  const threads: LoadThread[] = [];
  const silences: ServerSilence[] = [];
  const tellAll = (message: Parameters<LoadThread['post']>[0]): void => {
    for (const thread of threads) thread.post(message);
  };
  const begin = (startNs: number): void => {
    times = timesOf(plan, startNs);
    usage.begin();
    tellAll({ type: 'start', times });
  };
  const receipt =
    plan.subscribers === 0 ? undefined : new Receipt(plan, shares, () => tellAll({ type: 'all-received' }));
  let interruptedNs: number | undefined;
  const interrupt = (): void => {
    interruptedNs ??= nowNs();
    receipt?.hurry();
    tellAll({ type: 'stop' });
  };
  let leave = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const hear = (message: FromThread): void => {
        switch (message.type) {
          case 'ready':
            ready += 1;
            ({ server, info } = message);
            if (ready < shares.length) break;
            if (plan.workload !== 'sub') begin(nowNs() + HEAD_START_NS);
            else tellAll({ type: 'listen' });
            break;
          case 'listening':
            listening += 1;
            if (listening === shares.length) options.onListening?.();
            break;
          case 'first':
            if (times === undefined) begin(message.atNs);
            break;
          case 'second':
            usage.add(message.usage);
            options.onThreadSecond?.(message.second);
            merge.add(message.second);
            break;
          case 'sent':
            if (receipt?.published(message.sent)) tellAll({ type: 'all-sent' });
            break;
          case 'silence':
            silences.push(message.silence);
            // What the server did not take in that time, subscribers have waited for as long.
            receipt?.hurry();
            break;
          case 'received':
            receipt?.received(message.thread, message);
            break;
          case 'pages':
            receipt?.closed(message.thread, message.closed);
            break;
          case 'receipt':
            receipt?.add(message.receipt);
            break;
          case 'disconnected':
            threadsApart += 1;
            if (threadsApart === 1) options.onDisconnected?.(message.server);
            break;
          case 'reconnected':
            threadsApart -= 1;
            if (threadsApart === 0) options.onReconnected?.(message.server);
            break;
          case 'done':
            done += 1;
            if (done === shares.length) resolve();
            break;
          case 'failed':
            reject(failureError(message.failure));
        }
      };
      const listener = { onMessage: hear, onCrash: (error: CliError) => reject(error) };
      for (const share of shares) threads.push(start({ plan, share }, listener));
      if (signal.aborted) interrupt();
      else signal.addEventListener('abort', interrupt, { once: true });
      options.enough?.addEventListener('abort', interrupt, { once: true });
      // Before the start there is nothing to be ended in order.
      leave = () => {
        if (times === undefined) resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  } finally {
    signal.removeEventListener('abort', interrupt);
    receipt?.close();
    // One signal ends many runs.
    signal.removeEventListener('abort', leave);
    options.enough?.removeEventListener('abort', interrupt);
    usage.end();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  merge.end();
  if (receipt !== undefined) {
    const settled = receipt.settle(merge.messages);
    merge.settle({ ...settled, timedOut: timedOut(plan, times, silences, settled.lost) });
  }
  const toLastMs = plannedMs(plan, times, interruptedNs);
  const durationMs = merge.durationMs(toLastMs);
  return {
    merge,
    durationMs,
    plannedMs: toLastMs,
    server,
    info,
    generator: usage.read(),
    threads: shares.length,
    interrupted: signal.aborted,
    receipt: receipt?.notes(),
    silences,
    hasBegun: times !== undefined,
  };
}

function timesOf({ warmupMs, end }: LoadPlan, startNs: number): RunTimes {
  const measuredNs = startNs + warmupMs * 1e6;
  return { startNs, measuredNs, endNs: end.kind === 'duration' ? measuredNs + end.durationMs * 1e6 : undefined };
}

/** How many of those that were lost had been handed to a server that fell silent, and when that was given up. */
function timedOut(
  plan: LoadPlan,
  times: RunTimes | undefined,
  silences: readonly ServerSilence[],
  lost: number,
): { readonly count: number; readonly atMs: number } | undefined {
  const unconfirmed = silences.reduce((sum, silence) => sum + silence.unconfirmed, 0);
  const count = Math.min(lost, unconfirmed * copiesOf(plan));
  if (times === undefined || count === 0) return undefined;
  const endedNs = Math.max(...silences.map((silence) => silence.endedNs));
  return { count, atMs: Math.max(0, (endedNs - times.measuredNs) / 1e6) };
}

/** How long the measured part was to be, or was when it was ended early. */
function plannedMs(
  { end }: LoadPlan,
  times: RunTimes | undefined,
  interruptedNs: number | undefined,
): number | undefined {
  if (interruptedNs !== undefined) return Math.max(1, (interruptedNs - (times?.measuredNs ?? interruptedNs)) / 1e6);
  return end.kind === 'duration' ? end.durationMs : undefined;
}

/** What this process, with all its threads, uses meanwhile. */
class UsageMeter {
  #cpu = process.cpuUsage();
  #beganMs = performance.now();
  #cpuPercent = 0;
  #mostMemoryBytes = 0;
  #loopDelayMs = 0;
  /** Of each thread. */
  readonly #busy = new Map<number, number>();

  begin(): void {
    this.#cpu = process.cpuUsage();
    this.#beganMs = performance.now();
  }

  add({ thread, busy, loopDelayMs }: ThreadUsage): void {
    this.#busy.set(thread, busy);
    this.#loopDelayMs = Math.max(this.#loopDelayMs, loopDelayMs);
    this.#mostMemoryBytes = Math.max(this.#mostMemoryBytes, process.memoryUsage.rss());
  }

  end(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    const elapsedMs = performance.now() - this.#beganMs;
    this.#cpuPercent = (user + system) / 10 / elapsedMs;
  }

  read(): GeneratorUsage {
    return {
      cpuPercent: this.#cpuPercent,
      mostMemoryBytes: this.#mostMemoryBytes,
      loopDelayMs: this.#loopDelayMs,
      busiest: Math.max(0, ...this.#busy.values()),
    };
  }
}
