import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPool, endlessMs, fateOf, servingPool } from './fake-pool.js';

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

  it('tells its workers whether it has served', async () => {
    const { workers } = await servingPool(1);
    expect(workers.at(1).assignment.isFirst).toBe(true);
    workers.at(1).die();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.at(1).assignment.isFirst).toBe(false);
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
    [{ code: null, signal: null, refusal: 'too many open files' }, 'it could not be started: too many open files'],
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

  it('gives up where the services of all workers do not stay alive, though they have their subscriptions', async () => {
    const { pool, workers } = await servingPool(2);
    const failed = fateOf(pool.failed);
    for (let round = 1; round <= 5; round++) {
      for (const worker of workers.alive) {
        worker.ready();
        worker.fail('pool', 'service upper does not stay alive');
      }
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(workers.all).toHaveLength(10);
    expect(failed.value).toMatchObject({
      kind: 'pool',
      message: 'no worker stays alive: service upper does not stay alive',
    });
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

  it('is over once the last that had it is gone, where others have theirs back', async () => {
    const { workers, told } = await servingPool(2);
    for (const worker of workers.all) worker.say({ type: 'disconnected' });
    workers.at(1).say({ type: 'reconnected', server: 'nats://a:4222' });
    workers.at(2).die();
    expect(told.onReconnected.mock.calls).toEqual([['nats://a:4222']]);
    workers.at(1).say({ type: 'disconnected' });
    expect(told.onDisconnected).toHaveBeenCalledTimes(2);
  });

  it('is not over where the only one that had it has died', async () => {
    const { workers, told } = await servingPool(1);
    workers.at(1).say({ type: 'disconnected' });
    workers.at(1).die();
    await vi.advanceTimersByTimeAsync(0);
    expect(told.onReconnected).not.toHaveBeenCalled();
    workers.at(1).ready();
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

describe('the statistics of a pool', () => {
  const lag = { counts: [], sumMs: 0, recentMs: 0 };
  const greeted = (requests: number, isAnswer: boolean) =>
    ({
      type: 'statistics',
      snapshot: {
        endpoints: [
          { service: 'greeter', endpoint: 'greet', requests, errors: 0, inFlight: 1, processingNs: 0, latency: [] },
        ],
        lag,
        rssBytes: requests * 1_000,
      },
      isAnswer,
    }) as const;

  it('are what the workers say when asked, and of those that ended what they said last', async () => {
    const { pool, workers } = await servingPool(2);
    workers.at(1).say(greeted(5, false));
    workers.at(1).die();
    await vi.advanceTimersByTimeAsync(0);
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(1_500);
    const asked = pool.statistics();
    expect(workers.alive.map(({ asked }) => asked)).toEqual([1, 1]);
    for (const worker of workers.alive) worker.say(greeted(10, true));
    const { endpoints, workers: told, restarts } = await asked;
    expect(endpoints).toMatchObject([{ service: 'greeter', endpoint: 'greet', requests: 25, inFlight: 2 }]);
    expect(told).toMatchObject([
      { worker: 1, pid: 3, state: 'serving', uptimeMs: 1_500, snapshot: { rssBytes: 10_000 } },
      { worker: 2, pid: 2, state: 'serving', uptimeMs: 1_500, snapshot: { rssBytes: 10_000 } },
    ]);
    expect(restarts).toEqual([1, 0]);
  });

  it('tell who starts, who serves, who is drained and who waits', async () => {
    const { pool, workers } = createPool(1, { watched: true });
    const started = pool.start();
    workers.at(1).ready();
    await started;
    void pool.replaceAll();
    await vi.advanceTimersByTimeAsync(0);
    const states = async (): Promise<readonly string[]> => {
      const told = pool.statistics();
      await vi.advanceTimersByTimeAsync(250);
      return (await told).workers.map(({ state }) => state);
    };
    expect(await states()).toEqual(['serving', 'starting']);
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect((await states()).toSorted()).toEqual(['draining', 'serving', 'waiting']);
    void pool.drain();
    expect(new Set(await states())).toEqual(new Set(['draining']));
    pool.kill();
    await vi.advanceTimersByTimeAsync(0);
    expect(await states()).toEqual([]);
  });
});

describe('a worker that hangs', () => {
  /** A pool of one whose watchdog barks after so long, told as often as a worker tells it. */
  async function watchedPool(watchdogMs: number) {
    const created = createPool(1, { watchdogMs });
    const started = created.pool.start();
    created.workers.at(1).say({ type: 'alive' });
    return { ...created, started };
  }

  it('is killed after the watchdog’s time, told with its silence and its last endpoint, and replaced', async () => {
    const { workers, told, pool } = await watchedPool(1_000);
    const [stuck] = workers.all;
    stuck?.ready();
    stuck?.say({ type: 'alive' });
    await vi.advanceTimersByTimeAsync(999);
    expect(stuck?.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(101);
    expect(stuck?.killed).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers.all).toHaveLength(2);
    expect(told.onDeath.mock.calls).toEqual([[1, 'it hung, silent for 1 s, and was killed', 0, true]]);
    pool.kill();
  });

  it('has 30 s where it does not serve yet, also where it has never said a word', async () => {
    const { workers, pool } = await watchedPool(1_000);
    const [first] = workers.all;
    await vi.advanceTimersByTimeAsync(29_900);
    expect(first?.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(300);
    expect(first?.killed).toBe(true);
    const second = workers.at(1);
    await vi.advanceTimersByTimeAsync(30_200);
    expect(second.killed).toBe(true);
    pool.kill();
  });
});
