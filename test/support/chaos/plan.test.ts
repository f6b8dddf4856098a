import { describe, expect, it } from 'vitest';
import { type Fault, planFaults } from './plan.js';

const MINUTE_MS = 60_000;
const SEEDS = Array.from({ length: 50 }, (_, index) => index);

describe('the faults of a chaos test', () => {
  it('are the same for the same seed, and others for another one', () => {
    expect(planFaults(7, MINUTE_MS)).toEqual(planFaults(7, MINUTE_MS));
    expect(planFaults(7, MINUTE_MS)).not.toEqual(planFaults(8, MINUTE_MS));
  });

  it.each(SEEDS)('are of every kind within a minute, in their order, and leave its end quiet: seed %i', (seed) => {
    const faults = planFaults(seed, MINUTE_MS);
    const kinds = new Set<Fault['kind']>(faults.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['kill', 'reload', 'restart_server', 'scale', 'stop']);
    const times = faults.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(times.at(-1)).toBeLessThan(MINUTE_MS - 5_000);
  });

  it.each(SEEDS)('leave what is lost in one burst its second try: seed %i', (seed) => {
    const losses = planFaults(seed, MINUTE_MS).filter(({ kind }) => kind === 'kill' || kind === 'stop');
    for (const [index, { atMs }] of losses.entries()) {
      // Of one burst, or far enough that the watchdog (1 s) and a second try (3 s) lie between them.
      const sinceMs = atMs - (losses[index - 1]?.atMs ?? 0);
      if (index > 0) expect(sinceMs < 600 || sinceMs > 5_000).toBe(true);
    }
  });
});
