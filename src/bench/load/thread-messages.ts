import type { ServerInfo } from '../../connection/index.js';
import type { FailureReport } from '../../failure-report.js';
import type { RunTimes } from './load.js';
import type { LoadPlan, ThreadShare } from './load-plan.js';
import type { ThreadSecond } from './second.js';

/** What a thread is started with. It goes from memory to memory, so it may hold secrets. */
export interface ThreadAssignment {
  readonly plan: LoadPlan;
  readonly share: ThreadShare;
}

export type ToThread =
  /** All threads are ready: this is when to start. */
  | { readonly type: 'start'; readonly times: RunTimes }
  /** Sends nothing more, and ends when what is under way has an outcome. */
  | { readonly type: 'stop' }
  /** How many messages all publishers have sent: those who receive may end once they have them. */
  | { readonly type: 'all-sent'; readonly sent: PublishedCounts };

export type FromThread =
  /** Connected, and the server has its subscriptions. */
  | { readonly type: 'ready'; readonly server: string; readonly info: ServerInfo }
  | { readonly type: 'second'; readonly second: ThreadSecond; readonly usage: ThreadUsage }
  /** Its publishers have sent all, and the server has it. */
  | { readonly type: 'sent'; readonly sent: PublishedCounts }
  /** The first of its connections was lost; the last of those that were is there again. */
  | { readonly type: 'disconnected'; readonly server: string }
  | { readonly type: 'reconnected'; readonly server: string }
  | { readonly type: 'done' }
  /** It can't go on; nothing follows. */
  | { readonly type: 'failed'; readonly failure: FailureReport };

/** How many messages each publisher has sent, by its number. */
export type PublishedCounts = ReadonlyArray<readonly [publisher: number, count: number]>;

/** How busy a thread is. */
export interface ThreadUsage {
  readonly thread: number;
  /** Of the time since the start its event loop was at work for so much: 0 to 1. */
  readonly busy: number;
  /** The 99th percentile of how late its event loop was, in the last second. */
  readonly loopDelayMs: number;
}

/** The channel of a thread, as it sees it. */
export interface ThreadPort {
  post(message: FromThread): void;
  onMessage(hear: (message: ToThread) => void): void;
}
