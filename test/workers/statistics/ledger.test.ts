import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LatencyHistogram } from '../../../src/services/latency-histogram.js';
import { StatisticsLedger } from '../../../src/workers/statistics/ledger.js';
import { tallyOf, type WorkerSnapshot } from '../../../src/workers/statistics/snapshot.js';

/** A worker that has answered so many requests of each endpoint, each in 1 ms, every tenth of them with an error. */
function snapshot(requests: Readonly<Record<string, number>>, inFlight = 0): WorkerSnapshot {
  const endpoints = Object.entries(requests).map(([endpoint, count]) => {
    const latency = new LatencyHistogram();
    for (let index = 0; index < count; index++) latency.record(1);
    return {
      service: 'orders',
      endpoint,
      requests: count,
      errors: Math.floor(count / 10),
      inFlight,
      processingNs: count * 1e6,
      latency: latency.counts(),
    };
  });
  return { endpoints, lag: { counts: [3, 2], sumMs: 0.008, recentMs: 0.004 }, rssBytes: 50_000_000 };
}

function requestsOf(ledger: StatisticsLedger<string>): readonly (readonly [string, number, number])[] {
  return ledger.endpoints().map(({ endpoint, requests, inFlight }) => [endpoint, requests, inFlight]);
}

describe('StatisticsLedger', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('adds up what the workers have told last', () => {
    const ledger = new StatisticsLedger<string>();
    ledger.hear('first', snapshot({ new: 5 }, 1), false);
    ledger.hear('second', snapshot({ new: 10, cancel: 1 }, 2), false);
    ledger.hear('first', snapshot({ new: 20 }, 3), false);
    expect(ledger.endpoints()).toMatchObject([
      { service: 'orders', endpoint: 'new', requests: 30, errors: 3, inFlight: 5, processingNs: 30e6 },
      { service: 'orders', endpoint: 'cancel', requests: 1, errors: 0, inFlight: 2, processingNs: 1e6 },
    ]);
    expect(ledger.endpoints()[0]?.latency.countUpTo(1)).toBe(30);
    expect(ledger.lag().histogram.count).toBe(4);
    expect(ledger.lag().sumMs).toBeCloseTo(0.016);
  });

  it('keeps what those that ended have done, but nothing in flight', () => {
    const ledger = new StatisticsLedger<string>();
    ledger.hear('first', snapshot({ new: 5 }, 2), false);
    ledger.bury('first');
    expect(requestsOf(ledger)).toEqual([['new', 5, 0]]);
    ledger.hear('second', snapshot({ new: 1 }, 1), false);
    ledger.bury('third');
    expect(requestsOf(ledger)).toEqual([['new', 6, 1]]);
    ledger.bury('second');
    expect(requestsOf(ledger)).toEqual([['new', 6, 0]]);
    expect(ledger.endpoints()[0]?.latency.count).toBe(6);
    expect(ledger.lag().histogram.count).toBe(4);
  });

  it('tells of endpoints that nobody has asked, and keeps their order', () => {
    const ledger = new StatisticsLedger<string>();
    ledger.hear('first', snapshot({ new: 0, cancel: 0 }), false);
    ledger.bury('first');
    ledger.hear('second', snapshot({ cancel: 1, new: 1 }), false);
    expect(requestsOf(ledger)).toEqual([
      ['new', 1, 0],
      ['cancel', 1, 0],
    ]);
  });

  it('asks all, and is done when all have answered or ended', async () => {
    const ledger = new StatisticsLedger<string>();
    const asked: string[] = [];
    let isDone = false;
    const refreshed = ledger.refresh(['first', 'second'], (worker) => asked.push(worker)).then(() => (isDone = true));
    expect(asked).toEqual(['first', 'second']);
    ledger.hear('first', snapshot({ new: 1 }), true);
    // That was under way before it was asked.
    ledger.hear('second', snapshot({ new: 1 }), false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isDone).toBe(false);
    ledger.bury('second');
    await refreshed;
    expect(requestsOf(ledger)).toEqual([['new', 2, 0]]);
  });

  it('does not wait for a worker that is too busy to answer', async () => {
    const ledger = new StatisticsLedger<string>();
    ledger.hear('first', snapshot({ new: 7 }), false);
    const refreshed = ledger.refresh(['first'], () => undefined);
    await vi.advanceTimersByTimeAsync(250);
    await refreshed;
    expect(requestsOf(ledger)).toEqual([['new', 7, 0]]);
    // Late, and no answer to what is asked next.
    ledger.hear('first', snapshot({ new: 8 }), true);
    expect(requestsOf(ledger)).toEqual([['new', 8, 0]]);
  });

  it('asks once for all that want to know at the same time', async () => {
    const ledger = new StatisticsLedger<string>();
    const asked: string[] = [];
    const ask = (worker: string): void => void asked.push(worker);
    const both = Promise.all([ledger.refresh(['first'], ask), ledger.refresh(['first'], ask)]);
    ledger.hear('first', snapshot({}), true);
    await both;
    expect(asked).toEqual(['first']);
    const again = ledger.refresh(['first'], ask);
    ledger.hear('first', snapshot({}), true);
    await again;
    expect(asked).toEqual(['first', 'first']);
  });

  it('asks nobody where there is nobody', async () => {
    await new StatisticsLedger<string>().refresh([], () => undefined);
  });
});

describe('tallyOf', () => {
  it('adds up the endpoints of a worker', () => {
    const tally = tallyOf(snapshot({ new: 10, cancel: 5 }, 1));
    expect(tally).toMatchObject({ requests: 15, errors: 1, inFlight: 2, processingNs: 15e6 });
    expect(tally.latency.percentile(99)).toBeCloseTo(0.995);
  });
});
