import type { ChalkInstance } from 'chalk';
import { usageError } from '../errors.js';
import { type Encoding, parseEncoding } from './encoding.js';
import type { MessageForm } from './message-printer.js';
import { parseTimeStyle, type TimeStyle } from './timestamps.js';

/** The flags that say how a message is printed. */
export interface MessageFormFlags {
  readonly json: boolean;
  readonly raw: boolean;
  readonly noNewline: boolean;
  readonly null: boolean;
  readonly format: string | undefined;
  readonly parse: boolean;
  readonly encoding: string | undefined;
  readonly subjectsOnly: boolean;
  readonly headersOnly: boolean;
  readonly timestamps: string | undefined;
}

/** How messages are printed. */
export interface MessageStyle {
  readonly form: MessageForm;
  readonly encoding: Encoding;
  readonly time: TimeStyle;
}

/** The flags that mean a form of their own, and with which others they go. */
const FORMS = [
  { flag: 'raw', name: '--raw', with: ['null'] },
  { flag: 'null', name: '--null', with: ['raw', 'format', 'subjectsOnly'] },
  { flag: 'json', name: '--json', with: ['subjectsOnly', 'headersOnly'] },
  { flag: 'format', name: '--format', with: ['null'] },
  { flag: 'subjectsOnly', name: '--subjects-only', with: ['null', 'json'] },
  { flag: 'headersOnly', name: '--headers-only', with: ['json'] },
] as const satisfies ReadonlyArray<{ flag: keyof MessageFormFlags; name: string; with: readonly string[] }>;

/**
 * Chooses the form that the flags ask for.
 *
 * @throws CliError `usage` where two of them exclude each other, or one says nothing
 */
export function chooseMessageStyle(flags: MessageFormFlags, colors: ChalkInstance | undefined): MessageStyle {
  const encoding = parseEncoding(flags.encoding);
  const time = parseTimeStyle(flags.timestamps);
  refuseContradictions(flags, encoding);
  const form = chooseForm(flags, encoding, time !== undefined, colors);
  if (time !== undefined && (form.kind === 'raw' || form.kind === 'json')) {
    throw usageError(`--timestamps says nothing with ${flags.json ? '--json' : flags.null ? '--null' : '--raw'}`);
  }
  return { form, encoding, time: time ?? (form.kind === 'text' ? 'clock' : 'absolute') };
}

function refuseContradictions(flags: MessageFormFlags, encoding: Encoding): void {
  const given = FORMS.filter(({ flag }) => flags[flag] !== false && flags[flag] !== undefined);
  for (const [index, one] of given.entries()) {
    const goesWith: readonly string[] = one.with;
    const other = given.slice(index + 1).find(({ flag }) => !goesWith.includes(flag));
    if (other !== undefined) throw usageError(`${one.name} and ${other.name} exclude each other`);
  }
  if (flags.parse && !flags.json) throw usageError('--parse says nothing without --json');
  if (flags.noNewline && !flags.raw) throw usageError('--no-newline says nothing without --raw');
  if (flags.noNewline && flags.null) throw usageError('--no-newline and --null exclude each other');
  if (flags.json && encoding === 'hex') {
    throw usageError('--encoding hex and --json exclude each other', 'with --json there are utf8 and base64');
  }
}

function chooseForm(
  flags: MessageFormFlags,
  encoding: Encoding,
  timed: boolean,
  colors: ChalkInstance | undefined,
): MessageForm {
  const { headersOnly, parse } = flags;
  const end = flags.null ? '\0' : '\n';
  if (flags.json) {
    const parts = flags.subjectsOnly ? 'subject' : headersOnly ? 'headers' : 'all';
    return { kind: 'json', parse, base64: encoding === 'base64', parts };
  }
  if (flags.format !== undefined) return { kind: 'template', template: flags.format, end };
  if (flags.subjectsOnly) return { kind: 'subjects', end, timed };
  if (flags.raw || flags.null) return { kind: 'raw', end: flags.noNewline ? '' : end };
  return { kind: 'text', headersOnly, colors };
}
