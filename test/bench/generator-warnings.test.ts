import { describe, expect, it } from 'vitest';
import { generatorWarnings } from '../../src/bench/generator-warnings.js';

const busy = { busiest_thread: 0.98, event_loop_delay_ms: 0 };
const late = { busiest_thread: 0.5, event_loop_delay_ms: 12.34 };

describe('the limits of the generator', () => {
  it('are none of a generator that has time', () => {
    const idle = { busiest_thread: 0.94, event_loop_delay_ms: 9.9 };
    expect(generatorWarnings(idle, { workload: 'request', engine: 'client' }, true)).toEqual([]);
  });

  it.each([
    ['request', 'client', /98 % of the time: .*; more --clients and --threads, or --engine wire$/],
    ['request', 'wire', /98 % of the time: .*; more --clients and --threads$/],
    ['sub', 'wire', /98 % of the time: .*; more --subscribers and --threads$/],
  ] as const)('name what may mend it: %s, %s', (workload, engine, warning) => {
    expect(generatorWarnings(busy, { workload, engine }, true)).toEqual([expect.stringMatching(warning)]);
  });

  it('show in the latencies where there are any', () => {
    expect(generatorWarnings(late, { workload: 'request', engine: 'wire' }, true)).toEqual([
      expect.stringMatching(/up to 12\.3 ms late.*: the latencies include it$/),
    ]);
    expect(generatorWarnings(late, { workload: 'pub', engine: 'wire' }, false)).toEqual([
      expect.stringMatching(/up to 12\.3 ms late.*: the figures include it$/),
    ]);
  });
});
