import { parseDuration } from '../units.js';

/**
 * Reads a duration that a module gives: milliseconds, or a text as flags take it.
 *
 * @throws CliError `usage`, naming `name`
 */
export function durationMs(value: number | string, name: string): number {
  return parseDuration(typeof value === 'number' ? `${value}ms` : value, name);
}
