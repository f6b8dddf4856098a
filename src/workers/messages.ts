import type { ConnectionPlan } from '../connection/index.js';
import type { FailureReport } from '../failure-report.js';
import type { LogFormat } from '../output/index.js';
import type { EndpointFace, QueueLimit, ServiceSource } from '../services/index.js';
import type { LifeLimits } from './life-limits.js';
import type { WorkerSnapshot } from './statistics/index.js';

/** All that a worker needs to serve. It comes over IPC, since it may hold secrets. */
export interface Assignment {
  /** All that one worker serves, on one connection. */
  readonly services: readonly ServiceSource[];
  /** The queue group of all endpoints, in place of their own. */
  readonly queue: string | undefined;
  /** The deadline of a handler that has none of its own. */
  readonly handlerTimeoutMs: number;
  /** How many requests the worker handles at a time; undefined: no limit. */
  readonly concurrency: number | undefined;
  /** What bounds those that wait for that. */
  readonly queueLimit?: QueueLimit | undefined;
  /** A worker that is silent for so long hangs. */
  readonly watchdogMs: number;
  /** Undefined: it lives as long as it may. */
  readonly lifeLimits?: LifeLimits | undefined;
  readonly plan: ConnectionPlan;
  /** Counted from 1; a replacement has the number of the one it replaces. */
  readonly worker: number;
  /** The name of the pool in the log, where it may be one of several. */
  readonly pool?: string | undefined;
  readonly log: LogFormat;
  /** The form of what programs write to their stderr, which is logged in any case. */
  readonly programLog: Exclude<LogFormat, 'off'>;
  /** How long the drain at the end of the pool may take. */
  readonly graceMs: number;
  /** Tells of the files that it loads. */
  readonly watched?: boolean | undefined;
  /** The pool does not serve yet: limits that no worker can keep are refused. */
  readonly isFirst?: boolean | undefined;
  /** Connects, and loads no module before it is told to serve. */
  readonly waits?: boolean | undefined;
  /** For how many seconds a registry knows an instance without a heartbeat; undefined: none is told. */
  readonly registerTtlS: number | undefined;
}

/** Gives each worker its number, and its connection a name that tells it from the others. */
export function createAssignments(base: Omit<Assignment, 'worker'>): (worker: number) => Assignment {
  const { plan } = base;
  const { name, trace } = plan;
  return (worker) => ({
    ...base,
    worker,
    plan: { ...plan, name: `${name} worker-${worker}`, trace: trace && { ...trace, worker } },
  });
}

/** A service as a worker has loaded it. */
export interface ServedService {
  readonly name: string;
  readonly version: string;
  readonly endpoints: readonly EndpointFace[];
}

export type ToWorker =
  /** `noteDescriptor`: where it notes what it does, see last-endpoint.ts. */
  | { readonly type: 'start'; readonly assignment: Assignment; readonly noteDescriptor: number | undefined }
  /** To be answered with statistics. */
  | { readonly type: 'ask_statistics' }
  /** To one that waits. */
  | { readonly type: 'serve' }
  /** It may take requests. */
  | { readonly type: 'admit' }
  | { readonly type: 'drain'; readonly graceMs: number };

export type FromWorker =
  /** The server has confirmed the subscriptions. */
  | {
      readonly type: 'ready';
      readonly server: string;
      readonly services: readonly ServedService[];
      readonly discoveryDenied: string | undefined;
      /** How long the slowest of its handlers may take. */
      readonly longestTimeoutMs: number;
    }
  /** It takes requests as soon as it is admitted: who has not been has nothing in hand. */
  | { readonly type: 'loaded' }
  /** It waits, connected, to be told to serve. */
  | { readonly type: 'prepared' }
  /** What it is about to load: a file with what is in it, or one that it looked for and that is not there. */
  | { readonly type: 'loads'; readonly file: string; readonly digest: string | undefined }
  /** Why this worker is about to end. */
  | { readonly type: 'failed'; readonly failure: FailureReport }
  /** It has time to say so. */
  | { readonly type: 'alive' }
  /** What it has done; `isAnswer`: it was asked. */
  | { readonly type: 'statistics'; readonly snapshot: WorkerSnapshot; readonly isAnswer: boolean }
  /** A limit of its life is reached or near, told as what a person reads: it serves on until another one does. */
  | { readonly type: 'spent'; readonly reason: string }
  | { readonly type: 'disconnected' }
  | { readonly type: 'reconnected'; readonly server: string }
  /** Why it cannot reconnect as things are. */
  | { readonly type: 'hindered'; readonly message: string }
  /** Why the registry does not know what it serves; undefined where it does, after all. */
  | { readonly type: 'registry'; readonly problem: string | undefined }
  /** Something an operator should know of. */
  | { readonly type: 'warning'; readonly message: string }
  /** A process group of the worker's began, or is gone: it is for the supervisor to kill where the worker cannot. */
  | { readonly type: 'program'; readonly group: number; readonly isRunning: boolean }
  /** It was drained, with or without loss. */
  | {
      readonly type: 'drained';
      readonly unanswered: number;
      /** The connection went away under the last replies, so that they may not have arrived. */
      readonly lost?: true;
    };
