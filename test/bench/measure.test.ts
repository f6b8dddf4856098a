import { describe, expect, it } from 'vitest';
import { RunMerge } from '../../src/bench/load/run-merge.js';
import { combine, type Outcome } from '../../src/bench/measure.js';

function outcome(parts: Partial<Outcome> = {}): Outcome {
  return {
    merge: new RunMerge(1, () => undefined),
    ...{ durationMs: 1_000, plannedMs: 1_000, server: 'nats://127.0.0.1:4222', info: {}, threads: 1 },
    generator: { cpuPercent: 1, mostMemoryBytes: 1, loopDelayMs: 0, busiest: 0 },
    ...{ interrupted: false, receipt: undefined, silences: [], hasBegun: true, ramp: undefined },
    ...parts,
  };
}

describe('several runs', () => {
  it('are all there, and not interrupted', () => {
    expect(combine([outcome(), outcome()])).toMatchObject({ outcomes: { length: 2 }, interrupted: false });
  });

  it('are interrupted where the signal came before the next one had begun', () => {
    const connecting = outcome({ hasBegun: false, interrupted: true });
    expect(combine([outcome(), connecting])).toMatchObject({ outcomes: { length: 1 }, interrupted: true });
    expect(combine([outcome()], true)).toMatchObject({ outcomes: { length: 1 }, interrupted: true });
  });
});
