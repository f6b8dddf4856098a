import { CliError } from '../errors.js';
import type { ProgressState } from '../output/index.js';
import { countOf, formatBytes, formatCount, formatDuration } from '../units.js';
import type { Delivery } from './publisher.js';

/** What was published. */
export interface Published {
  readonly messages: number;
  /** Of their bodies. */
  readonly bytes: number;
  /** Pieces of input that were no messages. */
  readonly skipped: number;
  readonly durationMs: number;
}

/** For a person: `Published 1,000,000 messages (128 MB) in 1.2 s`. */
export function describePublished({ messages, bytes, skipped, durationMs }: Published): string {
  const left = skipped === 0 ? '' : `, ${formatCount(skipped)} skipped`;
  const duration = formatDuration(Math.max(1, Math.round(durationMs)));
  return `Published ${countOf(messages, 'message', 'messages')} (${formatBytes(bytes)}) in ${duration}${left}`;
}

/** The same for a program. */
export function publishedFields({ messages, bytes, skipped, durationMs }: Published): object {
  return { messages, bytes, skipped, duration_ms: Math.round(durationMs) };
}

/**
 * A failure with what the server has, and what it may have, of the messages before it.
 *
 * @param isOne whether there was but one message, of which a person knows all by the failure itself
 */
export function withDelivery(failure: CliError, { confirmed, inDoubt, denied }: Delivery, isOne: boolean): CliError {
  const counts = [
    countOf(confirmed, 'message confirmed', 'messages confirmed'),
    ...(inDoubt > 0 ? [`${formatCount(inDoubt)} in doubt`] : []),
    ...(denied > 0 ? [`${formatCount(denied)} denied`] : []),
  ];
  const { kind, message, hint, details, mayPass, exitCode, cause } = failure;
  return new CliError(kind, isOne ? message : `${message}; ${counts.join(', ')}`, {
    // Where all is confirmed, a lost connection has taken nothing with it.
    hint: kind === 'connection' && inDoubt === 0 ? undefined : hint,
    details: { ...details, confirmed, in_doubt: inDoubt, ...(denied > 0 ? { denied } : {}) },
    mayPass,
    exitCode,
    cause: cause ?? failure,
  });
}

/** A piece of input that is no message, with its place. */
export function atPlace(error: CliError, what: string, n: number): CliError {
  const { kind, hint, details, cause } = error;
  return new CliError(kind, `${what} ${formatCount(n)}: ${error.message}`, { hint, details: { ...details, n }, cause });
}

/** The rate that a person is shown is that of about the last second. */
const RATE_SPAN_MS = 1_000;

/** Says how far a publisher has come. */
export class ProgressReport {
  readonly #clock: () => number;
  readonly #startedMs: number;
  /** The oldest first, of the last second. */
  #samples: { readonly atMs: number; readonly messages: number }[] = [];

  /** @param clock milliseconds */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#startedMs = clock();
    this.#samples = [{ atMs: this.#startedMs, messages: 0 }];
  }

  /** @param fraction of all there is, undefined where nobody knows */
  read(messages: number, bytes: number, fraction: number | undefined): ProgressState {
    const now = this.#clock();
    const [, second] = this.#samples;
    if (second !== undefined && now - second.atMs >= RATE_SPAN_MS) this.#samples.shift();
    const oldest = this.#samples[0] as { readonly atMs: number; readonly messages: number };
    const rate = ((messages - oldest.messages) / Math.max(1, now - oldest.atMs)) * 1_000;
    this.#samples.push({ atMs: now, messages });
    const figures = [
      countOf(messages, 'message', 'messages'),
      formatBytes(bytes),
      `${formatCount(Math.round(rate))} a second`,
    ];
    if (fraction !== undefined && fraction > 0) {
      const leftMs = ((now - this.#startedMs) * (1 - fraction)) / fraction;
      figures.push(`${formatDuration(Math.max(1, Math.ceil(leftMs / 1_000)) * 1_000)} left`);
    }
    return { fraction, text: figures.join(', ') };
  }
}
