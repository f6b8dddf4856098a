import { describe, expect, it, vi } from 'vitest';
import { type Deferred, deferred } from '../../../src/deferred.js';
import { createOutput } from '../../../src/output/streams.js';
import { LatencyHistogram } from '../../../src/services/index.js';
import { PoolControl } from '../../../src/workers/control/pool-control.js';
import { Place } from '../../../src/workers/place.js';
import type { Scaling } from '../../../src/workers/pool-options.js';
import type { Replacement } from '../../../src/workers/replacement.js';
import { memoryStream } from '../../output/memory-stream.js';
import { waitUntil } from '../../support/wait-until.js';

const DONE: Replacement = { kind: 'done' };
const failure = { kind: 'usage', message: 'a bad file', hint: 'mend it', details: { file: 'a.mjs' } } as const;

/** The control of a pool whose replacements end when the test says so. */
function create(workers = 2) {
  const replacements: Array<Deferred<Replacement>> = [];
  const scalings: Array<Deferred<Scaling>> = [];
  const begin = <Result>(all: Array<Deferred<Result>>): Promise<Result> => {
    const one = deferred<Result>();
    all.push(one);
    return one.promise;
  };
  const pool = {
    state: 'serving' as 'starting' | 'serving' | 'draining',
    replaceAll: vi.fn(() => begin(replacements)),
    scale: vi.fn((_: number) => begin(scalings)),
    places: () => Array.from({ length: workers }, (_, index) => new Place(index + 1)),
    services: () => [],
    statistics: async () => ({
      endpoints: [],
      lag: { histogram: new LatencyHistogram(), sumMs: 0 },
      workers: [],
      restarts: [],
    }),
  };
  const stderr = memoryStream();
  const style = { json: false, quiet: false, verbose: false, color: false };
  const output = createOutput(style, { stdout: memoryStream(), stderr, env: {} });
  const control = new PoolControl({ pool, name: 'greeter', output, context: undefined, onChange: () => undefined });
  return { control, pool, replacements, scalings, stderr };
}

describe('a pool that is asked', () => {
  it('reloads, and says so', async () => {
    const { control, replacements, stderr } = create();
    const reloaded = control.reload('natsctl pool reload');
    expect(control.state).toBe('reloading');
    replacements[0]?.resolve(DONE);
    expect(await reloaded).toEqual({ replaced: 2, took_ms: expect.any(Number) });
    expect(control.state).toBe('serving');
    expect(stderr.text()).toMatch(/^natsctl pool reload: replacing 2 workers\n2 new workers serve after \d+ ms\n$/);
  });

  it('reloads once more for all who asked since a reload began', async () => {
    const { control, pool, replacements } = create();
    const first = control.reload('SIGHUP');
    const others = [1, 2, 3].map(() => control.reload('SIGHUP'));
    replacements[0]?.resolve(DONE);
    await first;
    await waitUntil(() => replacements.length === 2);
    replacements[1]?.resolve(DONE);
    await Promise.all(others);
    expect(pool.replaceAll).toHaveBeenCalledTimes(2);
  });

  it('answers why new workers do not serve, with the kind of that', async () => {
    const { control, replacements } = create();
    const none = control.reload('natsctl pool reload');
    replacements[0]?.resolve({ kind: 'failed', replaced: 0, worker: 1, failure });
    await expect(none).rejects.toMatchObject({
      ...{ kind: 'usage', exitCode: 2, message: 'a bad file' },
      ...{ hint: 'mend it; what was served before is served on', details: { file: 'a.mjs', replaced: 0 } },
    });
    const some = control.reload('natsctl pool reload');
    replacements[1]?.resolve({ kind: 'failed', replaced: 1, worker: 2, failure });
    await expect(some).rejects.toMatchObject({ hint: 'mend it; worker-2 failed behind 1 that came to serve' });
  });

  it('scales when what was asked for before is done', async () => {
    const { control, pool, replacements, scalings } = create();
    const reloaded = control.reload('natsctl pool reload');
    const scaled = control.scale(7);
    expect(pool.scale).not.toHaveBeenCalled();
    replacements[0]?.resolve(DONE);
    await reloaded;
    await waitUntil(() => scalings.length === 1);
    expect(control.state).toBe('scaling');
    scalings[0]?.resolve({ growth: DONE, unanswered: 1, lost: 0 });
    expect(await scaled).toMatchObject({ workers: 7, was: 2, unanswered: 1, lost: 0 });
    expect(pool.scale).toHaveBeenCalledExactlyOnceWith(7);
  });

  it.each([
    ['starting', 'pool greeter: it is still starting'],
    ['draining', 'pool greeter: it drains, and ends'],
  ] as const)('while it is %s refuses to reload and to scale', async (state, message) => {
    const { control, pool } = create();
    pool.state = state;
    const expected = { kind: 'pool', exitCode: 9, message: expect.stringContaining(message), details: { state } };
    await expect(control.handle({ command: 'reload' })).rejects.toMatchObject(expected);
    await expect(control.handle({ command: 'scale', workers: 3 })).rejects.toMatchObject(expected);
    expect(await control.handle({ command: 'status' })).toMatchObject({ state });
  });

  it('refuses what would wait for too much', async () => {
    const { control } = create();
    const waiting = Array.from({ length: 16 }, (_, index) => control.scale(index + 1));
    for (const one of waiting) one.catch(() => undefined);
    await expect(control.scale(3)).rejects.toMatchObject({ kind: 'pool' });
  });

  it('tells what cut a reload short', async () => {
    const { control, pool, replacements } = create();
    const reloaded = control.reload('natsctl pool reload');
    pool.state = 'draining';
    replacements[0]?.resolve({ kind: 'aborted' });
    await expect(reloaded).rejects.toMatchObject({ kind: 'pool', message: 'pool greeter: it was stopped meanwhile' });
  });

  it('does not begin what waited when the pool is stopped', async () => {
    const { control, pool, replacements } = create();
    const first = control.reload('natsctl pool reload');
    const waiting = [control.reload('natsctl pool reload'), control.scale(3)];
    for (const one of waiting) one.catch(() => undefined);
    pool.state = 'draining';
    replacements[0]?.resolve({ kind: 'aborted' });
    const expected = { kind: 'pool', message: 'pool greeter: it was stopped meanwhile' };
    await expect(first).rejects.toMatchObject(expected);
    for (const one of waiting) await expect(one).rejects.toMatchObject(expected);
    expect(pool.replaceAll).toHaveBeenCalledTimes(1);
    expect(pool.scale).not.toHaveBeenCalled();
  });

  it('tells all who asked for its end of it', async () => {
    const { control } = create();
    const stopped = [control.handle({ command: 'stop' }), control.handle({ command: 'stop' })];
    expect(await control.stopAsked).toBe('natsctl pool stop');
    control.tellEnd({ unanswered: 0, lost: 1 });
    expect(await Promise.all(stopped)).toEqual([
      { unanswered: 0, lost: 1 },
      { unanswered: 0, lost: 1 },
    ]);
  });
});
