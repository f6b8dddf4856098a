import { usageError } from './errors.js';

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h|d)/g;

/** The longest delay that a Node timer keeps (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Reads a duration in the notation of the `nats` command (Go's, and `d` for days): `250ms`, `5s`, `1m30s`.
 *
 * @returns milliseconds, fractions included
 * @throws CliError `usage`, naming `name`, where the text is no duration, not above zero, or longer than a timer can wait
 */
export function parseDuration(text: string, name: string): number {
  if (!DURATION.test(text)) {
    throw usageError(`${name}: "${text}" is not a duration`, 'write a number with its unit: 250ms, 5s, 1m30s');
  }
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) {
    milliseconds += Number(amount) * (MILLISECONDS[unit as string] as number);
  }
  if (milliseconds <= 0 || milliseconds > LONGEST_TIMER_MS) {
    throw usageError(`${name}: "${text}" is out of range`, 'a duration is above zero and at most 24 days');
  }
  return milliseconds;
}

/** Writes milliseconds as a person would say them: `250 ms`, `5 s`, `1 m 30 s`. */
export function formatDuration(milliseconds: number): string {
  const shortMs = Number(milliseconds.toFixed(2));
  if (shortMs < 1_000) return `${shortMs} ms`;
  const tenths = Math.round(milliseconds / 100);
  const minutes = Math.floor(tenths / 600);
  const seconds = (tenths % 600) / 10;
  if (minutes === 0) return `${seconds} s`;
  return seconds === 0 ? `${minutes} m` : `${minutes} m ${seconds} s`;
}

const UNITS_OF_UPTIME: ReadonlyArray<readonly [seconds: number, unit: string]> = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
];

/** Writes how long something has been up, in the two largest units that count: `4s`, `1m4s`, `2d3h`. */
export function formatUptime(milliseconds: number): string {
  let rest = Math.max(0, Math.floor(milliseconds / 1_000));
  const parts: string[] = [];
  for (const [seconds, unit] of UNITS_OF_UPTIME) {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    if (amount > 0 || parts.length > 0) parts.push(`${amount}${unit}`);
  }
  return parts.slice(0, 2).join('') || '0s';
}

/**
 * Reads a whole number within bounds.
 *
 * @throws CliError `usage`, naming `name` and the bounds
 */
export function parseWholeNumber(text: string, name: string, bounds: { min: number; max: number }): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds.min && value <= bounds.max)) {
    throw usageError(`${name}: "${text}" is not a whole number from ${bounds.min} to ${bounds.max}`);
  }
  return value;
}

/** Writes a count as a person reads it: `1,000,000`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Writes so many of something: `1 reply`, `1,000 replies`. */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const UNITS_OF_BYTES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Writes a number of bytes as a person reads it, with units of the decimal system: `128 MB`, `1.5 kB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What rounds to 1,000 is 1 of the next unit.
  while (value >= 999.5 && unit < UNITS_OF_BYTES.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = value < 9.95 && unit > 0 ? 1 : 0;
  return `${Number(value.toFixed(digits))} ${UNITS_OF_BYTES[unit]}`;
}

const BYTES: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/**
 * Reads a size: `128B`, `16KB`, `64MB`; a kilobyte is 1,024 bytes, as in nats-server.
 *
 * @returns bytes, at least 1
 * @throws CliError `usage`, naming `name`
 */
export function parseSize(text: string, name: string): number {
  const [, amount, unit] = /^(\d+)(B|KB|MB|GB)$/.exec(text) ?? [];
  const bytes = Number(amount) * (BYTES[unit ?? ''] ?? Number.NaN);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw usageError(`${name}: "${text}" is not a size`, 'write a whole number with its unit: 128B, 16KB, 64MB');
}
