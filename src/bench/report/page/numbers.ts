import { formatCount } from '../../../units.js';

/** Writes a measured number with three digits that mean something: `0.0123`, `4.56`, `789`, `12,345`. */
export function formatMeasured(value: number): string {
  if (value >= 99.95) return formatCount(Math.round(value));
  return value < 1e-6 ? '0' : value.toPrecision(3);
}

/** Writes by how much a value is above or below another: `+3.2 %`, `−12 %`, `−99.6 %`; undefined where there is no proportion. */
export function formatChange(value: number, base: number): string | undefined {
  const percent = (value / base - 1) * 100;
  if (!Number.isFinite(percent)) return undefined;
  const size = Math.abs(percent);
  // What is nearly all gone is not all gone.
  const isWhole = size >= 9.95 && (percent > -90 || percent === -100);
  const text = isWhole ? formatCount(Math.round(size)) : (percent < 0 ? Math.min(size, 99.9) : size).toFixed(1);
  if (text === '0.0') return '±0.0 %';
  return `${percent < 0 ? '−' : '+'}${text} %`;
}

/** Writes a moment of a report, RFC 3339 in UTC, to the second: `2026-01-31 12:00:00 UTC`. */
export function formatMoment(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}
