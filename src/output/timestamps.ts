import { usageError } from '../errors.js';

/** `clock`: the time of day here; `absolute`: RFC 3339 in UTC; `delta`: since the start. */
export type TimeStyle = 'clock' | 'absolute' | 'delta';

export const TIME_STYLES: readonly TimeStyle[] = ['absolute', 'delta'];

/** Reads `--timestamps`. @throws CliError `usage` */
export function parseTimeStyle(text: string | undefined): TimeStyle | undefined {
  const style = TIME_STYLES.find((known) => known === text);
  if (text !== undefined && style === undefined) {
    throw usageError(`--timestamps: "${text}" is none of ${TIME_STYLES.join(', ')}`);
  }
  return style;
}

/** Writes the time of now. */
export interface Timestamps {
  /** From here on a delta counts. */
  begin(): void;
  now(): string;
}

/** @param clock milliseconds since 1970 */
export function createTimestamps(style: TimeStyle, clock: () => number = Date.now): Timestamps {
  let startedAt = clock();
  let writtenAt = Number.NaN;
  let written = '';
  const write = (time: number): string => {
    if (style === 'delta') return `+${((time - startedAt) / 1_000).toFixed(3)}s`;
    const date = new Date(time);
    if (style === 'absolute') return date.toISOString();
    const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits);
    return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  };
  return {
    begin() {
      startedAt = clock();
      writtenAt = Number.NaN;
    },
    now() {
      const time = clock();
      // Many messages come within one millisecond.
      if (time !== writtenAt) written = write(time);
      writtenAt = time;
      return written;
    },
  };
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
