import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPool, endlessMs, fateOf, servingPool } from './fake-pool.js';
import type { FakeWorkers } from './fake-workers.js';

beforeEach(() => {
  vi.useFakeTimers();
  // The longest pause of each jitter.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a pool that replaces all its workers', () => {
  /** Lets what is due happen. */
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('drains an old one only when its successor serves, one after the other', async () => {
    const { pool, workers, told } = await servingPool(3);
    const old = [...workers.all];
    const replaced = fateOf(pool.replaceAll());
    for (const [index, former] of old.entries()) {
      expect(workers.all).toHaveLength(4 + index);
      expect(former.drained).toBe(false);
      workers.at(index + 1).ready();
      expect(former.drained).toBe(true);
      await settle();
    }
    expect(replaced.value).toEqual({ kind: 'done' });
    expect(pool.pids()).toEqual([4, 5, 6]);
    expect(told.onRenewed.mock.calls).toEqual([[1], [2], [3]]);
    for (const former of old) former.finish();
    expect(told.onDeath).not.toHaveBeenCalled();
    expect(told.onWarning).not.toHaveBeenCalled();
  });

  it('waits for the first one, then replaces so many at a time', async () => {
    const { pool, workers } = await servingPool(4);
    void pool.replaceAll({ atATime: 2 });
    expect(workers.all).toHaveLength(5);
    workers.at(1).ready();
    await settle();
    expect(workers.all.slice(5).map(({ place }) => place)).toEqual([2, 3]);
    workers.at(3).ready();
    await settle();
    expect(workers.all.slice(7).map(({ place }) => place)).toEqual([4]);
  });

  it('changes nothing where the first successor fails', async () => {
    const { pool, workers, told } = await servingPool(2);
    const replaced = fateOf(pool.replaceAll());
    workers.at(1).fail('usage', 'cannot load a.ts');
    await settle();
    expect(replaced.value).toMatchObject({ kind: 'failed', replaced: 0, worker: 1, failure: { kind: 'usage' } });
    expect(pool.pids()).toEqual([1, 2]);
    expect(workers.all.some(({ drained }) => drained)).toBe(false);
    expect(told.onDeath).not.toHaveBeenCalled();
  });

  it('says how many were replaced before one failed', async () => {
    const { pool, workers } = await servingPool(3);
    const replaced = fateOf(pool.replaceAll());
    workers.at(1).ready();
    await settle();
    workers.at(2).fail('pool', 'start failed');
    await settle();
    expect(replaced.value).toMatchObject({ kind: 'failed', replaced: 1, worker: 2 });
    expect(pool.pids()).toEqual([4, 2, 3]);
  });

  it('tries another successor where one is killed, up to three', async () => {
    const { pool, workers } = await servingPool(1);
    const replaced = fateOf(pool.replaceAll());
    for (let tried = 1; tried <= 3; tried++) {
      expect(workers.all).toHaveLength(1 + tried);
      workers.at(1).die();
      await settle();
    }
    expect(replaced.value).toMatchObject({ kind: 'failed', failure: { message: 'it was ended by SIGKILL' } });
    expect(pool.pids()).toEqual([1]);
  });

  it('tries another successor where one lost its connection: that one waits for the server', async () => {
    const { pool, workers } = await servingPool(1);
    const replaced = fateOf(pool.replaceAll());
    workers.at(1).fail('connection', 'the connection was lost');
    await settle();
    expect(workers.at(1).assignment.plan.waitServerMs).toBe(endlessMs);
    workers.at(1).ready();
    await settle();
    expect(replaced.value).toEqual({ kind: 'done' });
  });

  it('is called off: the successor that does not serve yet ends, and the old one stays', async () => {
    const { pool, workers } = await servingPool(2);
    const abort = new AbortController();
    const replaced = fateOf(pool.replaceAll({ signal: abort.signal }));
    workers.at(1).ready();
    await settle();
    abort.abort();
    await settle();
    expect(replaced.value).toEqual({ kind: 'aborted' });
    expect(workers.at(2).killed).toBe(true);
    expect(pool.pids()).toEqual([3, 2]);
    expect(workers.at(1).isAlive).toBe(true);
    expect(await pool.replaceAll({ signal: abort.signal })).toEqual({ kind: 'aborted' });
  });

  it('is called off: the successor that may have taken requests answers them, and is not waited for', async () => {
    const { pool, workers, told } = await servingPool(1);
    const [former] = workers.all;
    const abort = new AbortController();
    const replaced = fateOf(pool.replaceAll({ signal: abort.signal }));
    const successor = workers.at(1);
    expect(successor.admitted).toBe(false);
    successor.say({ type: 'loaded' });
    expect(successor.admitted).toBe(true);
    abort.abort();
    await settle();
    expect(successor).toMatchObject({ drained: true, killed: false });
    expect(replaced.value).toEqual({ kind: 'aborted' });
    // Said before it heard of it.
    successor.ready();
    successor.finish();
    await settle();
    expect(pool.pids()).toEqual([1]);
    expect(former?.drained).toBe(false);
    expect(told.onRenewed).not.toHaveBeenCalled();
    expect(told.onWarning).not.toHaveBeenCalled();
  });

  it('lets nobody take requests who is to end', async () => {
    const { pool, workers } = await servingPool(1);
    void pool.replaceAll();
    void pool.drain();
    workers.at(1).say({ type: 'loaded' });
    expect(workers.at(1).admitted).toBe(false);
  });

  it('gives the place of one that died meanwhile to its successor', async () => {
    const { pool, workers, told } = await servingPool(1);
    void pool.replaceAll();
    workers.all[0]?.die();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.all).toHaveLength(2);
    workers.at(1).ready();
    await settle();
    expect(pool.pids()).toEqual([2]);
    expect(told.onDeath).toHaveBeenCalledOnce();
  });

  it('fills the place of one that died meanwhile where its successor fails', async () => {
    const { pool, workers } = await servingPool(1);
    void pool.replaceAll();
    workers.all[0]?.die();
    workers.at(1).fail('usage', 'cannot load a.ts');
    await settle();
    await settle();
    expect(workers.all).toHaveLength(3);
    expect(pool.pids()).toEqual([3]);
  });

  it('takes the place of one that is due to be replaced', async () => {
    const { pool, workers } = await servingPool(1);
    workers.at(1).die();
    await settle();
    workers.at(1).die();
    const replaced = fateOf(pool.replaceAll());
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(replaced.value).toEqual({ kind: 'done' });
    expect(workers.all).toHaveLength(3);
  });

  it('gives an old one all the time that its handlers may take, where that is more than the grace', async () => {
    const { pool, workers } = createPool(1, { graceMs: 5_000 });
    void pool.start();
    workers.at(1).ready(undefined, 30_000);
    await settle();
    const [former] = workers.all;
    void pool.replaceAll();
    workers.at(1).ready();
    expect(former?.graceMs).toBe(30_000);
    await vi.advanceTimersByTimeAsync(30_999);
    expect(former?.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(former?.killed).toBe(true);
  });

  it('does not kill an old one at once whose handlers may take as long as a timer can wait', async () => {
    const { pool, workers } = createPool(1);
    void pool.start();
    workers.at(1).ready(undefined, endlessMs);
    await settle();
    void pool.replaceAll();
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(workers.all[0]?.killed).toBe(false);
  });

  it('kills an old one that does not end within a second after its grace, and says that not all was answered', async () => {
    const { pool, workers, told } = await servingPool(1, { graceMs: 5_000 });
    const [former] = workers.all;
    void pool.replaceAll();
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(5_999);
    expect(former?.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(former?.killed).toBe(true);
    expect(told.onWarning.mock.calls).toEqual([
      ['the former worker-1 ended before all was answered: it was ended by SIGKILL'],
    ]);
    expect(told.onDeath).not.toHaveBeenCalled();
  });

  it('says that an old one left requests unanswered, and does not count them at its own end', async () => {
    const { pool, workers, told } = await servingPool(1);
    const [former] = workers.all;
    void pool.replaceAll();
    workers.at(1).ready();
    former?.finish(2);
    expect(told.onWarning.mock.calls).toEqual([['the former worker-1 ended before all was answered']]);
    const drained = fateOf(pool.drain());
    workers.at(1).finish();
    await settle();
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
  });

  it('ends all of them where it drains meanwhile', async () => {
    const { pool, workers } = await servingPool(2);
    const replaced = fateOf(pool.replaceAll());
    workers.at(1).ready();
    await settle();
    const drained = fateOf(pool.drain());
    expect(workers.alive).toHaveLength(4);
    for (const worker of workers.alive) {
      expect(worker.drained).toBe(true);
      worker.finish();
    }
    await settle();
    expect(replaced.value).toEqual({ kind: 'aborted' });
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
    expect(workers.all).toHaveLength(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits at its end for an old one too', async () => {
    const { pool, workers } = await servingPool(1);
    const [former] = workers.all;
    void pool.replaceAll();
    workers.at(1).ready();
    const drained = fateOf(pool.drain());
    workers.at(1).finish();
    await settle();
    expect(drained.settled).toBe(false);
    former?.finish();
    await settle();
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
  });

  it('tells of a connection that only an old one had lost as of one that is back', async () => {
    const { pool, workers, told } = await servingPool(1);
    workers.at(1).say({ type: 'disconnected' });
    void pool.replaceAll();
    workers.at(1).ready();
    expect(told.onReconnected).toHaveBeenCalledOnce();
    workers.all[0]?.say({ type: 'disconnected' });
    expect(told.onDisconnected).toHaveBeenCalledOnce();
  });
});

describe('a pool whose services are being worked on', () => {
  it('starts a spare once it serves, that waits, and is none of its workers', async () => {
    const { pool, workers } = await servingPool(2, { watched: true });
    expect(workers.all.map(({ assignment }) => assignment.waits)).toEqual([false, false, true]);
    expect(workers.all.every(({ assignment }) => assignment.watched)).toBe(true);
    expect(pool.pids()).toEqual([1, 2]);
    expect(workers.all[2]?.called).toBe(false);
  });

  it('has the spare serve first, and starts another one at the end', async () => {
    const { pool, workers } = await servingPool(2, { watched: true });
    const spare = workers.at(1);
    void pool.replaceAll();
    expect(workers.all).toHaveLength(3);
    expect(spare.called).toBe(true);
    spare.ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.all.slice(3).map(({ place, assignment }) => [place, assignment.waits])).toEqual([[2, false]]);
    workers.at(2).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.all.slice(4).map(({ place, assignment }) => [place, assignment.waits])).toEqual([[1, true]]);
    expect(pool.pids()).toEqual([3, 4]);
  });

  it('starts another spare where the first one could not load', async () => {
    const { pool, workers } = await servingPool(1, { watched: true });
    void pool.replaceAll();
    workers.at(1).fail('usage', 'cannot load a.ts');
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.alive).toHaveLength(2);
    expect(workers.at(1).assignment.waits).toBe(true);
  });

  it('replaces a spare that dies, after a growing pause where it keeps dying', async () => {
    const { workers, told } = await servingPool(1, { watched: true });
    for (let death = 1; death <= 3; death++) {
      workers.at(1).die();
      await vi.advanceTimersByTimeAsync(10_000);
      workers.at(1).say({ type: 'prepared' });
    }
    expect(told.onSpareDeath.mock.calls).toEqual([0, 100, 200].map((pauseMs) => ['it was ended by SIGKILL', pauseMs]));
    expect(told.onDeath).not.toHaveBeenCalled();
  });

  it('does without a spare where that has died', async () => {
    const { pool, workers } = await servingPool(1, { watched: true });
    for (const _ of [1, 2]) {
      workers.at(1).die();
      await vi.advanceTimersByTimeAsync(0);
    }
    const replaced = fateOf(pool.replaceAll());
    expect(workers.at(1).assignment.waits).toBe(false);
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(replaced.value).toEqual({ kind: 'done' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(workers.alive.filter(({ assignment }) => assignment.waits)).toHaveLength(1);
  });

  it('says nothing of a spare without a connection', async () => {
    const { workers, told } = await servingPool(1, { watched: true });
    workers.at(1).say({ type: 'disconnected' });
    workers.at(1).say({ type: 'hindered', message: 'no such file' });
    workers.at(1).say({ type: 'reconnected', server: 'nats://a:4222' });
    expect(told.onDisconnected).not.toHaveBeenCalled();
    expect(told.onReconnected).not.toHaveBeenCalled();
  });

  it('does not give up where what is saved cannot be loaded and its workers die', async () => {
    const { pool, workers } = await servingPool(1, { watched: true });
    const failed = fateOf(pool.failed);
    workers.all[0]?.die();
    for (let death = 1; death <= 8; death++) {
      await vi.advanceTimersByTimeAsync(10_000);
      workers.alive.find(({ assignment }) => !assignment.waits)?.fail('usage', 'cannot load a.ts');
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(failed.settled).toBe(false);
    expect(workers.alive).toHaveLength(2);
  });

  it('ends its spare with its workers', async () => {
    const { pool, workers } = await servingPool(1, { watched: true });
    const drained = fateOf(pool.drain());
    for (const worker of workers.all) worker.finish();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
    expect(workers.all).toHaveLength(2);
  });

  it('tells what its workers load', async () => {
    const { workers, told } = await servingPool(1, { watched: true });
    workers.at(1).say({ type: 'loads', file: '/a.ts', digest: 'd' });
    expect(told.onLoads.mock.calls).toEqual([['/a.ts', 'd']]);
  });
});

describe('a pool that is scaled', () => {
  it('starts the first new worker alone, then the others, and is done when all serve', async () => {
    const { pool, workers } = await servingPool(1);
    const scaled = fateOf(pool.scale(4));
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.all.map(({ place }) => place)).toEqual([1, 2]);
    workers.at(2).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.all.map(({ place }) => place)).toEqual([1, 2, 3, 4]);
    workers.at(4).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.settled).toBe(false);
    workers.at(3).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.value).toEqual({ growth: { kind: 'done' }, unanswered: 0, lost: 0 });
    expect(pool.pids()).toHaveLength(4);
  });

  it('stays as it is where the first new worker does not come to serve', async () => {
    const { pool, workers } = await servingPool(2);
    const scaled = fateOf(pool.scale(5));
    await vi.advanceTimersByTimeAsync(0);
    workers.at(3).fail('usage', 'a bad file');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scaled.value).toMatchObject({
      growth: { kind: 'failed', replaced: 0, worker: 3, failure: { message: 'a bad file' } },
    });
    expect(workers.all).toHaveLength(3);
    expect(pool.places()).toHaveLength(2);
  });

  it('drains those with the highest numbers, and is done when they have ended', async () => {
    const { pool, workers, told } = await servingPool(4);
    const scaled = fateOf(pool.scale(1));
    await answered(workers);
    expect(workers.all.map(({ drained }) => drained)).toEqual([false, true, true, true]);
    for (const place of [2, 3]) workers.at(place).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.settled).toBe(false);
    workers.at(4).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.value).toEqual({ growth: { kind: 'done' }, unanswered: 0, lost: 0 });
    expect(pool.pids()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.alive).toHaveLength(1);
    expect(told.onDeath).not.toHaveBeenCalled();
  });

  it('counts what those that go have lost, and kills the one that does not end within its grace', async () => {
    const { pool, workers } = await servingPool(4, { graceMs: 2_000 });
    const scaled = fateOf(pool.scale(1));
    await answered(workers);
    workers.at(2).finish(3);
    workers.at(3).die();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(workers.at(4).killed).toBe(true);
    expect(scaled.value).toMatchObject({ unanswered: 3, lost: 2 });
  });

  it('drains nobody before one of those that stay has given a sign of life', async () => {
    const { pool, workers } = await servingPool(3);
    const scaled = fateOf(pool.scale(2));
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.at(3).drained).toBe(false);
    workers.at(2).answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.all.map(({ drained }) => drained)).toEqual([false, false, true]);
    workers.at(3).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.settled).toBe(true);
  });

  it('drains nobody before another one serves where all are dead that stay', async () => {
    const { pool, workers } = await servingPool(2);
    workers.at(1).die();
    const scaled = fateOf(pool.scale(1));
    workers.at(2).answer();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(workers.at(2).drained).toBe(false);
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(workers.at(2).drained).toBe(true);
    workers.at(2).finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.settled).toBe(true);
    expect(pool.places()).toHaveLength(1);
  });

  it('drains those that go after a while where none that stays gives a sign of life', async () => {
    const { pool, workers } = await servingPool(2);
    void pool.scale(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(workers.at(2).drained).toBe(true);
  });

  it('drains nobody for its own sake once it is stopped', async () => {
    const { pool, workers } = await servingPool(2);
    const scaled = fateOf(pool.scale(1));
    const drained = fateOf(pool.drain());
    for (const worker of workers.all) worker.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.value).toMatchObject({ growth: { kind: 'aborted' } });
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
  });

  it('leaves a place empty that is not filled yet', async () => {
    const { pool, workers } = await servingPool(2);
    for (let death = 0; death < 3; death++) {
      workers.at(2).die();
      await vi.advanceTimersByTimeAsync(0);
    }
    const born = workers.all.length;
    const scaled = fateOf(pool.scale(1));
    await answered(workers);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scaled.settled).toBe(true);
    expect(workers.all).toHaveLength(born);
  });

  it('waits for a replacement that goes on', async () => {
    const { pool, workers } = await servingPool(2);
    const replaced = fateOf(pool.replaceAll());
    const scaled = fateOf(pool.scale(1));
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(pool.places()).toHaveLength(2);
    workers.at(2).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(replaced.value).toEqual({ kind: 'done' });
    await answered(workers);
    expect(pool.places()).toHaveLength(1);
    for (const worker of workers.alive) if (worker.drained) worker.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.settled).toBe(true);
  });

  it('drains the successor that comes into a place which goes where that may have taken requests', async () => {
    const { pool, workers } = await servingPool(2);
    const [, former] = workers.all;
    workers.at(2).say({ type: 'spent', reason: 'it is old' });
    await vi.advanceTimersByTimeAsync(0);
    const successor = workers.at(2);
    successor.say({ type: 'loaded' });
    const scaled = fateOf(pool.scale(1));
    await answered(workers);
    expect(successor).toMatchObject({ drained: true, killed: false });
    former?.finish();
    successor.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.value).toMatchObject({ growth: { kind: 'done' }, unanswered: 0, lost: 0 });
    expect(pool.pids()).toEqual([1]);
  });

  it('calls off the successor that comes into a place which goes, and recycles on in those that stay', async () => {
    const { pool, workers } = await servingPool(2);
    for (const place of [2, 1]) workers.at(place).say({ type: 'spent', reason: 'it is old' });
    await vi.advanceTimersByTimeAsync(0);
    const successor = workers.at(2);
    const [, former] = workers.all;
    const scaled = fateOf(pool.scale(1));
    await answered(workers);
    expect(successor.killed).toBe(true);
    expect(former?.drained).toBe(true);
    former?.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(scaled.value).toMatchObject({ growth: { kind: 'done' }, unanswered: 0, lost: 0 });
    expect(workers.all.map(({ place }) => place)).toEqual([1, 2, 2, 1]);
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(0);
    expect(pool.pids()).toEqual([4]);
  });

  it('keeps the restarts of a place that went, so that no count goes down', async () => {
    const { pool, workers } = await servingPool(2);
    workers.at(2).die();
    await vi.advanceTimersByTimeAsync(0);
    workers.at(2).ready();
    const restarts = async () => {
      const asked = pool.statistics();
      await vi.advanceTimersByTimeAsync(250);
      return (await asked).restarts;
    };
    expect(await restarts()).toEqual([0, 1]);
    const shrunk = pool.scale(1);
    await answered(workers);
    workers.at(2).finish();
    await shrunk;
    expect(await restarts()).toEqual([0, 1]);
    const grown = pool.scale(2);
    await vi.advanceTimersByTimeAsync(0);
    workers.at(2).ready();
    await grown;
    expect(await restarts()).toEqual([0, 1]);
  });

  it('is drained whole, with those that come and those that go', async () => {
    const { pool, workers } = await servingPool(2);
    const growing = fateOf(pool.scale(3));
    await vi.advanceTimersByTimeAsync(0);
    const drained = fateOf(pool.drain());
    expect(workers.all.every((worker) => worker.drained)).toBe(true);
    for (const worker of workers.all) worker.finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(growing.value).toMatchObject({ growth: { kind: 'aborted' } });
    expect(drained.value).toEqual({ unanswered: 0, lost: 0 });
  });
});

/** All that were asked for a sign of life give one. */
async function answered(workers: FakeWorkers): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  for (const worker of workers.alive) if (worker.asked > 0) worker.answer();
  await vi.advanceTimersByTimeAsync(0);
}

describe('a worker that has reached a limit of its life', () => {
  const settle = () => vi.advanceTimersByTimeAsync(1);

  it('is drained when another one serves in its place', async () => {
    const { workers, told } = await servingPool(2);
    const spent = workers.at(2);
    spent.say({ type: 'spent', reason: 'it has taken 10 requests' });
    await settle();
    expect(workers.alive).toHaveLength(3);
    expect(spent.drained).toBe(false);
    workers.at(2).ready();
    await settle();
    expect(spent.drained).toBe(true);
    expect(told.onRecycled.mock.calls).toEqual([[2, 'it has taken 10 requests']]);
    expect(told.onRenewed.mock.calls).toEqual([[2]]);
    expect(told.onDeath).not.toHaveBeenCalled();
  });

  it('leaves its place to those that replace all, whose workers load what is new', async () => {
    const { pool, workers, told } = await servingPool(1);
    workers.at(1).say({ type: 'spent', reason: 'old' });
    await settle();
    const recycled = workers.at(1);
    const replaced = fateOf(pool.replaceAll());
    await settle();
    expect(recycled.killed).toBe(true);
    expect(workers.all).toHaveLength(3);
    workers.at(1).ready();
    await settle();
    expect(replaced.value).toEqual({ kind: 'done' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.all).toHaveLength(3);
    expect(told.onRecycled).not.toHaveBeenCalled();
  });

  it('is of no account where it has died before its turn: who follows it may serve on', async () => {
    const { workers, told } = await servingPool(2);
    workers.at(1).say({ type: 'spent', reason: 'first' });
    workers.at(2).say({ type: 'spent', reason: 'second' });
    await settle();
    workers.at(2).die();
    await settle();
    workers.at(2).ready();
    workers.at(1).ready();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers.all).toHaveLength(4);
    expect(told.onRecycled.mock.calls).toEqual([[1, 'first']]);
  });

  it('is of no account where it has died and its place is gone', async () => {
    const { pool, workers, told } = await servingPool(2);
    workers.at(1).say({ type: 'spent', reason: 'first' });
    workers.at(2).say({ type: 'spent', reason: 'second' });
    await settle();
    workers.at(2).die();
    const scaled = fateOf(pool.scale(1));
    await settle();
    workers.all[0]?.answer();
    await settle();
    workers.at(2).finish();
    await settle();
    expect(scaled.value).toEqual({ unanswered: 0, lost: 0, growth: { kind: 'done' } });
    workers.at(1).ready();
    await settle();
    expect(told.onRecycled.mock.calls).toEqual([[1, 'first']]);
  });

  it('is of no account in a pool that drains', async () => {
    const { pool, workers } = await servingPool(1);
    workers.at(1).say({ type: 'spent', reason: 'old' });
    void pool.drain();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(workers.all).toHaveLength(1);
  });
});
