import type { MsgHdrs, NatsConnection } from 'nats';
import { CliError } from '../errors.js';

/** What of a message counts for the server's limit. */
export interface Payload {
  readonly body: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** Headers as they stand in a message, the empty line behind them included. */
export function encodeHeaders(headers: MsgHdrs): Uint8Array {
  // nats.js does not say it in its types.
  return (headers as MsgHdrs & { encode(): Uint8Array }).encode();
}

/** @throws CliError `usage` where body and headers are larger than the server takes */
export function requireFit(
  { nats }: { readonly nats: Pick<NatsConnection, 'info'> },
  { body, headers }: Payload,
): void {
  const limit = nats.info?.max_payload ?? Number.POSITIVE_INFINITY;
  const size = body.length + (headers === undefined ? 0 : encodeHeaders(headers).length);
  if (size <= limit) return;
  const what = headers === undefined ? 'the body has' : 'body and headers have';
  throw new CliError('usage', `${what} ${size} bytes, and the server takes at most ${limit}`, {
    details: { size_bytes: size, max_payload_bytes: limit },
  });
}
