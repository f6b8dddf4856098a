import { usageError } from '../errors.js';
import type { InputFormat } from '../input/index.js';
import { parseDuration, parseWholeNumber } from '../units.js';
import { type FormatFlags, readFormat } from './input-format.js';

/** The flags that say how many messages are published, and how fast. */
export interface PubModeFlags extends FormatFlags {
  readonly count: string | undefined;
  readonly rate: string | undefined;
  readonly interval: string | undefined;
  readonly skipBad: boolean;
  readonly reply: string | undefined;
  readonly noReply: boolean;
}

/** What `pub` is to do. */
export type PubMode =
  | { readonly kind: 'one' }
  | { readonly kind: 'count'; readonly times: number; readonly intervalMs: number | undefined }
  | { readonly kind: 'each'; readonly format: InputFormat; readonly intervalMs: number | undefined };

const MOST_MESSAGES = 1_000_000_000_000;
const HIGHEST_RATE = 100_000_000;

/**
 * Reads what is to be done; pure.
 *
 * @throws CliError `usage` where flags exclude each other, or one means nothing without another
 */
export function choosePubMode(flags: PubModeFlags): PubMode {
  const format = readFormat(flags);
  const intervalMs = readInterval(flags);
  if (flags.reply !== undefined && flags.noReply) throw usageError('--reply and --no-reply exclude each other');
  if (flags.noReply && format !== 'ndjson') throw usageError('--no-reply goes with --ndjson');
  if (flags.skipBad && format === undefined) throw usageError('--skip-bad goes with --ndjson, --lines or --null');
  if (format !== undefined) {
    if (flags.count !== undefined) throw usageError(`--count and --${format} exclude each other`);
    return { kind: 'each', format, intervalMs };
  }
  if (flags.count !== undefined) {
    return {
      kind: 'count',
      times: parseWholeNumber(flags.count, '--count', { min: 1, max: MOST_MESSAGES }),
      intervalMs,
    };
  }
  if (intervalMs !== undefined) {
    const flag = flags.rate === undefined ? '--interval' : '--rate';
    throw usageError(`${flag} goes with --count, --lines, --ndjson or --null`);
  }
  return { kind: 'one' };
}

function readInterval({ rate, interval }: PubModeFlags): number | undefined {
  if (rate !== undefined && interval !== undefined) throw usageError('--rate and --interval exclude each other');
  if (interval !== undefined) return parseDuration(interval, '--interval');
  return rate === undefined ? undefined : 1_000 / parseWholeNumber(rate, '--rate', { min: 1, max: HIGHEST_RATE });
}
