import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTempDir } from './guardian.js';
import { childrenOf } from './processes.js';
import type { RunningProgram } from './program.js';
import { startNatsctl } from './run.js';

export interface StartedPool extends RunningProgram {
  readonly readyFile: string;
  /** What the ready file said. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** The process ids of the workers there are now. */
  workers(): number[];
}

/** Starts `natsctl serve greeter` with these flags as well; resolves when it says that it serves. */
export async function startPool(url: string, ...flags: readonly string[]): Promise<StartedPool> {
  const readyFile = join(createTempDir('pool'), 'ready.json');
  const program = startNatsctl(['serve', 'greeter', '-s', url, '--ready-file', readyFile, ...flags]);
  // Many workers take a busy machine some time.
  await program.waitForLine('stderr', /serving greeter/, { timeoutMs: 40_000 });
  const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
  return Object.assign(program, { readyFile, ready, workers: () => childrenOf(program.pid) });
}

/** Whether the pool has taken its ready file away. */
export function isReadyFileGone(pool: StartedPool): boolean {
  return !existsSync(pool.readyFile);
}
