import { type Column, escapeLine, tableLines } from '../output/index.js';
import { countOf, formatUptime } from '../units.js';
import type { FoundPool } from './find-pools.js';
import type { PoolStatus, WorkerStatus } from './messages.js';

/** What `--json` has of a pool in a list. */
export function poolFields({ pid, status }: FoundPool): object {
  if (status === undefined) return { pid, state: 'silent' };
  const { by_worker: _, ...fields } = status;
  return fields;
}

/** A line for each pool. */
export function poolTable(pools: readonly FoundPool[]): readonly string[] {
  const columns: ReadonlyArray<Column<FoundPool>> = [
    { heading: 'NAME', cell: ({ status }) => status?.name ?? '?' },
    { heading: 'PID', isNumber: true, cell: ({ pid }) => String(pid) },
    { heading: 'STATE', cell: ({ status }) => status?.state ?? 'silent' },
    { heading: 'WORKERS', isNumber: true, cell: ({ status }) => (status === undefined ? '' : workersOf(status)) },
    { heading: 'RESTARTS', isNumber: true, cell: ({ status }) => String(status?.restarts ?? '') },
    { heading: 'UPTIME', isNumber: true, cell: ({ status }) => uptimeOf(status) },
    { heading: 'SERVER', cell: ({ status }) => status?.url ?? '' },
  ];
  return tableLines(columns, pools);
}

/** A pool, and a line for each of its workers. */
export function statusText(status: PoolStatus): readonly string[] {
  const { name, pid, state, workers, restarts, url, context } = status;
  const where = [
    url === undefined ? '' : ` at ${url}`,
    context === undefined ? '' : `, context ${escapeLine(context)}`,
  ].join('');
  return [
    `${escapeLine(name)} (pid ${pid}) is ${state} with ${workersOf(status)} ${workers === 1 ? 'worker' : 'workers'}${where}`,
    `up for ${uptimeOf(status)}, ${countOf(restarts, 'restart', 'restarts')}`,
    '',
    ...tableLines(WORKERS, status.by_worker),
  ];
}

const WORKERS: ReadonlyArray<Column<WorkerStatus>> = [
  { heading: 'WORKER', isNumber: true, cell: ({ worker }) => String(worker) },
  { heading: 'PID', isNumber: true, cell: ({ pid }) => String(pid ?? '-') },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'UPTIME', isNumber: true, cell: uptimeOf },
  { heading: 'RESTARTS', isNumber: true, cell: ({ restarts }) => String(restarts) },
];

/** Of those that it is to have, those that serve, where they are not all. */
function workersOf({ ready, workers }: PoolStatus): string {
  return ready === workers ? String(workers) : `${ready} of ${workers}`;
}

function uptimeOf(of: { readonly uptime_ms?: number | undefined } | undefined): string {
  return of?.uptime_ms === undefined ? '-' : formatUptime(of.uptime_ms);
}
