import type { Msg, MsgHdrs } from 'nats';

/** The headers of a message as they are printed. */
export interface ShownHeaders {
  /** Each name with all its values, as they were sent. */
  readonly fields: Readonly<Record<string, readonly string[]>> | undefined;
  /** What the server says in place of a body, such as `503 No Responders`. */
  readonly status: string | undefined;
}

/** What nats.js keeps of a message before anything of it is read. */
interface ReceivedMessage {
  readonly _rdata: Uint8Array;
  readonly _msg: { readonly hdr: number };
}

const NONE: ShownHeaders = { fields: undefined, status: undefined };

/** Each header's name with all its values; undefined where there are no headers. */
export function headerFields(headers: MsgHdrs | undefined): Record<string, readonly string[]> | undefined {
  const names = headers?.keys() ?? [];
  if (headers === undefined || names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, headers.values(name)]));
}

/** Reads a message's headers; also those with a name that nats.js refuses, which the server lets pass. */
export function readHeaders(message: Msg): ShownHeaders {
  let headers: MsgHdrs | undefined;
  try {
    headers = message.headers;
  } catch {
    return { fields: fieldsOf(message as unknown as ReceivedMessage), status: undefined };
  }
  if (headers === undefined) return NONE;
  const status = headers.code === 0 ? undefined : `${headers.code} ${headers.description}`.trim();
  return { fields: headerFields(headers), status };
}

function fieldsOf({ _rdata, _msg }: ReceivedMessage): ShownHeaders['fields'] {
  const fields = new Map<string, string[]>();
  const [, ...lines] = Buffer.from(_rdata.subarray(0, _msg.hdr)).toString('utf8').split('\r\n');
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon);
    fields.set(name, [...(fields.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return fields.size === 0 ? undefined : Object.fromEntries(fields);
}
