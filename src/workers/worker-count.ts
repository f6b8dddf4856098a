import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { MOST_WORKERS } from '../control/index.js';
import { parseWholeNumber } from '../units.js';

/** What bounds the processors of this process. */
export interface ProcessorLimits {
  /** Processors that it may be scheduled on. */
  readonly affinity: number;
  /** Reads a file of the kernel; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined;
}

const machineLimits: ProcessorLimits = {
  affinity: availableParallelism(),
  readFile(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
};

/**
 * Reads `--workers`: a number, or `auto` for one worker per processor that this process may use.
 *
 * @throws CliError `usage`
 */
export function parseWorkerCount(text: string, limits: ProcessorLimits = machineLimits): number {
  if (text !== 'auto') return parseWholeNumber(text, '--workers', { min: 1, max: MOST_WORKERS });
  return Math.min(MOST_WORKERS, countProcessors(limits));
}

/** The processors that this process may use, whole ones, at least one. */
export function countProcessors(limits: ProcessorLimits = machineLimits): number {
  const quota = cgroupQuota(limits.readFile) ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(Math.min(limits.affinity, quota)));
}

/**
 * The processors that control groups leave this process: the least of its group's quota and those of all groups
 * above it.
 *
 * @returns undefined where nothing limits it
 */
export function cgroupQuota(readFile: ProcessorLimits['readFile']): number | undefined {
  const membership = readFile('/proc/self/cgroup') ?? '';
  const quotas: number[] = [];
  for (const line of membership.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    // Version 2 has one hierarchy with no controllers named; version 1 one for each set of them.
    const version2 = controllers === '';
    if (!version2 && !controllers.split(',').includes('cpu')) continue;
    for (const group of groupAndAncestors(path)) {
      const quota = version2 ? quotaOfVersion2(group, readFile) : quotaOfVersion1(controllers, group, readFile);
      if (quota !== undefined) quotas.push(quota);
    }
  }
  return quotas.length === 0 ? undefined : Math.min(...quotas);
}

function groupAndAncestors(path: string): readonly string[] {
  const groups = ['/'];
  for (let group = posix.normalize(path); group !== '/' && group !== '.'; group = posix.dirname(group)) {
    groups.push(group);
  }
  return groups;
}

/** `cpu.max` holds quota and period in microseconds, or `max` for no quota. */
function quotaOfVersion2(group: string, readFile: ProcessorLimits['readFile']): number | undefined {
  const [quota, period] = (readFile(posix.join('/sys/fs/cgroup', group, 'cpu.max')) ?? '').trim().split(' ');
  return divide(quota, period);
}

/** `cpu.cfs_quota_us` is -1 for no quota. */
function quotaOfVersion1(
  controllers: string,
  group: string,
  readFile: ProcessorLimits['readFile'],
): number | undefined {
  for (const hierarchy of [controllers, 'cpu']) {
    const directory = posix.join('/sys/fs/cgroup', hierarchy, group);
    const quota = readFile(posix.join(directory, 'cpu.cfs_quota_us'));
    if (quota !== undefined) return divide(quota, readFile(posix.join(directory, 'cpu.cfs_period_us')));
  }
  return undefined;
}

function divide(quota: string | undefined, period: string | undefined): number | undefined {
  const processors = Number(quota?.trim() || Number.NaN) / Number(period?.trim() || Number.NaN);
  return processors > 0 ? processors : undefined;
}
