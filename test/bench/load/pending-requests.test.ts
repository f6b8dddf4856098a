import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAME_AGAIN, CAME_LATE, PendingRequests } from '../../../src/bench/load/pending-requests.js';

const ignore = (): void => undefined;

describe('the requests that wait', () => {
  it('give the time for which each was planned, once', () => {
    const pending = new PendingRequests();
    const first = pending.add(10, 100);
    const second = pending.add(20, 200);
    expect(pending.waiting).toBe(2);
    expect(pending.settle(second)).toBe(20);
    expect(pending.settle(second)).toBe(CAME_AGAIN);
    expect(pending.settle(first)).toBe(10);
    expect(pending.waiting).toBe(0);
  });

  it('are given up in the order in which they were sent, and replies to those come late', () => {
    const pending = new PendingRequests();
    const tokens = [100, 200, 300].map((sentNs) => pending.add(sentNs, sentNs));
    const given: number[] = [];
    pending.expire(250, (sentNs) => given.push(sentNs));
    expect(given).toEqual([100, 200]);
    expect(pending.waiting).toBe(1);
    expect(tokens.map((token) => pending.settle(token))).toEqual([CAME_LATE, CAME_LATE, 300]);
  });

  it('are all known however many there are, and in whatever order their replies come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.infiniteStream(fc.nat()), (count, picks) => {
        const pending = new PendingRequests();
        const waiting = Array.from({ length: count }, (_, i) => [pending.add(i + 1, i + 1), i + 1] as const);
        while (waiting.length > 0) {
          const [[token, plannedNs]] = waiting.splice(picks.next().value % waiting.length, 1) as [[number, number]];
          expect(pending.settle(token)).toBe(plannedNs);
        }
        expect(pending.waiting).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('do not grow without bound where one of them waits for long', () => {
    const pending = new PendingRequests();
    pending.add(1, 1);
    for (let i = 2; i < 50_000; i++) expect(pending.settle(pending.add(i, i))).toBe(i);
    pending.expire(10, ignore);
    expect(pending.waiting).toBe(0);
  });

  it('take a reply to a request of long ago for a late one', () => {
    const pending = new PendingRequests();
    const first = pending.add(1, 1);
    pending.expire(2, ignore);
    for (let i = 2; i < 10_000; i++) pending.settle(pending.add(i, i));
    expect(pending.settle(first)).toBe(CAME_LATE);
  });
});
