import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import type { Client } from './client.js';
import type { ServerInfo } from './info.js';
import type { ServerState } from './server-state.js';
import { uptimeOf } from './uptime.js';

/** What the pages tell of the server itself. */
export interface ServerIdentity {
  readonly info: ServerInfo;
  readonly port: number;
  readonly started: Date;
  /** Connections since the start. */
  connections(): number;
}

/** A query that nats-server, too, answers with status 400. */
export class InvalidQuery extends Error {}

/** A connection as `/connz` shows it. */
interface Connection {
  readonly cid: number;
  readonly start: string;
  readonly last_activity: string;
  readonly pending_bytes: number;
  readonly in_msgs: number;
  readonly out_msgs: number;
  readonly in_bytes: number;
  readonly out_bytes: number;
  readonly subscriptions: number;
}

/** One that has ended: as it was at its end. */
export type ClosedConnection = Connection & {
  readonly stop: string;
  readonly reason: string;
  readonly subjects: readonly string[];
};

export function varz(
  { info, port, started, connections }: ServerIdentity,
  state: ServerState,
  http: AddressInfo | string | null,
  requests: Readonly<Record<string, number>>,
): object {
  const { limits } = state;
  const traffic = state.traffic();
  const now = new Date();
  const { user, system } = process.cpuUsage();
  return {
    server_id: info.server_id,
    server_name: info.server_name,
    version: info.version,
    proto: info.proto,
    host: info.host,
    port,
    auth_required: info.auth_required,
    tls_required: info.tls_required,
    tls_verify: info.tls_verify,
    max_connections: 65_536,
    ping_interval: limits.pingIntervalMs * 1e6,
    ping_max: limits.maxPingsOut,
    http_host: (http as AddressInfo).address,
    http_port: (http as AddressInfo).port,
    http_base_path: '',
    https_port: 0,
    auth_timeout: limits.authTimeoutMs / 1_000,
    max_control_line: limits.maxControlLine,
    max_payload: limits.maxPayload,
    max_pending: limits.maxPending,
    tls_timeout: limits.tlsTimeoutMs / 1_000,
    start: started.toISOString(),
    now: now.toISOString(),
    uptime: uptimeOf(started, now),
    mem: process.memoryUsage.rss(),
    cores: availableParallelism(),
    cpu: Number(((user + system) / (process.uptime() * 1e4)).toFixed(1)),
    connections: state.clients.size,
    total_connections: connections(),
    routes: 0,
    remotes: 0,
    leafnodes: 0,
    in_msgs: traffic.inMessages,
    in_bytes: traffic.inBytes,
    in_client_msgs: traffic.inMessages,
    in_client_bytes: traffic.inBytes,
    out_msgs: traffic.outMessages,
    out_bytes: traffic.outBytes,
    out_client_msgs: traffic.outMessages,
    out_client_bytes: traffic.outBytes,
    slow_consumers: state.slowConsumers,
    stale_connections: state.staleConnections,
    subscriptions: state.interest.size,
    http_req_stats: requests,
    config_load_time: started.toISOString(),
    slow_consumer_stats: { clients: state.slowConsumers, routes: 0, gateways: 0, leafs: 0 },
    stale_connection_stats: { clients: state.staleConnections, routes: 0, gateways: 0, leafs: 0 },
  };
}

const DEFAULT_PAGE_SIZE = 1_024;

/** By the name of the order: what comes first is the least, or, of amounts, the greatest. */
const ORDERS: Readonly<Record<string, (a: Connection, b: Connection) => number>> = {
  cid: (a, b) => a.cid - b.cid,
  start: (a, b) => a.cid - b.cid,
  uptime: (a, b) => a.cid - b.cid,
  subs: (a, b) => b.subscriptions - a.subscriptions,
  pending: (a, b) => b.pending_bytes - a.pending_bytes,
  msgs_to: (a, b) => b.out_msgs - a.out_msgs,
  msgs_from: (a, b) => b.in_msgs - a.in_msgs,
  bytes_to: (a, b) => b.out_bytes - a.out_bytes,
  bytes_from: (a, b) => b.in_bytes - a.in_bytes,
  last: (a, b) => b.last_activity.localeCompare(a.last_activity),
  idle: (a, b) => a.last_activity.localeCompare(b.last_activity),
};

export function connz(
  { info }: ServerIdentity,
  state: ServerState,
  closed: readonly ClosedConnection[],
  query: URLSearchParams,
): object {
  const which = query.get('state') ?? 'open';
  const order = ORDERS[query.get('sort') || 'cid'];
  if (order === undefined) throw new InvalidQuery(`invalid sorting option: ${query.get('sort')}`);
  const now = new Date();
  const isOpenWanted = /^(open|any|all)$/.test(which);
  const isClosedWanted = /^(closed|any|all)$/.test(which);
  if (!isOpenWanted && !isClosedWanted) throw new InvalidQuery(`invalid state: ${which}`);
  const withSubjects = isOn(query.get('subs'));
  const cid = readNumber(query, 'cid', 0);
  const found: Connection[] = [];
  if (isOpenWanted) for (const client of state.clients) found.push(describeOpen(client, now, withSubjects));
  if (isClosedWanted) {
    for (const { subjects, ...connection } of closed)
      found.push({ ...connection, ...listSubjects(withSubjects, subjects) });
  }
  const offset = readNumber(query, 'offset', 0);
  const limit = cid > 0 ? 1 : readNumber(query, 'limit', DEFAULT_PAGE_SIZE) || DEFAULT_PAGE_SIZE;
  const connections = found
    .filter((connection) => cid === 0 || connection.cid === cid)
    .sort(order)
    .slice(offset, offset + limit);
  return {
    server_id: info.server_id,
    now: now.toISOString(),
    num_connections: connections.length,
    total: found.length,
    offset,
    limit,
    connections,
  };
}

function describe(client: Client, end: Date): Connection {
  const { traffic, options, address } = client;
  const last = new Date(client.lastActivity);
  return {
    cid: client.id,
    ...{ kind: 'Client', type: 'nats', ip: address.ip, port: address.port },
    start: client.started.toISOString(),
    last_activity: last.toISOString(),
    ...{ uptime: uptimeOf(client.started, end), idle: uptimeOf(last, end) },
    pending_bytes: client.outbox.pending,
    in_msgs: traffic.inMessages,
    out_msgs: traffic.outMessages,
    in_bytes: traffic.inBytes,
    out_bytes: traffic.outBytes,
    subscriptions: client.subscriptions.size,
    ...{ name: options.name, lang: options.lang, version: options.version },
  };
}

function describeOpen(client: Client, now: Date, withSubjects: boolean): Connection {
  return { ...describe(client, now), ...listSubjects(withSubjects, subjectsOf(client)) };
}

export function describeClosed(client: Client, reason: string): ClosedConnection {
  const stop = new Date();
  return { ...describe(client, stop), stop: stop.toISOString(), reason, subjects: subjectsOf(client) };
}

function listSubjects(wanted: boolean, subjects: readonly string[]): object {
  return wanted && subjects.length > 0 ? { subscriptions_list: subjects } : {};
}

function subjectsOf(client: Client): string[] {
  return [...client.subscriptions.values()].map(({ subject }) => toText(subject));
}

export function subsz({ info }: ServerIdentity, state: ServerState, query: URLSearchParams): object {
  const { size, cached, inserts, removes, matches } = state.interest.statistics();
  const offset = readNumber(query, 'offset', 0);
  const limit = readNumber(query, 'limit', DEFAULT_PAGE_SIZE) || DEFAULT_PAGE_SIZE;
  const all = isOn(query.get('subs')) ? [...state.clients].flatMap((client) => [...client.subscriptions.values()]) : [];
  const shown = all.slice(offset, offset + limit).map(({ subject, queue, sid, delivered, max, client }) => ({
    subject: toText(subject),
    qgroup: queue === undefined ? undefined : toText(queue),
    sid: toText(sid),
    msgs: delivered,
    max: max || undefined,
    cid: client.id,
  }));
  return {
    server_id: info.server_id,
    now: new Date().toISOString(),
    num_subscriptions: size,
    num_cache: cached,
    num_inserts: inserts,
    num_removes: removes,
    num_matches: matches,
    total: shown.length,
    offset,
    limit,
    subscriptions_list: shown.length > 0 ? shown : undefined,
  };
}

/** The protocol's bytes, which subjects are held as, as UTF-8. */
function toText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function isOn(value: string | null): boolean {
  return value === '1' || value === 'true' || value === 'detail';
}

function readNumber(query: URLSearchParams, name: string, byDefault: number): number {
  const value = query.get(name);
  if (value === null || value === '') return byDefault;
  const number = Number(value);
  if (!Number.isInteger(number))
    throw new InvalidQuery(`error decoding ${name}: ${JSON.stringify(value)} is no number`);
  return Math.max(0, number);
}
