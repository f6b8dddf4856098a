import { describe, expect, it } from 'vitest';
import { type Bucket, decodeHistogram, encodeHistogram } from '../../../src/bench/histogram/hdr.js';
import { LatencyCounts } from '../../../src/bench/histogram/latency-counts.js';

const roundTrip = async (buckets: Iterable<Bucket>) => decodeHistogram(await encodeHistogram(buckets));

describe('an HDR histogram', () => {
  it('is text in base64, and starts with the mark of V2, compressed', async () => {
    const text = await encodeHistogram([[1e6, 1]]);
    expect(text).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(text, 'base64').readUInt32BE()).toBe(0x1c849314);
  });

  it.each([1, 999, 1_024, 123_456, 842_000, 5e6, 1.5e9, 2 ** 32 + 1, 2 ** 40 - 1, 3.6e12])(
    'keeps %d ns to 0.1 %%',
    async (ns) => {
      const histogram = await roundTrip([[ns, 1]]);
      expect(Math.abs(histogram.percentileMs(50) * 1e6 - ns)).toBeLessThanOrEqual(ns / 1_000);
      const [[middle, count] = [0, 0]] = [...histogram.buckets()];
      expect(count).toBe(1);
      expect(Math.abs(middle - ns)).toBeLessThanOrEqual(ns / 1_000);
    },
  );

  it('keeps fractions, zero and what is beyond its range as the nearest that it knows', async () => {
    const histogram = await roundTrip([
      [0, 1],
      [1.4, 2],
      [1e15, 3],
    ]);
    expect(histogram.count).toBe(6);
    expect(histogram.percentileMs(0)).toBe(1e-6);
    expect(histogram.percentileMs(100)).toBeCloseTo(2 ** 42 / 1e6, 0);
  });

  it('keeps counts beyond 32 bits', async () => {
    const histogram = await roundTrip([
      [1e6, 5e10],
      [2e6, 1],
    ]);
    expect(histogram.count).toBe(5e10 + 1);
    expect([...histogram.buckets()].map(([, count]) => count)).toEqual([5e10, 1]);
  });

  it('has the percentiles of what was counted', async () => {
    const counts = new LatencyCounts();
    for (let ms = 1; ms <= 1_000; ms++) counts.record(ms * 1e6);
    const histogram = await roundTrip(counts.buckets());
    expect(histogram.count).toBe(1_000);
    for (const percentile of [50, 90, 99, 99.9, 100]) {
      const ms = percentile * 10;
      expect(Math.abs(histogram.percentileMs(percentile) - ms)).toBeLessThanOrEqual(ms / 500);
    }
  });

  it('is the same where it is made of what was read back, so that several can be added up', async () => {
    const text = await encodeHistogram([1, 7, 842_000, 842_001, 5e6, 3.6e12].map((ns) => [ns, 2]));
    expect(await encodeHistogram((await decodeHistogram(text)).buckets())).toBe(text);
  });

  it('of nothing has no percentiles, no curve, and a distribution that says so', async () => {
    const histogram = await roundTrip([]);
    expect(histogram).toMatchObject({ count: 0 });
    expect(histogram.percentileMs(99)).toBe(0);
    expect(histogram.curve()).toEqual([]);
    expect(histogram.hgrm()).toContain('Total count    =            0]');
  });

  it('gives the curve up to the slowest of all', async () => {
    const curve = (
      await roundTrip([
        [1e6, 9_999],
        [100e6, 1],
      ])
    ).curve();
    expect(curve[0]).toMatchObject({ percentile: 0, count: 9_999 });
    expect(curve.at(-1)).toMatchObject({ percentile: 100, count: 10_000 });
    expect(curve.at(-1)?.ms).toBeCloseTo(100, 0);
    const percentiles = curve.map(({ percentile }) => percentile);
    expect(percentiles).toEqual([...percentiles].sort((a, b) => a - b));
  });

  it('is written in ms in the form that plotters read', async () => {
    const lines = (
      await roundTrip([
        [842_000, 3],
        [5e6, 1],
      ])
    )
      .hgrm()
      .split('\n');
    expect(lines[0]).toBe('       Value     Percentile TotalCount 1/(1-Percentile)');
    expect(lines[2]).toBe('       0.842 0.000000000000          3           1.00');
    expect(lines).toContain('       5.001 1.000000000000          4');
    expect(lines.at(-4)).toMatch(/^#\[Mean {4}= +1\.88\d, StdDeviation {3}= +1\.80\d\]$/);
    expect(lines.at(-3)).toMatch(/^#\[Max {5}= +5\.001, Total count {4}= +4\]$/);
  });

  it.each(['', 'AAAA', 'not base64 at all', Buffer.alloc(64).toString('base64')])(
    'is not made of any text: %j',
    async (text) => {
      await expect(decodeHistogram(text)).rejects.toThrow();
    },
  );
});
