import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { LatencyCounts } from '../../../src/bench/histogram/latency-counts.js';
import { latencyBars } from '../../../src/bench/report/terminal/latency-bars.js';
import { latencyBins } from '../../../src/bench/report/terminal/latency-bins.js';

const MS = 1e6;

describe('bins of latencies', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['of one decade', [1, 1.6, 2.5, 4, 6.3, 9.9], [1, 1.6, 2.5, 4, 6.3]],
    ['of one value', [0.842], [0.841]],
    ['of three decades', [1, 9, 90, 999], [1, 1.6, 6.3, 10, 63, 100, 630]],
    ['of a narrow range', [1, 1.1], [1, 1.01]],
    ['of nothing', [], []],
  ])('%s begin at round numbers', (_, values, starts) => {
    const bins = latencyBins(
      values.map((ms) => [ms * MS, 1]),
      9,
    );
    expect(bins.map(({ fromMs }) => fromMs).slice(0, starts.length)).toEqual(starts);
    expect(bins.length).toBeLessThanOrEqual(9);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
  });

  it('hold all from their start to the next one, and long gaps are one', () => {
    const values = [1, 1.5, 1.6, 2.4, 2.5, 999].map((ms) => [ms * MS, 2] as const);
    expect(latencyBins(values, 6).map(({ fromMs, count, isGap }) => [fromMs, count, isGap])).toEqual([
      [1, 4, false],
      [1.6, 4, false],
      [2.5, 2, false],
      [4, 0, true],
      [630, 2, false],
    ]);
  });

  it('reach over any range', () => {
    const bins = latencyBins(
      [
        [1, 1],
        [2 ** 42, 1],
      ],
      16,
    );
    expect(bins.length).toBeLessThanOrEqual(16);
    expect(bins[0]).toEqual({ fromMs: 1e-6, count: 1, isGap: false });
  });
});

const counts = new LatencyCounts();
for (let i = 0; i < 9_000; i++) counts.record(MS * (1 + (i % 100) / 100));
for (let i = 0; i < 990; i++) counts.record(MS * (2 + i / 990));
for (let i = 0; i < 10; i++) counts.record(MS * 95);
const buckets = [...counts.buckets()];
const quantile = (share: number): number => counts.quantileNs(share) / MS;
const LATENCIES = {
  min: 1,
  mean: 1.8,
  stddev: 3,
  p50: quantile(0.5),
  p90: quantile(0.9),
  p99: quantile(0.99),
  p999: quantile(0.999),
  p9999: quantile(0.9999),
  max: 95,
};

describe('bars of latencies', () => {
  it.each([80, 200])('fit %d columns', (columns) => {
    const lines = latencyBars(buckets, LATENCIES, { columns });
    for (const line of lines) expect(Array.from(line).length, line).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeLessThanOrEqual(17);
  });

  it('have their start, their share and the percentiles', () => {
    expect(latencyBars(buckets, LATENCIES, { columns: 60 })).toMatchInlineSnapshot(`
      [
        "   FROM                  SHARE",
        "1.00 ms  ██████▌        11.7 %",
        "1.12 ms  ██████▌        11.7 %",
        "1.26 ms  ████████       14.4 %",
        "1.41 ms  ████████▌      15.3 %  p50",
        "1.58 ms  █████████▌     17.1 %",
        "1.78 ms  ███████████    19.8 %  p90",
        "2.00 ms  █▍             2.39 %",
        "2.24 ms  █▌             2.67 %",
        "2.51 ms  █▊             3.06 %",
        "2.82 ms  █              1.78 %  p99 p99.9",
        "      ⋮",
        "89.1 ms  ▏              0.10 %  p99.99 max",
      ]
    `);
  });

  it('are coloured where there are colours', () => {
    const colors = new Chalk({ level: 1 });
    expect(latencyBars(buckets, LATENCIES, { columns: 80, colors })[1]).toContain('\u001b[36m');
    expect(latencyBars(buckets, LATENCIES, { columns: 80 }).join('')).not.toContain('\u001b');
  });

  it('are none where there is nothing', () => {
    expect(latencyBars([], LATENCIES, { columns: 80 })).toEqual([]);
  });
});
