import { usageError } from '../errors.js';
import type { InputFormat } from '../input/index.js';
import { parseDuration, parseWholeNumber } from '../units.js';
import { readFormat } from './input-format.js';

/** The flags that say how many requests are sent, and how many replies are waited for. */
export interface ModeFlags {
  readonly lines: boolean;
  readonly ndjson: boolean;
  readonly null: boolean;
  readonly sendOn: string | undefined;
  readonly concurrency: string | undefined;
  readonly unordered: boolean;
  readonly replies: string | undefined;
  readonly waitForEmpty: boolean;
  readonly idle: string | undefined;
  readonly repeat: string | undefined;
  readonly noNewline: boolean;
}

/** What `request` is to do. */
export type RequestMode =
  | { readonly kind: 'one' }
  | { readonly kind: 'gather'; readonly wanted: number | 'all'; readonly idleMs: number | undefined }
  | { readonly kind: 'repeat'; readonly times: number; readonly concurrency: number }
  | {
      readonly kind: 'each';
      readonly format: InputFormat;
      readonly concurrency: number;
      readonly ordered: boolean;
    };

const MOST_REPLIES = 1_000_000;
const MOST_REPEATS = 1_000_000;
const MOST_AT_A_TIME = 10_000;
const DEFAULT_AT_A_TIME = 64;

/**
 * Reads what is to be done; pure.
 *
 * @throws CliError `usage` where flags exclude each other, or one means nothing without another
 */
export function chooseMode(flags: ModeFlags): RequestMode {
  const format = readFormat(flags);
  const wanted = readWanted(flags);
  const times = flags.repeat === undefined ? undefined : parseCount(flags.repeat, '--repeat', MOST_REPEATS);
  const kinds = { [nameOf(format)]: format, '--replies': wanted, '--repeat': times };
  const [first, second] = Object.entries(kinds).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (second !== undefined) throw usageError(`${first} and ${second} exclude each other`);

  if (flags.idle !== undefined && wanted === undefined) throw usageError('--idle goes with --replies');
  if (flags.unordered && format === undefined) throw usageError('--unordered goes with --lines, --null or --ndjson');
  if (flags.concurrency !== undefined && format === undefined && times === undefined) {
    throw usageError('--concurrency goes with --lines, --null, --ndjson or --repeat');
  }
  const concurrency =
    flags.concurrency === undefined ? undefined : parseCount(flags.concurrency, '--concurrency', MOST_AT_A_TIME);

  if (format !== undefined) {
    if (flags.noNewline) throw usageError(`--no-newline would run the replies together: leave it out, or use --json`);
    return { kind: 'each', format, concurrency: concurrency ?? DEFAULT_AT_A_TIME, ordered: !flags.unordered };
  }
  if (times !== undefined) return { kind: 'repeat', times, concurrency: concurrency ?? 1 };
  const idleMs = flags.idle === undefined ? undefined : parseDuration(flags.idle, '--idle');
  if (wanted !== undefined && (wanted !== 1 || idleMs !== undefined)) return { kind: 'gather', wanted, idleMs };
  return { kind: 'one' };
}

function nameOf(format: InputFormat | undefined): string {
  return `--${format ?? 'lines'}`;
}

/** `0`, and `--wait-for-empty`, are how the `nats` command says `all`. */
function readWanted({ replies, waitForEmpty }: ModeFlags): number | 'all' | undefined {
  if (replies === undefined) return waitForEmpty ? 'all' : undefined;
  if (replies === 'all' || replies === '0') return 'all';
  const wanted = /^\d+$/.test(replies) ? Number(replies) : Number.NaN;
  if (wanted >= 1 && wanted <= MOST_REPLIES) return wanted;
  throw usageError(`--replies: "${replies}" is neither "all" nor a whole number from 1 to ${MOST_REPLIES}`);
}

function parseCount(text: string, name: string, max: number): number {
  return parseWholeNumber(text, name, { min: 1, max });
}
