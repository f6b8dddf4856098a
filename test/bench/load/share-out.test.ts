import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiesOf, shareOut } from '../../../src/bench/load/load-plan.js';

describe('the share of each thread', () => {
  it.each([
    ['one of both', 1, 1, 2, ['1+0', '0+1']],
    ['one of both in one thread', 1, 1, 1, ['1+1']],
    ['more threads than there is to do', 2, 1, 8, ['1+0', '1+0', '0+1']],
    ['more of one than of the other', 1, 3, 2, ['1+1', '0+2']],
    ['subscribers alone', 0, 3, 2, ['0+1', '0+2']],
    ['clients alone', 5, 0, 2, ['2+0', '3+0']],
  ])('is even: %s', (_, clients, subscribers, threads, shares) => {
    expect(shareOut({ clients, subscribers }, threads).map((share) => `${share.clients}+${share.subscribers}`)).toEqual(
      shares,
    );
  });

  it('numbers all of them once, whatever there is', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.integer({ min: 1, max: 12 }), (clients, subscribers, threads) => {
        let nextClient = 0;
        let nextSubscriber = 0;
        const shares = shareOut({ clients, subscribers }, threads);
        shares.forEach((share, thread) => {
          expect(share).toMatchObject({ thread, threads: shares.length });
          expect([share.firstClient, share.firstSubscriber]).toEqual([nextClient, nextSubscriber]);
          nextClient += share.clients;
          nextSubscriber += share.subscribers;
        });
        expect([nextClient, nextSubscriber]).toEqual([clients, subscribers]);
        expect(shares.length).toBe(Math.max(1, Math.min(threads, clients + subscribers)));
      }),
    );
  });
});

describe('the copies of a message', () => {
  it('are one for each subscriber, or one for a queue group', () => {
    expect(copiesOf({ subscribers: 3, queue: undefined })).toBe(3);
    expect(copiesOf({ subscribers: 3, queue: 'q' })).toBe(1);
  });
});
