import { type Column, escapeLine, tableLines } from '../output/index.js';
import { countOf, formatBytes, formatCount, formatUptime } from '../units.js';
import type { FoundPool } from './find-pools.js';
import type { EndpointStatus, PoolStatus, Work, WorkerStatus } from './messages.js';
import type { Rates } from './rates.js';

/** What `--json` has of a pool in a list. */
export function poolFields({ pid, status }: FoundPool): object {
  if (status === undefined) return { pid, state: 'silent' };
  const { by_worker: _, by_endpoint: __, ...fields } = status;
  return fields;
}

/** A line for each pool. */
export function poolTable(pools: readonly FoundPool[]): readonly string[] {
  const of = <T extends string>(read: (status: PoolStatus) => T, otherwise = '') => {
    return ({ status }: FoundPool): string => (status === undefined ? otherwise : read(status));
  };
  const columns: ReadonlyArray<Column<FoundPool>> = [
    { heading: 'NAME', cell: of(({ name }) => name, '?') },
    { heading: 'PID', isNumber: true, cell: ({ pid }) => String(pid) },
    { heading: 'STATE', cell: of(stateOf, 'silent') },
    { heading: 'WORKERS', isNumber: true, cell: of(workersOf) },
    { heading: 'RESTARTS', isNumber: true, cell: of(({ restarts }) => formatCount(restarts)) },
    { heading: 'UPTIME', isNumber: true, cell: of(uptimeOf) },
    { heading: 'REQUESTS', isNumber: true, cell: of(({ requests }) => formatCount(requests)) },
    { heading: 'ERRORS', isNumber: true, cell: of(({ errors }) => formatCount(errors)) },
    { heading: 'MEMORY', isNumber: true, cell: of(({ rss_bytes }) => formatBytes(rss_bytes)) },
    { heading: 'SERVER', cell: of(({ url = '' }) => url) },
  ];
  return tableLines(columns, pools);
}

/** A pool, its endpoints, and a line for each of its workers; with rates where they are known. */
export function statusText(status: PoolStatus, rates?: Rates): readonly string[] {
  const { name, pid, workers, restarts, url, context, requests, errors, in_flight, rss_bytes } = status;
  const where = [
    url === undefined ? '' : ` at ${url}`,
    context === undefined ? '' : `, context ${escapeLine(context)}`,
  ];
  const done = [
    countOf(requests, 'request', 'requests') + rate(rates?.requests_per_s),
    countOf(errors, 'error', 'errors') + rate(rates?.errors_per_s),
    ...timesOf(status),
    `${formatCount(in_flight)} in flight`,
  ];
  return [
    `${escapeLine(name)} (pid ${pid}) is ${stateOf(status)} with ${workersOf(status)} ${workers === 1 ? 'worker' : 'workers'}${where.join('')}`,
    `up for ${uptimeOf(status)}, ${countOf(restarts, 'restart', 'restarts')}, ${formatBytes(rss_bytes)} of memory`,
    done.join(', '),
    ...(status.by_endpoint.length < 2 ? [] : ['', ...tableLines(ENDPOINTS, status.by_endpoint)]),
    '',
    ...tableLines(WORKERS, status.by_worker),
  ];
}

/** Of a pool, or a worker, that would serve. */
const NOT_CONNECTED = 'not connected';

const WORK: ReadonlyArray<Column<Partial<Work>>> = [
  { heading: 'REQUESTS', isNumber: true, cell: ({ requests }) => countOrNone(requests) },
  { heading: 'ERRORS', isNumber: true, cell: ({ errors }) => countOrNone(errors) },
  { heading: 'P50', isNumber: true, cell: ({ p50_ms }) => formatTime(p50_ms) },
  { heading: 'P99', isNumber: true, cell: ({ p99_ms }) => formatTime(p99_ms) },
  { heading: 'IN FLIGHT', isNumber: true, cell: ({ in_flight }) => countOrNone(in_flight) },
];

const ENDPOINTS: ReadonlyArray<Column<EndpointStatus>> = [
  { heading: 'SERVICE', cell: ({ service }) => service },
  { heading: 'ENDPOINT', cell: ({ endpoint }) => endpoint },
  ...WORK,
];

const WORKERS: ReadonlyArray<Column<WorkerStatus>> = [
  { heading: 'WORKER', isNumber: true, cell: ({ worker }) => String(worker) },
  { heading: 'PID', isNumber: true, cell: ({ pid }) => String(pid ?? '-') },
  {
    heading: 'STATE',
    cell: ({ state, connected }) => (state === 'serving' && connected === false ? NOT_CONNECTED : state),
  },
  { heading: 'UPTIME', isNumber: true, cell: uptimeOf },
  { heading: 'RESTARTS', isNumber: true, cell: ({ restarts }) => formatCount(restarts) },
  ...WORK,
  {
    heading: 'MEMORY',
    isNumber: true,
    cell: ({ rss_bytes: bytes }) => (bytes === undefined ? '-' : formatBytes(bytes)),
  },
  { heading: 'LAG', isNumber: true, cell: ({ loop_lag_ms }) => formatTime(loop_lag_ms) },
];

/** What it is at, and whether requests reach it. */
function stateOf({ state, ready, connected = ready }: PoolStatus): string {
  if (connected >= ready) return state;
  if (connected > 0) return `${state}, ${connected} of ${ready} connected`;
  return state === 'serving' ? NOT_CONNECTED : `${state}, ${NOT_CONNECTED}`;
}

/** Of those that it is to have, those that serve, where they are not all. */
function workersOf({ ready, workers }: PoolStatus): string {
  return ready === workers ? String(workers) : `${ready} of ${workers}`;
}

function uptimeOf({ uptime_ms }: { readonly uptime_ms?: number | undefined }): string {
  return uptime_ms === undefined ? '-' : formatUptime(uptime_ms);
}

function timesOf({ p50_ms, p99_ms }: Work): readonly string[] {
  return p50_ms === undefined ? [] : [`p50 ${formatTime(p50_ms)}`, `p99 ${formatTime(p99_ms)}`];
}

function rate(perSecond: number | undefined): string {
  return perSecond === undefined ? '' : ` (${formatCount(Math.round(perSecond))}/s)`;
}

function countOrNone(count: number | undefined): string {
  return count === undefined ? '-' : formatCount(count);
}

/** Three digits that matter. */
function formatTime(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '-';
  if (milliseconds >= 1_000) return `${(milliseconds / 1_000).toPrecision(3)} s`;
  return `${milliseconds === 0 ? '0' : Number(milliseconds.toPrecision(3))} ms`;
}
