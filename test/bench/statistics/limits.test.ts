import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLimits, requireMeasurable } from '../../../src/bench/statistics/limits.js';

describe('parseLimits', () => {
  it.each([
    ['p99=5ms', [{ name: 'p99', text: '5ms', unit: 'ms', most: 5 }]],
    ['p50=200us', [{ name: 'p50', text: '200us', unit: 'ms', most: 0.2 }]],
    ['p99.9=1s', [{ name: 'p999', text: '1s', unit: 'ms', most: 1_000 }]],
    ['p99.99=1m', [{ name: 'p9999', text: '1m', unit: 'ms', most: 60_000 }]],
    ['errors=0.1%', [{ name: 'errors', text: '0.1%', unit: '%', most: 0.1 }]],
    ['errors=5', [{ name: 'errors', text: '5', unit: 'messages', most: 5 }]],
    ['lost=0', [{ name: 'lost', text: '0', unit: 'messages', most: 0 }]],
    ['lost=0%', [{ name: 'lost', text: '0%', unit: '%', most: 0 }]],
    ['recovery=1m30s', [{ name: 'recovery', text: '1m30s', unit: 'ms', most: 90_000 }]],
    [
      'max=1s, gap=2s',
      [
        { name: 'max', text: '1s', unit: 'ms', most: 1_000 },
        { name: 'gap', text: '2s', unit: 'ms', most: 2_000 },
      ],
    ],
  ])('reads %s', (text, limits) => {
    expect(parseLimits(text)).toEqual(limits);
  });

  it.each([
    ['', '--slo: "" is no limit', 'write NAME=LIMIT'],
    ['p99', '--slo: "p99" is no limit', 'write NAME=LIMIT'],
    ['p99=', '--slo: "p99=" is no limit', 'write NAME=LIMIT'],
    ['=5ms', '--slo: "=5ms" is no limit', 'write NAME=LIMIT'],
    ['p99=5ms,', '--slo: "" is no limit', 'write NAME=LIMIT'],
    ['p99<5ms', '--slo: "p99<5ms" is no limit', 'write NAME=LIMIT'],
    ['p99=5', '--slo p99: "5" has no unit', 'write p99=5ms'],
    ['p99=5%', '--slo p99: "5%" is not a duration', 'write a number with its unit'],
    ['gap=0s', '--slo gap: "0s" is out of range', 'above zero'],
    ['p98=5ms', '--slo: unknown limit "p98", perhaps p9', 'p50, p90, p99, p999, p9999, max, mean, errors, lost'],
    ['throughput=5', '--slo: unknown limit "throughput"', 'late, duplicated, out_of_order, gap, recovery'],
    ['out-of-order=0', '--slo: unknown limit "out-of-order", perhaps out_of_order', 'there are'],
    ['rate=5000', '--slo sets upper limits, and a rate is good where it is high', '--strict-rate'],
    ['errors=5ms', '--slo errors: "5ms" is neither a count nor a share', 'errors=0.1%'],
    ['errors=101%', '--slo errors: "101%" is neither', 'errors=0.1%'],
    ['errors=1.5', '--slo errors: "1.5" is neither', 'errors=0.1%'],
    ['lost=-1', '--slo lost: "-1" is neither', 'lost=0'],
    ['p99=5ms,p99=6ms', '--slo: p99 has two limits', ''],
    ['p99.9=5ms,p999=6ms', '--slo: p999 has two limits', ''],
  ])('refuses %s', (text, message, hint) => {
    expect(() => parseLimits(text)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringContaining(message),
        ...(hint !== '' && { hint: expect.stringContaining(hint) }),
      }),
    );
  });

  it('reads any text, or says that it cannot with exit 2', () => {
    const part = fc
      .tuple(fc.constantFrom('p99', 'errors', 'gap', 'rate', 'x'), fc.string())
      .map((pair) => pair.join('='));
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { minLength: 1 }).map((parts) => parts.join(',')),
    );
    fc.assert(
      fc.property(text, (written) => {
        try {
          expect(parseLimits(written).every(({ most }) => most >= 0)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'usage', exitCode: 2 });
        }
      }),
    );
  });
});

describe('requireMeasurable', () => {
  it('refuses a limit of latency where there is none to measure', () => {
    const limits = parseLimits('errors=0,p99=5ms');
    expect(() => requireMeasurable(limits, 'pub')).toThrow('bench pub measures no latency, so p99 cannot be kept');
    expect(() => requireMeasurable(limits, 'pubsub')).not.toThrow();
    expect(() => requireMeasurable(parseLimits('errors=0,gap=1s'), 'pub')).not.toThrow();
  });

  it.each([
    ['pub', 'duplicated=0', 'bench pub does not count duplicated'],
    ['pub', 'lost=0,late=0%', 'bench pub does not count late'],
    ['request', 'out_of_order=0', 'bench request does not count out_of_order'],
    ['sub', 'errors=0.1%', 'bench sub does not count errors'],
  ] as const)('refuses a limit that nothing could miss: %s, %s', (workload, text, message) => {
    expect(() => requireMeasurable(parseLimits(text), workload)).toThrow(message);
    expect(() =>
      requireMeasurable(parseLimits('lost=0,late=0,duplicated=0,out_of_order=0,errors=0'), 'pubsub'),
    ).not.toThrow();
  });
});
