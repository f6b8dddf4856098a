import { countOf } from '../units.js';
import type { LoadPlan } from './load/load-plan.js';
import type { ReceiptNotes } from './load/receipt.js';
import { STAMP_BYTES } from './load/stamp.js';
import { stampPlace } from './load/stamp-place.js';

/** What a reader of figures about published messages has to know of them. */
export function receiptWarnings(plan: LoadPlan, receipts: ReadonlyArray<ReceiptNotes | undefined>): readonly string[] {
  if (plan.workload === 'request') return [];
  const isStamped = stampPlace(plan) !== 'none';
  const total = (of: keyof ReceiptNotes): number => receipts.reduce((sum, receipt) => sum + (receipt?.[of] ?? 0), 0);
  const warnings: string[] = [];
  if (!isStamped && plan.workload !== 'sub') warnings.push(unstampedSent(plan));
  const unstamped = total('unstamped');
  if (unstamped > 0 && isStamped) {
    const them = countOf(unstamped, 'message', 'messages');
    warnings.push(
      plan.workload === 'sub'
        ? `${them} had no stamp of natsctl bench: what of such is lost, repeated or out of order is not known, nor a latency`
        : `${them} of others came on the same subject: they are not counted`,
    );
  }
  const remote = total('remote');
  if (remote > 0) {
    const them = countOf(remote, 'message', 'messages');
    warnings.push(`${them} came from another machine, whose clock is not that of this one: they have no latency`);
  }
  return warnings;
}

function unstampedSent({ workload, bodies }: LoadPlan): string {
  const what =
    bodies.kind === 'given'
      ? 'bodies that are given are sent as they are, without a stamp'
      : `bodies of less than ${STAMP_BYTES} bytes have no room for a stamp`;
  return workload === 'pub'
    ? `${what}: bench sub can't tell what of them is lost, repeated or out of order`
    : `${what}: what was lost is known by counts alone, what was repeated or out of order is not, and there are no latencies`;
}
