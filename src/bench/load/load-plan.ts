import type { ConnectionPlan } from '../../connection/index.js';
import type { EngineName } from '../report/report.js';

/** In place of a run's number: whatever run a message is of, as for a receiver whose senders run elsewhere. */
export const ANY_RUN = 0;
export const MOST_RUN_TAG = 65_535;

/** What one run of a load does; plain data, since each thread gets a copy. */
export interface LoadPlan {
  readonly workload: 'pub' | 'sub' | 'pubsub' | 'request';
  readonly engine: EngineName;
  readonly connection: ConnectionPlan;
  /** Published to in turn. */
  readonly subjects: readonly string[];
  /** What subscribers ask for. */
  readonly pattern: string;
  /** The queue group of the subscribers. */
  readonly queue: string | undefined;
  readonly bodies: BodyPlan;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly schedule: Schedule;
  readonly end: RunEnd;
  /** Before the measured part, with the same load. */
  readonly warmupMs: number;
  /** How long a request waits for its reply, and a published message for its arrival or the server's word. */
  readonly timeoutMs: number;
  readonly seed: number;
  /** Publishers, or those that request; over all threads. */
  readonly clients: number;
  readonly subscribers: number;
  /** Tells the messages of this run from those of others: 1 to {@link MOST_RUN_TAG}; {@link ANY_RUN} for `sub`. */
  readonly runTag: number;
}

/** The bodies of the messages, used in turn. */
export type BodyPlan =
  /** Random text, of sizes that are spread evenly; from 16 bytes on it starts with a stamp where there are receivers. */
  | { readonly kind: 'generated'; readonly leastBytes: number; readonly mostBytes: number }
  | { readonly kind: 'given'; readonly bodies: readonly Uint8Array[] };

/** When messages are sent. */
export type Schedule =
  /** The next one when a reply has come, with so many waiting for theirs at each client; for `pub`, as taken. */
  | { readonly kind: 'closed'; readonly inflight: number }
  /** Each at its planned time, whatever became of those before it; `rate` is that of all clients together. */
  | { readonly kind: 'open'; readonly rate: number; readonly arrivals: 'constant' | 'poisson' }
  /** The same at a rate that grows step by step from `from` to `to` over the whole run. */
  | {
      readonly kind: 'ramp';
      readonly from: number;
      readonly to: number;
      readonly arrivals: 'constant' | 'poisson';
      readonly durationMs: number;
    };

/** When the measured part ends. */
export type RunEnd =
  | { readonly kind: 'duration'; readonly durationMs: number }
  /** After so many messages sent, or for `sub` received, over all threads. */
  | { readonly kind: 'messages'; readonly messages: number };

/** What of a {@link LoadPlan} one thread does. */
export interface ThreadShare {
  /** From 0. */
  readonly thread: number;
  readonly threads: number;
  /** The number of its first client among all; clients are numbered from 0. */
  readonly firstClient: number;
  readonly clients: number;
  /** The number of its first subscriber among all. */
  readonly firstSubscriber: number;
  readonly subscribers: number;
}

/** How often each message is to arrive: with each subscriber, or with one of a queue group. */
export function copiesOf({ subscribers, queue }: Pick<LoadPlan, 'subscribers' | 'queue'>): number {
  return queue === undefined ? subscribers : 1;
}

/**
 * Gives each thread its share: clients and subscribers are dealt out evenly. Where there are publishers and
 * subscribers they are kept apart as far as there are threads, so that neither waits for the other.
 */
export function shareOut(plan: Pick<LoadPlan, 'clients' | 'subscribers'>, threads: number): readonly ThreadShare[] {
  const total = plan.clients + plan.subscribers;
  const count = Math.max(1, Math.min(threads, total));
  const shares: ThreadShare[] = [];
  let firstClient = 0;
  let firstSubscriber = 0;
  // Clients fill the first threads and subscribers those behind: a range of all of them for each thread.
  for (let thread = 0; thread < count; thread++) {
    const start = Math.floor((total * thread) / count);
    const end = Math.floor((total * (thread + 1)) / count);
    const clients = Math.max(0, Math.min(end, plan.clients) - Math.min(start, plan.clients));
    const subscribers = end - start - clients;
    shares.push({ thread, threads: count, firstClient, clients, firstSubscriber, subscribers });
    firstClient += clients;
    firstSubscriber += subscribers;
  }
  return shares;
}
