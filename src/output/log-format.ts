import { usageError } from '../errors.js';

/** How a log is written. */
export type LogFormat = 'text' | 'json' | 'off';

/** The values of `--log`. */
export const LOG_FORMATS: readonly LogFormat[] = ['text', 'json', 'off'];

/**
 * Reads `--log`; without it the log is text, or JSON where all on stderr is.
 *
 * @throws CliError `usage` where the format is unknown, or text lines would stand among JSON ones
 */
export function parseLogFormat(text: string | undefined, json: boolean): LogFormat {
  if (text === undefined) return json ? 'json' : 'text';
  const format = LOG_FORMATS.find((known) => known === text);
  if (format === undefined) throw usageError(`--log: "${text}" is none of ${LOG_FORMATS.join(', ')}`);
  if (json && format === 'text') throw usageError('--json and --log text exclude each other');
  return format;
}
