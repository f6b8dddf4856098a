import { usageError } from '../errors.js';
import type { BodyRequest, InputFormat } from '../input/index.js';

/** The flags that say how an input is cut into messages. */
export interface FormatFlags {
  readonly lines: boolean;
  readonly ndjson: boolean;
  readonly null: boolean;
  readonly sendOn: string | undefined;
}

/**
 * `--null` is a separator of its own; `--send-on newline` is how the `nats` command says `--lines`.
 *
 * @returns undefined where there is one message
 * @throws CliError `usage` where flags exclude each other
 */
export function readFormat({ lines, ndjson, null: nul, sendOn }: FormatFlags): InputFormat | undefined {
  if (sendOn !== undefined && sendOn !== 'newline' && sendOn !== 'eof') {
    throw usageError(`--send-on: "${sendOn}" is neither newline nor eof`);
  }
  const named = { lines: lines || sendOn === 'newline', null: nul, ndjson };
  const formats = (Object.keys(named) as InputFormat[]).filter((format) => named[format]);
  if (formats.length > 1) throw usageError(`--${formats[0]} and --${formats[1]} exclude each other`);
  return formats[0];
}

/**
 * Many messages have an input, and no body beside it.
 *
 * @param flag that asks for them
 * @throws CliError `usage`
 */
export function requireInput({ argument, file, noStdin }: BodyRequest, flag: string): void {
  if (argument !== undefined && argument !== '-') {
    throw usageError(`${flag} takes the bodies from its input: leave BODY out`);
  }
  if (noStdin && (file === undefined || file === '-')) {
    throw usageError(`${flag} reads stdin, and --no-stdin forbids it`);
  }
}
