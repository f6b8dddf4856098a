import { afterEach, expect, it, vi } from 'vitest';
import { Arrivals } from '../../../src/bench/load/arrivals.js';
import { nowNs } from '../../../src/bench/load/clock.js';
import { Departures } from '../../../src/bench/load/departures.js';
import { ThreadTally } from '../../../src/bench/load/thread-tally.js';

afterEach(() => void vi.restoreAllMocks());

it('turns the loop behind a plan that cannot be kept, once for all who ask', () => {
  const turns = vi.spyOn(globalThis, 'setImmediate');
  const startNs = nowNs() - 1e9;
  const tally = new ThreadTally(startNs, startNs, () => undefined);
  const arrivals = new Arrivals({ kind: 'open', rate: 1e8, arrivals: 'constant' }, startNs, startNs, {
    ...{ share: 1, phase: 0, seed: 1 },
  });
  let sent = 0;
  const departures = new Departures(
    [{ isConnected: true, isBehind: false }],
    arrivals,
    {
      times: { startNs, measuredNs: startNs, endNs: startNs + 60e9 },
      tally,
      clients: [],
      arrivals,
      messages: undefined,
    },
    {
      patienceMs: 5_000,
      send: () => {
        sent += 1;
      },
      giveUp: () => undefined,
      onSent: () => undefined,
    },
  );
  try {
    for (let i = 0; i < 5; i++) departures.sendDue();
    expect(sent).toBeGreaterThan(0);
    expect(turns).toHaveBeenCalledTimes(1);
  } finally {
    departures.close();
  }
});
