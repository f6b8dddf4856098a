import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { deferred } from '../../src/deferred.js';
import { Recycler } from '../../src/workers/recycler.js';
import type { OneReplacement } from '../../src/workers/replacement.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lets what is due happen. */
const settle = () => vi.advanceTimersByTimeAsync(1);

/** A worker that has served for an hour. */
const memberOf = (worker: number, livedMs = 3_600_000) => ({
  worker,
  role: 'seated',
  readyAt: performance.now() - livedMs,
});

function setUp() {
  const replacements: Array<{ worker: number; end: (outcome: OneReplacement) => void }> = [];
  const onRecycled = vi.fn();
  const onWarning = vi.fn();
  const recycler = new Recycler<ReturnType<typeof memberOf>>({
    replace(worker, signal) {
      const { promise, resolve } = deferred<OneReplacement>();
      signal.addEventListener('abort', () => resolve('aborted'));
      replacements.push({ worker, end: resolve });
      return promise;
    },
    onRecycled,
    onWarning,
  });
  return { recycler, replacements, onRecycled, onWarning };
}

const workersOf = (replacements: readonly { worker: number }[]) => replacements.map(({ worker }) => worker);
const failure = { kind: 'usage', message: 'cannot load a.ts', hint: undefined, details: {} } as const;

it('replaces those that are due one after the other', async () => {
  const { recycler, replacements, onRecycled } = setUp();
  for (const worker of [1, 2, 3]) recycler.add(memberOf(worker), 'old');
  await settle();
  expect(workersOf(replacements)).toEqual([1]);
  replacements[0]?.end('done');
  await settle();
  expect(workersOf(replacements)).toEqual([1, 2]);
  replacements[1]?.end('done');
  await settle();
  replacements[2]?.end('done');
  await settle();
  expect(onRecycled.mock.calls).toEqual([
    [1, 'old'],
    [2, 'old'],
    [3, 'old'],
  ]);
  recycler.add(memberOf(1), 'old again');
  await settle();
  expect(workersOf(replacements)).toEqual([1, 2, 3, 1]);
});

it('leaves out who has lost its place meanwhile', async () => {
  const { recycler, replacements } = setUp();
  const member = memberOf(1);
  recycler.add(member, 'old');
  member.role = 'retired';
  await settle();
  expect(replacements).toEqual([]);
});

it('waits where the workers of a place reach their limit soon after they began, longer each time up to 10 s', async () => {
  const { recycler, replacements } = setUp();
  const pauses: number[] = [];
  for (let time = 0; time < 10; time++) {
    const since = performance.now();
    recycler.add(memberOf(1, 500), 'too little for it');
    while (replacements.length <= time) await vi.advanceTimersByTimeAsync(10);
    pauses.push(Math.round((performance.now() - since) / 100) * 100);
    replacements[time]?.end('done');
    await settle();
  }
  expect(pauses).toEqual([0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

it('tells once that the next one does not come to serve, and tries again', async () => {
  const { recycler, replacements, onWarning, onRecycled } = setUp();
  recycler.add(memberOf(1), 'it is old');
  for (let time = 0; time < 3; time++) {
    await vi.advanceTimersByTimeAsync(1_000);
    expect(replacements).toHaveLength(time + 1);
    replacements[time]?.end(failure);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  replacements[3]?.end('done');
  await settle();
  expect(onWarning.mock.calls).toEqual([
    ['worker-1 serves on, though it is old: its successor failed: cannot load a.ts'],
  ]);
  expect(onRecycled).toHaveBeenCalledOnce();
});

it('calls off what it is at while it is held, and takes it up again', async () => {
  const { recycler, replacements, onRecycled } = setUp();
  recycler.add(memberOf(1), 'old');
  recycler.add(memberOf(2), 'old');
  await settle();
  await recycler.hold();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workersOf(replacements)).toEqual([1]);
  expect(onRecycled).not.toHaveBeenCalled();
  recycler.release();
  await settle();
  expect(workersOf(replacements)).toEqual([1, 1]);
});

it('does nothing any more once it is stopped', async () => {
  const { recycler, replacements } = setUp();
  recycler.add(memberOf(1), 'old');
  await settle();
  recycler.add(memberOf(2, 0), 'old');
  recycler.stop();
  recycler.add(memberOf(3), 'old');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(workersOf(replacements)).toEqual([1]);
});
