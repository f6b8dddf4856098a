import type { Msg } from 'nats';
import { MsgImpl } from 'nats/lib/nats-base-client/msg.js';
import { readHeadersLeniently } from '../../src/connection/received-headers.js';

readHeadersLeniently();

/** What a test's message is made of. */
export interface MessageParts {
  readonly subject?: string;
  readonly body?: string | Uint8Array;
  /** The header block as it goes over the wire, without its first line's `NATS/1.0` and without its end. */
  readonly headers?: string;
  readonly reply?: string;
}

/** A message as the client makes it of what the server sends. */
export function messageOf({ subject = 'a.b', body = '', headers, reply }: MessageParts): Msg {
  const head = headers === undefined ? Buffer.alloc(0) : Buffer.from(`NATS/1.0${headers}\r\n\r\n`);
  const data = Buffer.concat([head, Buffer.from(body)]);
  const msg = {
    subject: Buffer.from(subject),
    reply: reply === undefined ? undefined : Buffer.from(reply),
    sid: 1,
    hdr: headers === undefined ? -1 : head.length,
    size: data.length,
  };
  type Parts = ConstructorParameters<typeof MsgImpl>;
  return new MsgImpl(msg as unknown as Parts[0], data, undefined as unknown as Parts[2]) as unknown as Msg;
}
