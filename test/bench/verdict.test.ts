import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/bench/verdict.js';
import { FULL_REPORT } from './report/sample-reports.js';

const steps = [{ rate: 100, achieved: 100, p99_ms: 9, errors: 0, kept: false, missed: 'p99' }];

describe('a ramp none of whose rates kept the limits', () => {
  it.each([
    [0, '--warmup 2s keeps the start out of it; or begin lower'],
    [2, 'begin lower, or allow more'],
  ])('says what may mend it, after %i s of warm-up', (warmup_s, hint) => {
    const shape = { ...FULL_REPORT.shape, warmup_s };
    expect(verdictOf({ ...FULL_REPORT, shape, ramp: { steps } }, false)).toMatchObject({
      kind: 'expectation',
      message: 'no rate of the ramp kept the limits of --slo: the lowest, 100 a second, missed p99',
      hint,
    });
  });
});
