import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { shareOut } from '../../../src/bench/load/load-plan.js';
import { Receipt } from '../../../src/bench/load/receipt.js';
import type { ReceivedCount, ThreadReceipt } from '../../../src/bench/load/thread-messages.js';
import { loadPlan, type PlanParts } from './load-plan.js';

/** What is to be said of two threads, the second of which receives. */
function openReceipt(parts: PlanParts = {}) {
  const plan = loadPlan('nats://127.0.0.1', { workload: 'pubsub', subscribers: 1, timeoutMs: 5_000, ...parts });
  const ends: string[] = [];
  const receipt = new Receipt(plan, shareOut(plan, 2), () => ends.push('ended'));
  return { receipt, ends };
}

const counted = (count: number, measured = count): ReceivedCount => ({ count, measured });
const told = (count: number, parts: Partial<ThreadReceipt> = {}): ThreadReceipt => ({
  ...{ count, unstamped: 0, remote: 0, missing: 0, reaches: [] },
  ...parts,
});

describe('what came, held against what was sent', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is all of a bench sub when as much has come behind the warm-up', () => {
    const { receipt, ends } = openReceipt({
      workload: 'sub',
      clients: 0,
      end: { kind: 'messages', messages: 100 },
    });
    receipt.received(0, counted(150, 0));
    receipt.received(0, counted(249, 99));
    expect(ends).toEqual([]);
    receipt.received(0, counted(250, 100));
    expect(ends).toEqual(['ended']);
  });

  it('is all when as much has come as all publishers have sent', () => {
    const { receipt, ends } = openReceipt();
    receipt.received(1, counted(70));
    expect(receipt.published({ all: 100, measured: 80 })).toBe(false);
    expect(receipt.published({ all: 0, measured: 0 })).toBe(true);
    receipt.received(1, counted(99));
    expect(ends).toEqual([]);
    receipt.received(1, counted(100));
    receipt.received(1, counted(100));
    expect(ends).toEqual(['ended']);
    receipt.add(told(100));
    expect(receipt.settle(80)).toEqual({ lost: 0, repeated: 0 });
  });

  it('is waited for as long as anything comes', () => {
    const { receipt, ends } = openReceipt();
    receipt.published({ all: 100, measured: 100 });
    receipt.published({ all: 0, measured: 0 });
    for (const count of [10, 20, 30]) {
      vi.advanceTimersByTime(4_000);
      receipt.received(1, counted(count));
    }
    receipt.received(1, counted(30));
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(ends).toEqual(['ended']);
    receipt.add(told(30));
    expect(receipt.settle(30)).toEqual({ lost: 70, repeated: 0 });
  });

  it('is waited for less long where somebody ends the run', () => {
    const { receipt, ends } = openReceipt();
    receipt.published({ all: 100, measured: 100 });
    receipt.published({ all: 0, measured: 0 });
    receipt.hurry();
    vi.advanceTimersByTime(1_000);
    expect(ends).toEqual(['ended']);
  });

  it('is a copy for each subscriber', () => {
    const { receipt } = openReceipt({ subscribers: 3 });
    receipt.published({ all: 100, measured: 100 });
    receipt.published({ all: 0, measured: 0 });
    receipt.add(told(200));
    receipt.add(told(90));
    expect(receipt.settle(290).lost).toBe(10);
  });

  it('of messages without stamps is known in sum, with the warm-up', () => {
    const { receipt } = openReceipt({ bodies: { kind: 'generated', leastBytes: 3, mostBytes: 3 } });
    receipt.published({ all: 100, measured: 80 });
    receipt.published({ all: 0, measured: 0 });
    receipt.add(told(97, { unstamped: 79 }));
    expect(receipt.settle(79).lost).toBe(3);
    expect(receipt.notes()).toEqual({ unstamped: 79, remote: 0 });
  });

  it('of a load that is made elsewhere is what its subscribers miss', () => {
    const { receipt, ends } = openReceipt({ workload: 'sub', clients: 0, subscribers: 2 });
    receipt.received(0, counted(9));
    expect(ends).toEqual([]);
    receipt.received(1, counted(1));
    expect(ends).toEqual(['ended']);
    receipt.add(told(9, { missing: 2 }));
    receipt.add(told(1, { remote: 1 }));
    expect(receipt.settle(10)).toEqual({ lost: 2, repeated: 0 });
    expect(receipt.notes()).toEqual({ unstamped: 0, remote: 1 });
  });
});
