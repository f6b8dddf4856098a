import { describe, expect, it } from 'vitest';
import { keptShare, type SentOfPlan } from '../../src/bench/kept-rate.js';
import type { RunEnd } from '../../src/bench/load/load-plan.js';

const duration: RunEnd = { kind: 'duration', durationMs: 10_000 };
const messages: RunEnd = { kind: 'messages', messages: 1_000 };
const all: SentOfPlan = { planned: 1_000, sent: 1_000, lastSentMs: 9_990, interruptedMs: undefined };

describe('how much of a rate was kept', () => {
  it.each<[string, RunEnd, 'constant' | 'poisson', Partial<SentOfPlan>, number]>([
    ['all of it', duration, 'constant', {}, 1],
    ['all of so many', messages, 'constant', {}, 1],
    ['what was sent in half as much time again', duration, 'constant', { lastSentMs: 15_000 }, 10 / 15],
    ['so many in twice the time', messages, 'constant', { lastSentMs: 20_000 }, 0.5],
    ['all but what could not be sent', duration, 'constant', { sent: 900 }, 0.9],
    ['by chance fewer', duration, 'poisson', { planned: 960, sent: 960 }, 1],
    ['by chance fewer, and not all sent', duration, 'poisson', { planned: 960, sent: 480 }, 0.5],
    ['at random, too late', duration, 'poisson', { lastSentMs: 20_000 }, 0.5],
    ['so many at random', messages, 'poisson', { lastSentMs: 10_400 }, 1],
    [
      'all until it was ended',
      duration,
      'constant',
      { sent: 200, planned: 200, interruptedMs: 2_000, lastSentMs: 1_990 },
      1,
    ],
    [
      'half until it was ended',
      duration,
      'constant',
      { sent: 100, planned: 100, interruptedMs: 2_000, lastSentMs: 1_990 },
      0.5,
    ],
    ['nothing of nothing', duration, 'poisson', { planned: 0, sent: 0, lastSentMs: 0 }, 1],
  ])('is %s', (_, end, arrivals, run, kept) => {
    expect(keptShare({ kind: 'open', rate: 100, arrivals }, end, { ...all, ...run })).toBeCloseTo(kept, 6);
  });
});
