import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSilence } from '../../src/discovery/silence.js';
import { type End, ReplyCollector } from '../../src/requests/many/reply-collector.js';

describe('the silence that ends a question', () => {
  it.each([
    ['all answer at once', [5, 5, 6], [200, 200, 200]],
    ['the first takes long', [100, 101], [300, 300]],
    ['one comes long after the others', [10, 20, 120, 121], [200, 200, 300, 300]],
    ['they come at an even pace', [90, 180, 270], [270, 270, 270]],
  ])('is three times the longest pause, where %s', (_, answeredMs, silences) => {
    const silence = createSilence();
    expect(answeredMs.map(silence)).toEqual(silences);
  });

  it('is never shorter than what is asked for', () => {
    const silence = createSilence(50);
    expect([1, 2, 30].map(silence)).toEqual([50, 50, 84]);
  });
});

describe('a question whose answers come', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** When it ended, and why, with answers at these moments. */
  async function endOf(answersMs: readonly number[], timeoutMs = 5_000) {
    const started = performance.now();
    const taken: number[] = [];
    const gathering = { wanted: 'all', idleMs: createSilence(), isNoStream: true } as const;
    const collector = new ReplyCollector(gathering, timeoutMs, ({ rttMs }) => void taken.push(rttMs));
    for (const rttMs of answersMs) {
      setTimeout(() => collector.receive({ body: new Uint8Array(0), headers: undefined, rttMs }), rttMs);
    }
    let ended: { readonly end: End; readonly afterMs: number } | undefined;
    void collector.ended.then((end) => {
      ended = { end, afterMs: performance.now() - started };
    });
    await vi.advanceTimersByTimeAsync(timeoutMs + 1);
    return { ...ended, answers: taken.length };
  }

  it.each([
    ['200 ms after the last of those that come at once', [2, 3, 4], { end: 'silence', afterMs: 204, answers: 3 }],
    ['later over a slow network', [400, 420], { end: 'silence', afterMs: 1_620, answers: 2 }],
    ['without one that is far later than the others', [2, 3, 4, 300], { end: 'silence', afterMs: 204, answers: 3 }],
    [
      'at the time-out where they never stop',
      [900, 1_800, 2_700, 3_600, 4_500],
      { end: 'timeout', afterMs: 5_000, answers: 5 },
    ],
    ['at the time-out where there are none', [], { end: 'timeout', afterMs: 5_000, answers: 0 }],
  ])('ends %s', async (_, answersMs, expected) => {
    expect(await endOf(answersMs)).toEqual(expected);
  });
});
