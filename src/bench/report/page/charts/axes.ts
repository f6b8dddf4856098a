import { scaleLinear, scaleLog } from 'd3-scale';
import { formatCount } from '../../../../units.js';

/** One direction of a chart. */
export interface Axis {
  /** What is measured, with its unit. */
  readonly title: string;
  readonly ticks: readonly Tick[];
  /** Where a value stands, 0 (left, bottom) to 1. */
  readonly place: (value: number) => number;
}

export interface Tick {
  readonly value: number;
  /** Empty where there is only a line. */
  readonly label: string;
  /** Left out where the page is narrow. */
  readonly isSpare?: boolean;
}

/** Above such a proportion of the largest to the smallest, what is small cannot be read off a linear axis. */
const MOST_ON_A_LINE = 20;
/** With more powers of ten, only these are named. */
const DECADES_IN_FULL = 2.5;
/** A longer axis of time is in minutes. */
export const MINUTES_FROM_S = 600;

/** From zero to somewhat above the largest value. */
export function amountAxis(values: readonly number[], title: string): Axis {
  const scale = scaleLinear([0, Math.max(...values, Number.MIN_VALUE)], [0, 1]).nice(5);
  const shorten = shortenerFor(scale.domain()[1] as number);
  return { title, ticks: scale.ticks(5).map((value) => ({ value, label: shorten(value) })), place: scale };
}

/** Around the values: for dots, whose place is compared and not their distance from zero. */
export function spreadAxis(values: readonly number[], title: string): Axis {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low) * 0.08 || Math.abs(high) * 0.05 || 1;
  const scale = scaleLinear([Math.max(0, low - room), high + room], [0, 1]).nice(5);
  const shorten = shortenerFor(scale.domain()[1] as number);
  const ticks = scale.ticks(4).map((value, i) => ({ value, label: shorten(value), isSpare: i % 2 === 1 }));
  return { title, ticks, place: scale };
}

/** Linear from zero where all values can be read so, logarithmic where not; the title says which. */
export function latencyAxis(values: readonly number[], what: string): Axis {
  const positive = values.filter((value) => value > 0);
  const low = Math.min(...positive);
  const high = Math.max(...positive);
  if (!(high / low > MOST_ON_A_LINE)) return amountAxis(positive, `${what}, ms`);
  const bottom = roundDown(low);
  const top = roundUp(high);
  const scale = scaleLog([bottom, top], [0, 1]).clamp(true);
  const isShort = Math.log10(top / bottom) <= DECADES_IN_FULL;
  const ticks = steps(bottom, top)
    .filter((value) => isShort || isPowerOfTen(value))
    .map(plainTick);
  return { title: `${what}, ms (log scale)`, ticks, place: scale };
}

/** From the start of the measured part. */
export function timeAxis(endS: number): Axis {
  const inMinutes = endS > MINUTES_FROM_S;
  const scale = scaleLinear([0, inMinutes ? endS / 60 : Math.max(endS, 1)], [0, 1]);
  return {
    title: inMinutes ? 'time, min' : 'time, s',
    ticks: scale.ticks(6).map(plainTick).map(inSeconds(inMinutes)),
    place: (seconds) => scale(inMinutes ? seconds / 60 : seconds),
  };
}

function inSeconds(inMinutes: boolean): (tick: Tick) => Tick {
  return (tick) => (inMinutes ? { ...tick, value: tick.value * 60 } : tick);
}

/**
 * Percentiles by their nines, so that each further nine takes as much room as the one before: a value is
 * -log10(1 - share).
 */
export function percentileAxis(mostNines: number): Axis {
  const end = Math.max(1, mostNines);
  const nines = Array.from({ length: Math.floor(end) }, (_, i) => i + 1);
  return {
    title: 'percentile',
    ticks: [
      { value: 0, label: '0' },
      { value: ninesOf(0.5), label: '50', isSpare: true },
      ...nines.map((value) => ({
        value,
        label: String(Number((100 * (1 - 10 ** -value)).toFixed(Math.max(0, value - 2)))),
        isSpare: nines.length > 5 && value % 2 === 0,
      })),
    ],
    place: (value) => value / end,
  };
}

/** @param share 0 to below 1 */
export function ninesOf(share: number): number {
  return -Math.log10(1 - share);
}

function plainTick(value: number): Tick {
  return { value, label: tickLabel(value) };
}

function tickLabel(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(6)));
}

/** Names the ticks of an axis in the same unit, short enough to stand beside it. */
function shortenerFor(highest: number): (value: number) => string {
  const [by, unit] = highest >= 1e6 ? [1e6, 'M'] : highest >= 1e5 ? [1e3, 'k'] : [1, ''];
  return (value) => (value === 0 ? '0' : `${tickLabel(value / by)}${unit}`);
}

const STEPS = [1, 2, 5] as const;

/** 1, 2, 5, 10, 20 within bounds. */
function steps(bottom: number, top: number): readonly number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(bottom)); power <= Math.ceil(Math.log10(top)); power++) {
    all.push(...STEPS.map((step) => Number((step * 10 ** power).toPrecision(3))));
  }
  return all.filter((value) => value >= bottom * 0.999 && value <= top * 1.001);
}

function roundDown(value: number): number {
  return steps(value / 10, value).at(-1) ?? value;
}

function roundUp(value: number): number {
  return steps(value, value * 10)[0] ?? value;
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
}
