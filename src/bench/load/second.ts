import type { ErrorKind } from '../../errors.js';
import type { TakenCounts } from '../histogram/latency-counts.js';

/** What one thread saw in one second; the last one may be shorter. */
export interface ThreadSecond {
  /** From 0, for the measured part; negative during the warm-up, which is shown and not counted. */
  readonly second: number;
  readonly sent: number;
  /** When the last of them was, in ms from the start of the measured part; 0 where none was. */
  readonly lastSentMs: number;
  readonly messages: number;
  readonly bytes: number;
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
  /** When the last failure until now was known, in ms from the start of the measured part; 0 where nothing failed. */
  readonly lastFailedMs: number;
  readonly lost: number;
  readonly late: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly latencies: TakenCounts;
  /** A byte for each millisecond: 1 where something arrived in it. */
  readonly arrivals: Uint8Array;
  /** When something failed, in whole ms from the start of the measured part: of a request, when it was sent. */
  readonly failures: readonly number[];
  /** Of an open loop: messages that were planned for it, and by how much the last one that was sent was late. */
  readonly planned: number;
  readonly mostBehindMs: number;
}
