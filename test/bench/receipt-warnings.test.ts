import { describe, expect, it } from 'vitest';
import type { LoadPlan } from '../../src/bench/load/load-plan.js';
import type { ReceiptNotes } from '../../src/bench/load/receipt.js';
import { receiptWarnings } from '../../src/bench/receipt-warnings.js';
import { loadPlan } from './load/load-plan.js';

const small: LoadPlan['bodies'] = { kind: 'generated', leastBytes: 8, mostBytes: 64 };
const given: LoadPlan['bodies'] = { kind: 'given', bodies: [Buffer.from('{}')] };
const warn = (parts: Partial<LoadPlan>, ...notes: ReceiptNotes[]): readonly string[] =>
  receiptWarnings(loadPlan('nats://127.0.0.1', parts), notes);

describe('what a reader of figures about messages has to know', () => {
  it('is nothing where all is known', () => {
    expect(warn({ workload: 'pubsub' }, { unstamped: 0, remote: 0 })).toEqual([]);
    expect(warn({ workload: 'pub' })).toEqual([]);
    expect(warn({ workload: 'request' })).toEqual([]);
    expect(warn({ workload: 'pubsub', bodies: given }, { unstamped: 0, remote: 0 })).toEqual([]);
  });

  it.each<[Partial<LoadPlan>, ReceiptNotes[], RegExp]>([
    [
      { workload: 'pubsub', bodies: small },
      [{ unstamped: 5, remote: 0 }],
      /^bodies of less than 16 bytes .* by counts alone/,
    ],
    [{ workload: 'pub', bodies: small }, [], /^bodies of less than 16 bytes .* bench sub can't tell/],
    [{ workload: 'pub', bodies: given }, [], /^bodies that are given .* bench sub can't tell/],
    [
      { workload: 'pubsub' },
      [
        { unstamped: 2, remote: 0 },
        { unstamped: 1, remote: 0 },
      ],
      /^3 messages of others .* not counted/,
    ],
    [{ workload: 'sub' }, [{ unstamped: 1, remote: 0 }], /^1 message had no stamp of natsctl bench/],
    [{ workload: 'sub' }, [{ unstamped: 0, remote: 1_000 }], /^1,000 messages came from another machine/],
  ])('of %j is told', (parts, notes, warning) => {
    const warnings = warn(parts, ...notes);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(warning);
  });
});
