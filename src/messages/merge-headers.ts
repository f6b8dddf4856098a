import type { MsgHdrs } from 'nats';

/**
 * A message's own headers and those that all messages have in common; where both have one, the common one counts.
 *
 * @param own is changed
 */
export function mergeHeaders(own: MsgHdrs | undefined, common: MsgHdrs | undefined): MsgHdrs | undefined {
  if (own === undefined || common === undefined) return own ?? common;
  for (const name of common.keys()) {
    own.delete(name);
    for (const value of common.values(name)) own.append(name, value);
  }
  return own;
}
