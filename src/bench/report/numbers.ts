import { formatCount } from '../../units.js';

const UNITS: ReadonlyArray<readonly [name: string, ms: number]> = [
  ['ns', 1e-6],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
];

/** Three digits that matter: `842 µs`, `1.23 ms`, `45.6 ms`, `12.3 s`. */
export function formatLatency(ms: number): string {
  if (ms === 0) return '0 ms';
  // What rounds to 1,000 is 1.00 of the next unit.
  const [name, unitMs] = UNITS.find(([, unit]) => ms < 999.5 * unit) ?? (UNITS.at(-1) as (typeof UNITS)[number]);
  return `${threeDigits(ms / unitMs)} ${name}`;
}

/** A rate as a person reads it: `5,012`, and with digits behind the point where it is small: `12.3`, `0.5`. */
export function formatRate(rate: number): string {
  return rate < 99.95 ? String(Number(rate.toFixed(1))) : formatCount(Math.round(rate));
}

/** A share of all, 0 to 1, in percent: `99.9 %`, `0.013 %`; never 0 where there is any, nor 100 where one is missing. */
export function formatShare(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  const percent = share * 100;
  if (percent > 99.99) return '>99.99 %';
  if (percent < 0.001) return '<0.001 %';
  if (percent > 99) return `${Number(percent.toFixed(2))} %`;
  return `${threeOrFewer(percent)} %`;
}

function threeDigits(amount: number): string {
  if (amount < 9.995) return amount.toFixed(2);
  if (amount < 99.95) return amount.toFixed(1);
  return formatCount(Math.round(amount));
}

function threeOrFewer(amount: number): string {
  if (amount < 1) return amount.toPrecision(amount < 0.0995 ? 1 : 2);
  return amount.toFixed(amount < 9.995 ? 2 : 1);
}
