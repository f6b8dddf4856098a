import type { ServerInfo } from '../../connection/index.js';
import type { FailureReport } from '../../failure-report.js';
import type { GroupReach } from './group-merge.js';
import type { ClosedPages } from './group-window.js';
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
  /** All threads are ready, and the first message that comes to any of them starts the run. */
  | { readonly type: 'listen' }
  /** Sends nothing more, and ends when what is under way has an outcome. */
  | { readonly type: 'stop' }
  /** All publishers have sent all: those who receive tell from here on how much they have. */
  | { readonly type: 'all-sent' }
  /** All has come, or nothing does any more: those who receive end. */
  | { readonly type: 'all-received' };

export type FromThread =
  /** Connected, and the server has its subscriptions. */
  | { readonly type: 'ready'; readonly server: string; readonly info: ServerInfo }
  /** It was told to listen, and does. */
  | { readonly type: 'listening' }
  /** The first message came. */
  | { readonly type: 'first'; readonly atNs: number }
  | { readonly type: 'second'; readonly second: ThreadSecond; readonly usage: ThreadUsage }
  /** Its publishers have sent all, and the server has it; of a thread without any, nothing. */
  | { readonly type: 'sent'; readonly sent: PublishedCount }
  /** Its senders have ended without the server's word. */
  | { readonly type: 'silence'; readonly silence: ServerSilence }
  /** How many messages have come to it until now. */
  | ({ readonly type: 'received'; readonly thread: number } & ReceivedCount)
  /** Of a queue group: which messages those were. */
  | { readonly type: 'pages'; readonly thread: number; readonly closed: ClosedPages }
  /** All that came to it has been told of. */
  | { readonly type: 'receipt'; readonly thread: number; readonly receipt: ThreadReceipt }
  /** The first of its connections was lost; the last of those that were is there again. */
  | { readonly type: 'disconnected'; readonly server: string }
  | { readonly type: 'reconnected'; readonly server: string }
  | { readonly type: 'done' }
  /** It can't go on; nothing follows. */
  | { readonly type: 'failed'; readonly failure: FailureReport };

/** How many messages were published. */
export interface PublishedCount {
  /** Those of the warm-up too. */
  readonly all: number;
  readonly measured: number;
}

/** What those who send in a thread got no word of from the server. */
export interface ServerSilence {
  /** Messages of the measured part that it did not confirm in the time it has for that. */
  readonly unconfirmed: number;
  /** For how long it had said nothing then, at most. */
  readonly unconfirmedMs: number;
  /** When they ended, on the clock of the run. */
  readonly endedNs: number;
  /** For so long no server took anything, so that not all was sent; 0 where it was. */
  readonly forsakenMs: number;
}

/** How many messages have come, each one once. */
export interface ReceivedCount {
  /** Those of the warm-up too. */
  readonly count: number;
  readonly measured: number;
}

/** What came to the subscribers of one thread, beside what its seconds tell. */
export interface ThreadReceipt {
  /** Messages, each one once, those of the warm-up too. */
  readonly count: number;
  /** Of the measured part: messages without a stamp of this run. */
  readonly unstamped: number;
  /** Of the measured part: messages whose sender has another clock, so that they have no latency. */
  readonly remote: number;
  /** Of the measured part: messages missing before others of the same publisher; a queue group's are told by pages. */
  readonly missing: number;
  /** Of a queue group: how far each publisher's messages have come. */
  readonly reaches: readonly GroupReach[];
}

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
