import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { MOST_WORKERS } from '../../src/control/index.js';
import { cgroupQuota, countProcessors, parseWorkerCount } from '../../src/workers/worker-count.js';

type Files = Readonly<Record<string, string>>;

const readerOf = (files: Files) => (path: string) => files[path];

/** Files of the kernel where this process is in one group of version 2. */
function version2(group: string, quotas: Readonly<Record<string, string>>): Files {
  const limits = Object.entries(quotas).map(([path, text]) => [`/sys/fs/cgroup${path}/cpu.max`, `${text}\n`]);
  return { '/proc/self/cgroup': `0::${group}\n`, ...Object.fromEntries(limits) };
}

/** Files of the kernel where this process is in one group of version 1. */
function version1(
  group: string,
  directory: string,
  quotas: Readonly<Record<string, readonly [string, string]>>,
): Files {
  const limits = Object.entries(quotas).flatMap(([path, [quota, period]]) => [
    [`/sys/fs/cgroup/${directory}${path}/cpu.cfs_quota_us`, `${quota}\n`],
    [`/sys/fs/cgroup/${directory}${path}/cpu.cfs_period_us`, `${period}\n`],
  ]);
  return {
    '/proc/self/cgroup': `12:memory:/other\n4:cpu,cpuacct:${group}\n1:name=systemd:/other\n0::/\n`,
    ...Object.fromEntries(limits),
  };
}

describe('cgroupQuota', () => {
  it.each<[where: string, files: Files, processors: number | undefined]>([
    ['no control groups at all', {}, undefined],
    ['no text of use', { '/proc/self/cgroup': 'garbage\n\n' }, undefined],
    ['version 2, the root group', version2('/', { '': '200000 100000' }), 2],
    ['version 2, a quota', version2('/a', { '/a': '150000 100000' }), 1.5],
    ['version 2, less than one processor', version2('/a', { '/a': '50000 100000' }), 0.5],
    ['version 2, no quota', version2('/a', { '/a': 'max 100000' }), undefined],
    ['version 2, no controller here', version2('/a', {}), undefined],
    ['version 2, another period', version2('/a', { '/a': '40000 20000' }), 2],
    [
      'version 2, the tightest of nested groups',
      version2('/a/b/c', { '/a': '200000 100000', '/a/b/c': '400000 100000' }),
      2,
    ],
    ['version 2, a limit half-way up', version2('/a/b/c', { '/a': 'max 100000', '/a/b': '300000 100000' }), 3],
    ['version 2, groups beside it', version2('/a/b', { '/a/c': '100000 100000', '/b': '100000 100000' }), undefined],
    ['version 2, a group out of sight', version2('/../../other', { '': '200000 100000' }), 2],
    ['version 2, a broken quota', version2('/a', { '/a': 'lots of it' }), undefined],
    ['version 2, an empty file', version2('/a', { '/a': '' }), undefined],
    ['version 1, a quota', version1('/a', 'cpu,cpuacct', { '/a': ['250000', '100000'] }), 2.5],
    ['version 1, no quota', version1('/a', 'cpu,cpuacct', { '/a': ['-1', '100000'] }), undefined],
    ['version 1, mounted as cpu alone', version1('/a', 'cpu', { '/a': ['100000', '100000'] }), 1],
    [
      'version 1, the tightest of nested groups',
      version1('/a/b', 'cpu,cpuacct', {
        '': ['-1', '100000'],
        '/a': ['200000', '100000'],
        '/a/b': ['400000', '100000'],
      }),
      2,
    ],
    [
      'version 1, in a container that sees its own group at the root',
      version1('/docker/1234', 'cpu,cpuacct', { '': ['300000', '100000'] }),
      3,
    ],
    [
      'version 1, a quota of another controller',
      version1('/a', 'memory', { '/other': ['100000', '100000'] }),
      undefined,
    ],
  ])('%s', (_, files, processors) => {
    expect(cgroupQuota(readerOf(files))).toBe(processors);
  });
});

describe('parseWorkerCount', () => {
  const limited = (affinity: number, quota?: string) => ({
    affinity,
    readFile: readerOf(quota === undefined ? {} : version2('/a', { '/a': quota })),
  });

  it.each([
    ['1', 1],
    ['3', 3],
    ['256', MOST_WORKERS],
  ])('reads %s, however few processors there are', (text, workers) => {
    expect(parseWorkerCount(text, limited(1))).toBe(workers);
  });

  it.each([
    ['the affinity where nothing else limits it', 8, undefined, 8],
    ['the quota where it is smaller', 8, '250000 100000', 2],
    ['the affinity where it is smaller', 2, '800000 100000', 2],
    ['1 at least', 8, '50000 100000', 1],
    ['as many as may be at most', 1_024, undefined, MOST_WORKERS],
    ['the affinity where there is no quota', 4, 'max 100000', 4],
  ])('takes for auto %s', (_, affinity, quota, workers) => {
    expect(parseWorkerCount('auto', limited(affinity, quota))).toBe(workers);
  });

  it('takes for auto no more than this machine lets it have', () => {
    const workers = parseWorkerCount('auto');
    expect(workers).toBeGreaterThanOrEqual(1);
    expect(workers).toBeLessThanOrEqual(availableParallelism());
  });

  it.each(['0', '257', '-1', '1.5', '', 'AUTO', 'three', '1e1'])('refuses %j', (text) => {
    expect(() => parseWorkerCount(text, limited(4))).toThrow(
      expect.objectContaining({ kind: 'usage', message: `--workers: "${text}" is not a whole number from 1 to 256` }),
    );
  });
});

it.each([
  ['300000 100000', 8, 3],
  ['50000 100000', 8, 1],
  ['max 100000', 300, 300],
])('counts whole processors, one at least: %j of %i is %i', (quota, affinity, count) => {
  expect(countProcessors({ affinity, readFile: readerOf(version2('/job', { '/job': quota })) })).toBe(count);
});
