import { CliError } from '../errors.js';

/** What a check says: `unknown` where it could not be found out, `skipped` where something before it failed. */
export type Status = 'ok' | 'warning' | 'failure' | 'unknown' | 'skipped';

/** What was looked at, in the order in which it is; the names are part of the JSON form. */
export type Check =
  | 'settings'
  | 'context'
  | 'credentials'
  | 'certificates'
  | 'dns'
  | 'tcp'
  | 'greeting'
  | 'tls'
  | 'login'
  | 'round_trip'
  | 'permissions'
  | 'clock'
  | 'services';

/** One thing that a diagnosis found. */
export interface Finding {
  readonly check: Check;
  readonly status: Status;
  /** A sentence without an end, secrets left out. */
  readonly message: string;
  /** What mends it, or what to look at. */
  readonly hint?: string | undefined;
  /** What it would end a command with; there where the status is `failure`. */
  readonly failure?: CliError;
  /** The same for programs; names in snake case, units in them. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** @param hint what is known better than the failure knows it */
export function failed(check: Check, failure: CliError, hint = failure.hint): Finding {
  const { kind, message, details } = failure;
  const known = hint === failure.hint ? failure : new CliError(kind, message, { hint, details, cause: failure });
  return { check, status: 'failure', message, hint, failure: known };
}

/**
 * Whether a failure is one address's own, so that a connection goes to another address of that name; a refusal ends
 * it wherever it comes from.
 */
export function isOfAddress({ kind }: CliError): boolean {
  return kind === 'connection' || kind === 'timeout';
}

/** Some days before its end a certificate, or a user, needs a new one. */
export const SOON_DAYS = 14;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Days from now, fractions included; below zero where it is over. */
export function daysUntil(date: Date, nowMs: number): number {
  return (date.getTime() - nowMs) / DAY_MS;
}

/** A date and how far away it is: `2026-12-01 (in 6 days)`, `2026-11-01 12:30 UTC (25 days ago)`. */
export function describeDate(date: Date, nowMs: number): string {
  const awayMs = Math.abs(date.getTime() - nowMs);
  const day = date.toISOString().slice(0, 10);
  const [amount, unit] =
    awayMs >= 2 * DAY_MS
      ? [Math.floor(awayMs / DAY_MS), 'days']
      : awayMs >= 2 * HOUR_MS
        ? [Math.floor(awayMs / HOUR_MS), 'hours']
        : [Math.floor(awayMs / 60_000), 'minutes'];
  const away = `${amount} ${unit}`;
  const shown = awayMs >= 2 * DAY_MS ? day : `${day} ${date.toISOString().slice(11, 16)} UTC`;
  return `${shown} (${date.getTime() > nowMs ? `in ${away}` : `${away} ago`})`;
}
