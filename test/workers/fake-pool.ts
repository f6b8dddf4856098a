import { vi } from 'vitest';
import { Pool } from '../../src/workers/pool.js';
import type { PoolListener } from '../../src/workers/pool-options.js';
import { assignmentFor, FakeWorkers } from './fake-workers.js';

/** What a Node timer can wait at most. */
export const endlessMs = 2 ** 31 - 1;

/** A pool of workers that do as the test says. */
export function createPool(size: number, { graceMs = 10_000, watched = false, watchdogMs = 3_600_000 } = {}) {
  const workers = new FakeWorkers();
  const told = {
    onDeath: vi.fn<PoolListener['onDeath']>(),
    onSpareDeath: vi.fn<PoolListener['onSpareDeath']>(),
    onReplaced: vi.fn<PoolListener['onReplaced']>(),
    onRenewed: vi.fn<PoolListener['onRenewed']>(),
    onRecycled: vi.fn<PoolListener['onRecycled']>(),
    onRenewing: vi.fn<PoolListener['onRenewing']>(),
    onLoads: vi.fn<PoolListener['onLoads']>(),
    onDisconnected: vi.fn<PoolListener['onDisconnected']>(),
    onHindered: vi.fn<PoolListener['onHindered']>(),
    onReconnected: vi.fn<PoolListener['onReconnected']>(),
    onWarning: vi.fn<PoolListener['onWarning']>(),
    onRegistry: vi.fn<PoolListener['onRegistry']>(),
  };
  const pool = new Pool({
    workers: size,
    assignmentFor: (worker) => ({ ...assignmentFor(worker, graceMs), watchdogMs }),
    listener: told,
    spawn: workers.spawn,
    watched,
  });
  return { pool, workers, told };
}

/** A pool whose workers all serve. */
export async function servingPool(size: number, options?: { graceMs?: number; watched?: boolean }) {
  const created = createPool(size, options);
  const started = created.pool.start();
  for (const worker of created.workers.all) worker.ready();
  await started;
  return created;
}

/** What became of a promise by now. */
export function fateOf(promise: Promise<unknown>) {
  const fate = { settled: false, value: undefined as unknown };
  promise.then(
    (value) => Object.assign(fate, { settled: true, value }),
    (error: unknown) => Object.assign(fate, { settled: true, value: error }),
  );
  return fate;
}
