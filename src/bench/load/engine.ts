import type { Connection } from '../../connection/index.js';
import type { EngineName } from '../report/report.js';
import type { LoadPlan } from './load-plan.js';

/** What a reply says. */
export const GOOD = 0;
export const NO_RESPONDERS = 1;
/** It has the error headers of ADR-32. */
export const SERVICE_ERROR = 2;
export type ReplyOutcome = typeof GOOD | typeof NO_RESPONDERS | typeof SERVICE_ERROR;

/**
 * Hears of a reply. Numbers and no objects, since it is called a million times a second.
 *
 * @param token of the request
 * @param bytes headers and body
 * @param nowNs when it was read, on {@link nowNs}'s clock; an engine may read the clock once for all that came together
 */
export type HearReply = (token: number, outcome: ReplyOutcome, bytes: number, nowNs: number) => void;

/**
 * Hears of a message that was published.
 *
 * @param publisher its number; -1 where the message has no stamp of this run
 * @param sequence counted from 0 by each publisher, whatever the subject
 * @param plannedNs when its publisher meant to send it
 */
export type HearMessage = (
  publisher: number,
  sequence: number,
  plannedNs: number,
  bytes: number,
  nowNs: number,
) => void;

/** How a client's messages travel. */
export interface Engine {
  readonly name: EngineName;
  /** @param client its number among all, which is also its number as a publisher */
  open(connection: Connection, plan: LoadPlan, client: number): EngineClient;
}

/**
 * One connection of a load. It is kept over reconnects: its subscriptions are made again there, and what was taken
 * and not yet handed to the old server is thrown away.
 */
export interface EngineClient {
  /**
   * Takes a message into the next write.
   *
   * @param sequence counted from 0; it also chooses subject and body in turn
   * @param plannedNs goes into the stamp
   * @returns its bytes, headers and body
   */
  publish(sequence: number, plannedNs: number): number;
  /**
   * Takes a request into the next write.
   *
   * @param sequence chooses subject and body in turn
   * @param token whole, from 0 to 2^31 - 1; unique among those that wait
   * @returns its bytes, headers and body
   */
  ask(sequence: number, token: number): number;
  /**
   * Hands the server what was taken.
   *
   * @returns a promise only where the server is behind; it resolves when it has caught up, or is gone
   */
  flush(): Promise<void> | undefined;
  /** Subscribes to the inbox that {@link EngineClient.ask} names; call it once, before. */
  hearReplies(hear: HearReply): void;
  /** Subscribes to {@link LoadPlan.pattern}, in {@link LoadPlan.queue}. */
  hearMessages(hear: HearMessage): void;
  /** Hears nothing more. */
  close(): void;
}
