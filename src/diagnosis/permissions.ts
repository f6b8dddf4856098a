import type { Connection, Denial } from '../connection/index.js';

/** What the server reports of the user that it has let in; nats-server 2.10 and later. */
export interface UserReport {
  /** The name where it has one, else the public key. */
  readonly user: string | undefined;
  readonly account: string | undefined;
  readonly publish: SubjectLists | undefined;
  readonly subscribe: SubjectLists | undefined;
  /** When the server will end the connection, in milliseconds; undefined where it will not. */
  readonly expiresInMs: number | undefined;
  /** Of the server's clock as it answered; undefined where it does not say. */
  readonly serverTime: Date | undefined;
}

/** Subjects that may be used, and those that may not; undefined where nothing is said of them. */
export interface SubjectLists {
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[] | undefined;
}

export type Permissions =
  /** @param askedMs half of the way there and back, in milliseconds since 1970 */
  | { readonly kind: 'reported'; readonly report: UserReport; readonly askedMs: number }
  /** The user may not ask, or may not listen for the answer. */
  | { readonly kind: 'denied'; readonly denial: Denial }
  | { readonly kind: 'unknown' };

const USER_INFO = '$SYS.REQ.USER.INFO';
/** A server that knows the subject answers at once. */
const LONGEST_WAIT_MS = 1_000;

/** Asks the server who it takes us for and what we may do. */
export async function askPermissions(connection: Connection, timeoutMs: number): Promise<Permissions> {
  let denial: Denial | undefined;
  const noteDenial = (denied: Denial): void => {
    denial ??= denied;
  };
  connection.events.on('denied', noteDenial);
  const startedMs = Date.now();
  try {
    const reply = await connection.nats.request(USER_INFO, undefined, {
      timeout: Math.min(timeoutMs, LONGEST_WAIT_MS),
    });
    const report = readUserReport(Buffer.from(reply.data).toString('utf8'));
    const askedMs = (startedMs + Date.now()) / 2;
    return report === undefined ? { kind: 'unknown' } : { kind: 'reported', report, askedMs };
  } catch {
    // No responders, a time-out, or a denial, which is told as an event too, a turn of the loop later.
    await connection.nats.flush().catch(() => undefined);
    await new Promise(setImmediate);
    return denial === undefined ? { kind: 'unknown' } : { kind: 'denied', denial };
  } finally {
    connection.events.off('denied', noteDenial);
  }
}

/** Reads the server's answer. Pure. @returns undefined where it is none */
export function readUserReport(text: string): UserReport | undefined {
  const answer = parse(text);
  const data = member(answer, 'data');
  if (data === undefined) return undefined;
  const permissions = member(data, 'permissions');
  const expires = data['expires'];
  const time = member(answer, 'server')?.['time'];
  const serverTime = typeof time === 'string' ? new Date(time) : undefined;
  return {
    user: textOf(data['user_name']) ?? textOf(data['user']),
    account: textOf(data['account_name']) ?? textOf(data['account']),
    publish: rulesOf(member(permissions, 'publish')),
    subscribe: rulesOf(member(permissions, 'subscribe')),
    // Go writes a duration in nanoseconds.
    expiresInMs: typeof expires === 'number' && expires > 0 ? expires / 1e6 : undefined,
    serverTime: serverTime === undefined || Number.isNaN(serverTime.getTime()) ? undefined : serverTime,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): Fields | undefined {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function member(fields: Fields | undefined, name: string): Fields | undefined {
  return asFields(fields?.[name]);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function rulesOf(fields: Fields | undefined): SubjectLists | undefined {
  const allow = subjectsOf(fields?.['allow']);
  const deny = subjectsOf(fields?.['deny']);
  return allow === undefined && deny === undefined ? undefined : { allow, deny };
}

function subjectsOf(value: unknown): readonly string[] | undefined {
  // The server has them in no order.
  return Array.isArray(value) ? value.filter((subject) => typeof subject === 'string').sort() : undefined;
}
