import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupMerge, type GroupReach } from '../../../src/bench/load/group-merge.js';
import { PAGE_BITS } from '../../../src/bench/load/group-window.js';
import { type Receiver, ThreadGroup } from '../../../src/bench/load/receivers.js';
import { CAME_TWICE, IN_ORDER, LONG_PAST, OUT_OF_ORDER } from '../../../src/bench/load/sequence-tracker.js';

const PUBLISHER = 5;

/** A queue group of so many members in each thread, whose threads' parts are added up at the end. */
function openGroup(...membersOfThreads: number[]) {
  const merge = new GroupMerge(membersOfThreads.length);
  let pages = 0;
  const threads = membersOfThreads.map((count, thread) => {
    const group = new ThreadGroup((closed) => {
      pages += closed.pages.length;
      merge.add(thread, structuredClone(closed));
    });
    return { group, members: Array.from({ length: count }, () => group.join()) };
  });
  return {
    members: threads.flatMap(({ members }) => members) as Receiver[],
    pagesSoFar: () => pages,
    end(): { missing: number; repeated: number } {
      const reaches: GroupReach[] = threads.flatMap(({ group }) => group.close());
      merge.end(reaches);
      return { missing: merge.missing, repeated: merge.repeated };
    },
  };
}

describe('the members of a queue group', () => {
  it('have all together, each in order', () => {
    const group = openGroup(1, 2);
    for (let i = 0; i < 20_000; i++) expect(group.members[i % 3]?.see(PUBLISHER, i, true)).toBe(IN_ORDER);
    expect(group.end()).toEqual({ missing: 0, repeated: 0 });
  });

  it('tell what comes twice in one thread, and in two', () => {
    const group = openGroup(2, 1);
    const [first, second, elsewhere] = group.members as [Receiver, Receiver, Receiver];
    for (let i = 0; i < 100; i++) first.see(PUBLISHER, i, true);
    expect(second.see(PUBLISHER, 50, true)).toBe(CAME_TWICE);
    expect(elsewhere.see(PUBLISHER, 60, true)).toBe(IN_ORDER);
    expect(elsewhere.see(PUBLISHER, 70, true)).toBe(IN_ORDER);
    expect(group.end().repeated).toBe(2);
  });

  it('have an order for each connection only', () => {
    const group = openGroup(2);
    const [first, second] = group.members as [Receiver, Receiver];
    expect(first.see(PUBLISHER, 5, true)).toBe(IN_ORDER);
    expect(second.see(PUBLISHER, 3, true)).toBe(IN_ORDER);
    expect(first.see(PUBLISHER, 4, true)).toBe(OUT_OF_ORDER);
  });

  it('hand on what is done with as they go, and know no more of it', () => {
    const group = openGroup(1, 1);
    const far = 400 * PAGE_BITS;
    for (let i = 0; i < far; i += PAGE_BITS / 2) group.members[0]?.see(PUBLISHER, i, true);
    expect(group.pagesSoFar()).toBeGreaterThan(100);
    expect(group.members[0]?.see(PUBLISHER, 1, true)).toBe(LONG_PAST);
  });

  it('miss what none has, between the last of their firsts and the first of their latest', () => {
    const group = openGroup(1, 1);
    const [one, other] = group.members as [Receiver, Receiver];
    for (const sequence of [10, 12, 16, 30]) one.see(PUBLISHER, sequence, true);
    for (const sequence of [13, 15, 20]) other.see(PUBLISHER, sequence, true);
    // From 13 to 20: 14, 17, 18 and 19.
    expect(group.end().missing).toBe(4);
  });

  it('miss whole pages that none has', () => {
    const group = openGroup(1, 1);
    const far = 10 * PAGE_BITS;
    for (const member of group.members) {
      for (const sequence of [0, 1]) member.see(PUBLISHER, sequence, true);
      member.see(PUBLISHER, far, true);
    }
    expect(group.end()).toEqual({ missing: far - 2, repeated: 3 });
  });

  it('leave what is not measured out of it', () => {
    const group = openGroup(1, 1);
    const [one, other] = group.members as [Receiver, Receiver];
    for (const member of [one, other]) {
      member.see(PUBLISHER, 10, false);
      member.see(PUBLISHER, 1_000, true);
    }
    one.see(PUBLISHER, 1_001, true);
    expect(group.end()).toEqual({ missing: 0, repeated: 1 });
  });

  it('count what comes twice in two threads also where it comes behind the first of each', () => {
    const group = openGroup(1, 1);
    for (const member of group.members) for (const sequence of [6, 5]) member.see(PUBLISHER, sequence, true);
    expect(group.end().repeated).toBe(2);
  });

  it('add up to what a set of all says', () => {
    const arrival = fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 3 * PAGE_BITS }));
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 400 }), (arrivals) => {
        const group = openGroup(2, 1, 1);
        const seen = new Set<number>();
        let counted = 0;
        for (const [member, sequence] of arrivals) {
          const place = group.members[member]?.see(PUBLISHER, sequence, true);
          if (place !== CAME_TWICE) counted += 1;
          seen.add(sequence);
        }
        expect(counted - group.end().repeated).toBe(seen.size);
      }),
    );
  });
});
