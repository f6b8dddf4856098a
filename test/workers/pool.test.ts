import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pool, type PoolListener } from '../../src/workers/pool.js';
import { assignmentFor, FakeWorkers } from './fake-workers.js';

const endlessMs = 2 ** 31 - 1;

function createPool(size: number, { graceMs = 10_000 } = {}) {
  const workers = new FakeWorkers();
  const told = {
    onDeath: vi.fn<PoolListener['onDeath']>(),
    onReplaced: vi.fn<PoolListener['onReplaced']>(),
    onDisconnected: vi.fn<PoolListener['onDisconnected']>(),
    onHindered: vi.fn<PoolListener['onHindered']>(),
    onReconnected: vi.fn<PoolListener['onReconnected']>(),
    onWarning: vi.fn<PoolListener['onWarning']>(),
    onRegistry: vi.fn<PoolListener['onRegistry']>(),
  };
  const pool = new Pool({
    workers: size,
    assignmentFor: (worker) => assignmentFor(worker, graceMs),
    listener: told,
    spawn: workers.spawn,
  });
  return { pool, workers, told };
}

/** A pool whose workers all serve. */
async function servingPool(size: number, options?: { graceMs: number }) {
  const created = createPool(size, options);
  const started = created.pool.start();
  for (const worker of created.workers.all) worker.ready();
  await started;
  return created;
}

/** What became of a promise by now. */
function fateOf(promise: Promise<unknown>) {
  const fate = { settled: false, value: undefined as unknown };
  promise.then(
    (value) => Object.assign(fate, { settled: true, value }),
    (error: unknown) => Object.assign(fate, { settled: true, value: error }),
  );
  return fate;
}

beforeEach(() => {
  vi.useFakeTimers();
  // The longest pause of each jitter.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a pool that starts', () => {
  it('gives each worker its number, and serves when all of them do', async () => {
    const { pool, workers } = createPool(3);
    const started = fateOf(pool.start());
    expect(workers.all.map(({ place }) => place)).toEqual([1, 2, 3]);
    for (const place of [3, 1]) workers.at(place).ready();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started.settled).toBe(false);
    workers.at(2).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toEqual({ settled: true, value: 'nats://127.0.0.1:4222' });
  });

  it('does not serve while one that was ready has died and its replacement is not', async () => {
    const { pool, workers } = createPool(2);
    const started = fateOf(pool.start());
    workers.at(1).ready();
    workers.at(1).die();
    workers.at(2).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(started.settled).toBe(false);
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(started.settled).toBe(true);
  });

  it('warns once where discovery is denied', async () => {
    const { workers, pool, told } = createPool(3);
    void pool.start();
    for (const worker of workers.all) worker.ready('$SRV.PING');
    workers.at(2).die();
    await vi.advanceTimersByTimeAsync(0);
    workers.at(2).ready('$SRV.PING');
    expect(told.onWarning.mock.calls).toEqual([
      ['the server denies subscribing to $SRV.PING: `nats service` will not find this pool'],
    ]);
  });

  it('waits for its server as long as it was told to', () => {
    const { pool, workers } = createPool(1);
    void pool.start();
    expect(workers.at(1).assignment.plan.waitServerMs).toBe(1_000);
  });
});

describe('a worker that dies', () => {
  it('is replaced at once, in its place, while the others carry on', async () => {
    const { workers, told } = await servingPool(3);
    workers.at(2).die();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.alive.map(({ place }) => place)).toEqual([1, 3, 2]);
    expect(told.onDeath.mock.calls).toEqual([[2, 'it was ended by SIGKILL', 0, true]]);
    expect(told.onReplaced).not.toHaveBeenCalled();
    workers.at(2).ready();
    expect(told.onReplaced.mock.calls).toEqual([[2]]);
  });

  it.each([
    [{ code: 1, signal: null }, 'it exited with 1'],
    [{ code: null, signal: 'SIGSEGV' as const }, 'it was ended by SIGSEGV'],
    [{ code: null, signal: null }, 'it could not be started'],
  ])('is told with how it ended: %j', async (exit, cause) => {
    const { workers, told } = await servingPool(1);
    workers.at(1).die(exit);
    expect(told.onDeath).toHaveBeenCalledWith(1, cause, 0, true);
  });

  it('is told with its own reason where it gave one', async () => {
    const { workers, told } = await servingPool(1);
    workers.at(1).fail('internal', 'a handler set a trap');
    expect(told.onDeath).toHaveBeenCalledWith(1, 'a handler set a trap', 0, true);
  });

  it('is replaced too where somebody else drained it', async () => {
    const { workers, told } = await servingPool(2);
    workers.at(1).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(told.onDeath).toHaveBeenCalledWith(1, 'it was drained', 0, true);
    expect(workers.alive.map(({ place }) => place)).toEqual([2, 1]);
  });

  it('is replaced after a growing pause where it keeps dying, up to 10 s', async () => {
    const { workers, told } = await servingPool(2);
    for (let death = 1; death <= 10; death++) {
      const born = workers.all.length;
      workers.at(1).die();
      const pauseMs = told.onDeath.mock.lastCall?.[2] ?? Number.NaN;
      if (pauseMs > 0) {
        await vi.advanceTimersByTimeAsync(pauseMs - 1);
        expect(workers.all).toHaveLength(born);
      }
      await vi.advanceTimersByTimeAsync(1);
      expect(workers.all).toHaveLength(born + 1);
      workers.at(1).ready();
    }
    const pauses = told.onDeath.mock.calls.map(([, , pauseMs]) => pauseMs);
    expect(pauses).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('is replaced at once again after 30 s of health', async () => {
    const { workers, told } = await servingPool(1);
    for (const healthyMs of [0, 29_000, 30_000]) {
      await vi.advanceTimersByTimeAsync(healthyMs);
      workers.at(1).die();
      await vi.advanceTimersByTimeAsync(1_000);
      workers.at(1).ready();
    }
    expect(told.onDeath.mock.calls.map(([, , pauseMs]) => pauseMs)).toEqual([0, 100, 0]);
  });

  it('has a place of its own: its pauses do not delay the others', async () => {
    const { workers, told } = await servingPool(2);
    for (let death = 1; death <= 5; death++) {
      workers.at(1).die();
      await vi.advanceTimersByTimeAsync(1_000);
      workers.at(1).ready();
    }
    workers.at(2).die();
    expect(told.onDeath.mock.lastCall).toEqual([2, 'it was ended by SIGKILL', 0, true]);
  });

  it('is replaced by one that waits for its server without end, once the pool has served', async () => {
    const { workers } = await servingPool(1);
    workers.at(1).die();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.at(1).assignment.plan.waitServerMs).toBe(endlessMs);
  });
});

it("a pool knows its workers' process ids, in the order of their numbers", async () => {
  const { pool, workers } = await servingPool(3);
  expect(pool.pids()).toEqual([1, 2, 3]);
  workers.at(2).die();
  expect(pool.pids()).toEqual([1, 3]);
  await vi.advanceTimersByTimeAsync(0);
  expect(pool.pids()).toEqual([1, 4, 3]);
});

describe('a pool that never served', () => {
  /** Lets every worker die at its birth until nobody is born any more. */
  async function letAllDie({ workers }: ReturnType<typeof createPool>, die: (place: number) => void) {
    while (workers.alive.length > 0) {
      for (const { place } of workers.alive) die(place);
      await vi.advanceTimersByTimeAsync(10_000);
    }
  }

  it('gives up when each place has lost five workers', async () => {
    const created = createPool(3);
    const started = fateOf(created.pool.start());
    await letAllDie(created, (place) => created.workers.at(place).fail('internal', 'boom'));
    expect(started.value).toMatchObject({ kind: 'pool', exitCode: 9, message: 'no worker stays alive: boom' });
    expect(created.workers.all.map(({ place }) => place)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it.each([
    ['connection', 'no connection to nats://127.0.0.1:4222', 3],
    ['timeout', 'no worker stays alive: too slow', 9],
  ] as const)('gives up with the cause where a script can act on it: %s', async (kind, message, exitCode) => {
    const created = createPool(2);
    const started = fateOf(created.pool.start());
    const said = kind === 'connection' ? message : 'too slow';
    await letAllDie(created, (place) => created.workers.at(place).fail(kind, said));
    expect(created.workers.all).toHaveLength(10);
    expect(started.value).toMatchObject({ message, exitCode });
  });

  it('gives up with kind pool where workers are killed', async () => {
    const created = createPool(1);
    const started = fateOf(created.pool.start());
    await letAllDie(created, (place) => created.workers.at(place).die());
    expect(started.value).toMatchObject({ kind: 'pool', message: 'no worker stays alive: it was ended by SIGKILL' });
  });

  it('does not give up while one place still has its worker', async () => {
    const { pool, workers } = createPool(2);
    const started = fateOf(pool.start());
    for (let death = 1; death <= 8; death++) {
      workers.at(1).fail('internal', 'boom');
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(started.settled).toBe(false);
    workers.at(1).ready();
    workers.at(2).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(started.value).toBe('nats://127.0.0.1:4222');
  });

  it.each([
    ['usage', 2],
    ['authorization', 4],
  ] as const)('gives up at the first %s error, and ends the others', async (kind, exitCode) => {
    const { pool, workers } = createPool(3);
    const started = fateOf(pool.start());
    workers.at(2).fail(kind, 'refused');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started.value).toMatchObject({ kind, exitCode, message: 'refused' });
    expect(workers.all).toHaveLength(3);
    expect(workers.alive).toEqual([]);
  });
});

describe('a pool that has served', () => {
  it('tries again after an authorization error: the server may be about to change its mind', async () => {
    const { pool, workers } = await servingPool(2);
    const failed = fateOf(pool.failed);
    workers.at(1).fail('authorization', 'refused');
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.alive).toHaveLength(2);
    expect(failed.settled).toBe(false);
  });

  it('gives up when each place has lost five workers in a row that never served', async () => {
    const { pool, workers } = await servingPool(2);
    const failed = fateOf(pool.failed);
    for (const worker of workers.alive) worker.die();
    await vi.advanceTimersByTimeAsync(10_000);
    while (workers.alive.length > 0) {
      for (const worker of workers.alive) worker.fail('authorization', 'refused');
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(workers.all).toHaveLength(12);
    expect(failed.value).toMatchObject({ kind: 'authorization', message: 'refused' });
  });
});

describe('a lost connection', () => {
  it('is told once, and once again when all have it back', async () => {
    const { workers, told } = await servingPool(3);
    for (const worker of workers.all) worker.say({ type: 'disconnected' });
    expect(told.onDisconnected).toHaveBeenCalledOnce();
    workers.at(1).say({ type: 'reconnected', server: 'nats://a:4222' });
    workers.at(2).say({ type: 'reconnected', server: 'nats://a:4222' });
    expect(told.onReconnected).not.toHaveBeenCalled();
    workers.at(3).say({ type: 'reconnected', server: 'nats://b:4222' });
    expect(told.onReconnected.mock.calls).toEqual([['nats://b:4222']]);
  });

  it('is told anew the next time', async () => {
    const { workers, told } = await servingPool(1);
    for (const type of ['disconnected', 'reconnected', 'disconnected'] as const) {
      workers.at(1).say(type === 'disconnected' ? { type } : { type, server: 'nats://a:4222' });
    }
    expect(told.onDisconnected).toHaveBeenCalledTimes(2);
    expect(told.onReconnected).toHaveBeenCalledTimes(1);
  });

  it('is told with what keeps it from being regained, once an outage', async () => {
    const { workers, told } = await servingPool(2);
    for (let outage = 1; outage <= 2; outage++) {
      for (const worker of workers.all) worker.say({ type: 'disconnected' });
      for (const worker of workers.all) worker.say({ type: 'hindered', message: 'no such file' });
      expect(told.onHindered.mock.calls).toEqual(Array(outage).fill(['no such file']));
      for (const worker of workers.all) worker.say({ type: 'reconnected', server: 'nats://a:4222' });
    }
  });

  it('is over for a worker that died meanwhile', async () => {
    const { workers, told } = await servingPool(2);
    for (const worker of workers.all) worker.say({ type: 'disconnected' });
    workers.at(1).die();
    workers.at(2).say({ type: 'reconnected', server: 'nats://a:4222' });
    expect(told.onReconnected).toHaveBeenCalledOnce();
  });

  it('is not told while the pool drains', async () => {
    const { pool, workers, told } = await servingPool(1);
    void pool.drain();
    workers.at(1).say({ type: 'disconnected' });
    workers.at(1).say({ type: 'reconnected', server: 'nats://a:4222' });
    expect(told.onDisconnected).not.toHaveBeenCalled();
    expect(told.onReconnected).not.toHaveBeenCalled();
  });
});

it("a worker's warning is told with its number", async () => {
  const { workers, told } = await servingPool(2);
  workers.at(2).say({ type: 'warning', message: 'the server denies replies' });
  expect(told.onWarning.mock.calls).toEqual([['worker-2: the server denies replies']]);
});

it('why a registry does not know the pool is told once, whichever worker says so, and that it does again', async () => {
  const { pool, workers, told } = await servingPool(2);
  for (const problem of ['no registry', undefined, 'no registry']) {
    for (const worker of workers.all) worker.say({ type: 'registry', problem });
  }
  void pool.drain();
  workers.at(1).say({ type: 'registry', problem: undefined });
  expect(told.onRegistry.mock.calls).toEqual([['no registry'], [undefined], ['no registry']]);
});

describe('a pool that drains', () => {
  it('asks every worker at once, and is done when all have ended', async () => {
    const { pool, workers } = await servingPool(3);
    const drained = fateOf(pool.drain());
    expect(workers.all.every((worker) => worker.drained)).toBe(true);
    workers.at(1).finish();
    workers.at(3).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(drained.settled).toBe(false);
    workers.at(2).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(drained).toEqual({ settled: true, value: { unanswered: 0, lost: 0 } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('replaces nobody', async () => {
    const { pool, workers, told } = await servingPool(2);
    void pool.drain();
    workers.at(1).finish();
    workers.at(2).die();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.all).toHaveLength(2);
    expect(told.onDeath).not.toHaveBeenCalled();
  });

  it('gives up the births that are due', async () => {
    const { pool, workers } = await servingPool(2);
    workers.at(1).die();
    const drained = fateOf(pool.drain());
    workers.at(2).finish();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.all).toHaveLength(2);
    expect(drained.settled).toBe(true);
  });

  it('adds up what its workers could not answer', async () => {
    const { pool, workers } = await servingPool(3);
    const drained = fateOf(pool.drain());
    for (const worker of workers.all) worker.finish(worker.place);
    await vi.advanceTimersByTimeAsync(0);
    expect(drained.value).toEqual({ unanswered: 6, lost: 0 });
  });

  it('kills those that do not end within a second after their grace, and counts them as lost', async () => {
    const { pool, workers } = await servingPool(2, { graceMs: 5_000 });
    const drained = fateOf(pool.drain());
    workers.at(1).finish();
    await vi.advanceTimersByTimeAsync(5_999);
    expect(workers.at(2).killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers.at(2).killed).toBe(true);
    expect(drained.value).toEqual({ unanswered: 0, lost: 1 });
  });

  it('counts as lost a worker that dies before it is drained', async () => {
    const { pool, workers } = await servingPool(2);
    const drained = fateOf(pool.drain());
    workers.at(1).die();
    workers.at(2).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(drained.value).toEqual({ unanswered: 0, lost: 1 });
  });

  it('loses nothing with a worker that never served', async () => {
    const { pool, workers } = createPool(2);
    void pool.start();
    const drained = fateOf(pool.drain());
    workers.at(1).fail('connection', 'no server');
    workers.at(2).die();
    await vi.advanceTimersByTimeAsync(0);
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
  });

  it('serves no more, also where its last worker was about to be ready', async () => {
    const { pool, workers } = createPool(2);
    const started = fateOf(pool.start());
    workers.at(1).ready();
    void pool.drain();
    workers.at(2).ready();
    for (const worker of workers.all) worker.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(started.settled).toBe(false);
  });
});

it('a pool that is killed ends every worker at once and replaces none', async () => {
  const { pool, workers } = await servingPool(3);
  pool.kill();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workers.all).toHaveLength(3);
  expect(workers.alive).toEqual([]);
});
