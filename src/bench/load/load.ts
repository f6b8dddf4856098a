import type { Connection } from '../../connection/index.js';
import type { Arrivals } from './arrivals.js';
import type { EngineClient } from './engine.js';
import type { ServerSilence } from './thread-messages.js';
import type { ThreadTally } from './thread-tally.js';

/** A connection of the load, with its engine. */
export interface LoadClient {
  /** Its number among all clients, or among all subscribers. */
  readonly number: number;
  readonly connection: Connection;
  readonly engine: EngineClient;
}

/** The times of a run, on the clock of {@link nowNs}. */
export interface RunTimes {
  readonly startNs: number;
  /** When the warm-up is over. */
  readonly measuredNs: number;
  /** When nothing more is sent; undefined where the run ends after so many messages. */
  readonly endNs: number | undefined;
}

/** A part of a run in one thread: one that sends, or one that receives. */
export interface Load {
  /** Begins, and resolves when all is sent and told of. Rejects where the run is of no use: denied, for instance. */
  run(): Promise<void>;
  /** Ends early: sends nothing more. {@link Load.run} then resolves soon. */
  stop(): void;
}

/** A load that sends. */
export interface SendingLoad extends Load {
  /** Of the server, where it made the load end otherwise than it was to. */
  readonly silence: ServerSilence | undefined;
}

/** What a load has to work with. */
export interface LoadScope {
  readonly times: RunTimes;
  readonly tally: ThreadTally;
  readonly clients: readonly LoadClient[];
  /** Where messages have planned times. */
  readonly arrivals: Arrivals | undefined;
  /** This thread's share of the messages that end the run; undefined where time does. */
  readonly messages: number | undefined;
}

/**
 * Whether a load that ends with a number of messages, and at no time, is to end without them: no server has been there
 * for too long.
 *
 * @param heardNs when one was there last
 */
export function isForsaken({ messages }: LoadScope, heardNs: number, timeoutMs: number, now: number): boolean {
  return messages !== undefined && now - heardNs > timeoutMs * 1e6;
}

/**
 * Whether by the plan nothing more is to be begun: so many messages have been, or what comes next would be too late.
 *
 * @param measured how many have been begun in the measured part
 */
export function isOver({ messages, times }: LoadScope, measured: number, nextNs: number): boolean {
  return messages === undefined ? nextNs >= (times.endNs as number) : measured >= messages;
}
