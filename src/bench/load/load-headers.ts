import type { MsgHdrs } from 'nats';
import { headers as createHeaders } from 'nats/lib/nats-base-client/headers.js';
import { STAMP_HEADER, writeHeaderStamp } from './header-stamp.js';
import type { LoadPlan } from './load-plan.js';
import { Stamp } from './stamp.js';
import { stampPlace } from './stamp-place.js';

/**
 * The headers of a plan's messages, in their order; where a stamp goes into one, it is the last, and says that of the
 * first message.
 *
 * @returns undefined where there are none
 */
export function headersOf(plan: Pick<LoadPlan, 'workload' | 'bodies' | 'headers' | 'runTag'>): MsgHdrs | undefined {
  const isStamped = stampPlace(plan) === 'header';
  if (plan.headers.length === 0 && !isStamped) return undefined;
  const headers = createHeaders();
  for (const [name, value] of plan.headers) headers.append(name, value);
  if (isStamped) headers.set(STAMP_HEADER, writeHeaderStamp(new Stamp(plan.runTag), 0, 0, 0));
  return headers;
}
