import { MsgHdrsImpl } from 'nats/lib/nats-base-client/headers.js';

const decodeStrictly = MsgHdrsImpl.decode;

/**
 * Has nats.js read every block of headers that a server lets pass. By itself it throws at a name that it would not
 * send, with blanks or beyond ASCII, and at a lone line end in a value: inside a subscription's callback, where one
 * message of a stranger's would end the program. Harmless when repeated.
 */
export function readHeadersLeniently(): void {
  MsgHdrsImpl.decode = (block) => {
    try {
      return decodeStrictly(block);
    } catch {
      return decodeAsItStands(block);
    }
  };
}

/** Names as they stand; a line without a colon is none, as with nats.js. */
function decodeAsItStands(block: Uint8Array): MsgHdrsImpl {
  const headers = new MsgHdrsImpl();
  const [, ...lines] = Buffer.from(block).toString('utf8').split('\r\n');
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    const values = headers.headers.get(name);
    if (values === undefined) headers.headers.set(name, [value]);
    else values.push(value);
  }
  return headers;
}
