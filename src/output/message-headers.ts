import type { Msg, MsgHdrs } from 'nats';

/** The headers of a message as they are printed. */
export interface ShownHeaders {
  /** Each name with all its values, as they were sent. */
  readonly fields: Readonly<Record<string, readonly string[]>> | undefined;
  /** What the server says in place of a body, such as `503 No Responders`. */
  readonly status: string | undefined;
}

const NONE: ShownHeaders = { fields: undefined, status: undefined };

/** Each header's name with all its values; undefined where there are no headers. */
export function headerFields(headers: MsgHdrs | undefined): Record<string, readonly string[]> | undefined {
  const names = headers?.keys() ?? [];
  if (headers === undefined || names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, headers.values(name)]));
}

/** The headers of a message, and what stands in place of a body. */
export function readHeaders({ headers }: Pick<Msg, 'headers'>): ShownHeaders {
  if (headers === undefined) return NONE;
  const status = headers.code === 0 ? undefined : `${headers.code} ${headers.description}`.trim();
  return { fields: headerFields(headers), status };
}
