import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/output/streams.js';
import { servePools } from '../../src/workers/serve-pools.js';
import type { SpawnWorker } from '../../src/workers/worker-process.js';
import { memoryStream } from '../output/memory-stream.js';
import { planFor } from '../services/connect-to.js';
import { createTempDir } from '../support/guardian.js';
import { assignmentFor, FakeWorkers } from './fake-workers.js';

const defaultServer = 'nats://127.0.0.1:4222';

/** Serves with fake workers; each line on stderr is an event named `line`. */
function serve(
  size = 2,
  {
    readyFile = undefined as string | undefined,
    verbose = false,
    hangup = 'stop' as 'stop' | 'reload',
    names = [undefined] as ReadonlyArray<string | undefined>,
  } = {},
) {
  const workers = new FakeWorkers();
  const born = new EventEmitter();
  const signals = new EventEmitter();
  const lines = new EventEmitter();
  const stderr = memoryStream();
  const write = stderr.write.bind(stderr);
  stderr.write = ((text: string) => {
    const written = write(text);
    lines.emit('line', text);
    return written;
  }) as typeof stderr.write;
  const output = createOutput(
    { json: false, quiet: false, verbose, color: false },
    { stdout: memoryStream(), stderr, env: {} },
  );
  const pools = names.map((name) => ({
    name,
    label: 'greeter',
    workers: size,
    assignmentFor: (worker: number) => ({ ...assignmentFor(worker), pool: name }),
    spawn: ((assignment, listener) => {
      const process = workers.spawn(assignment, listener);
      born.emit('born');
      return process;
    }) satisfies SpawnWorker,
  }));
  const ended = servePools({
    pools,
    readyFile,
    output,
    plan: planFor(defaultServer),
    embedded: { kind: 'never', hint: undefined },
    signals,
    hangup,
  });
  const endedBefore = ended.then((code) => {
    throw new Error(`it ended with ${code}`);
  });
  endedBefore.catch(() => undefined);
  const told = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(stderr.text())) await Promise.race([once(lines, 'line'), endedBefore]);
  };
  return {
    ended,
    workers,
    signals,
    stderr,
    /** Waits for a line that matches, past or to come. */
    told,
    /** Ends it in order; gives the exit code. */
    async stop(): Promise<number> {
      signals.emit('SIGTERM');
      await told(/finishing/);
      for (const worker of workers.alive) worker.finish();
      return ended;
    },
    /** Waits until so many workers were born. */
    async births(number: number): Promise<void> {
      while (workers.all.length < number) await Promise.race([once(born, 'born'), endedBefore]);
    },
  };
}

/** A pool whose workers all serve, and that has said so. */
async function served(...options: Parameters<typeof serve>) {
  const pool = serve(...options);
  await pool.births(options[0] ?? 2);
  for (const worker of pool.workers.all) worker.ready();
  await pool.told(/^serving /m);
  return pool;
}

describe('servePools', () => {
  it('says what it serves once all workers are ready', async () => {
    const { stderr, stop } = await served();
    expect(stderr.text()).toBe(
      'serving greeter on greeter.greet with 2 workers, queue greeters, at nats://127.0.0.1:4222\n',
    );
    await stop();
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('drains at %s, and exits with 0', async (signal) => {
    const { signals, workers, ended, stderr, told } = await served();
    signals.emit(signal);
    await told(/finishing/);
    for (const worker of workers.all) worker.finish();
    expect(await ended).toBe(0);
    expect(workers.all.every(({ drained }) => drained)).toBe(true);
    expect(stderr.text()).toContain(`${signal}: finishing what is in hand; once more to end at once\n`);
    expect(signals.eventNames()).toEqual([]);
  });

  it('ends at once at a second signal, with its exit code', async () => {
    const { signals, workers, ended } = await served();
    signals.emit('SIGTERM');
    signals.emit('SIGINT');
    expect(await ended).toBe(130);
    expect(workers.all.every(({ killed }) => killed)).toBe(true);
  });

  it('exits with the code of the signal where requests were left unanswered', async () => {
    const { signals, workers, ended, told } = await served();
    signals.emit('SIGTERM');
    await told(/finishing/);
    workers.at(1).finish(3);
    workers.at(2).finish(1);
    expect(await ended).toBe(143);
    await told(/^warning: 4 requests not answered within the grace \(--grace\)$/m);
  });

  it('exits with the code of the signal where a worker died while it drained', async () => {
    const { signals, workers, ended, told } = await served();
    signals.emit('SIGINT');
    await told(/finishing/);
    workers.at(1).die();
    workers.at(2).finish();
    expect(await ended).toBe(130);
    await told(/^warning: 1 worker ended before all was answered$/m);
  });

  it('may be stopped before it serves', async () => {
    const { signals, workers, ended, births } = serve();
    await births(2);
    signals.emit('SIGINT');
    for (const worker of workers.all) worker.finish();
    expect(await ended).toBe(0);
  });

  it('reloads at SIGHUP where there is no terminal, and drains at SIGTERM as ever', async () => {
    const { signals, workers, births, told, stop } = await served(2, { hangup: 'reload' });
    signals.emit('SIGHUP');
    await told(/^SIGHUP: replacing 2 workers$/m);
    await births(3);
    workers.at(1).ready();
    await births(4);
    workers.at(2).ready();
    await told(/^2 new workers serve after \d+ ms$/m);
    expect(workers.all.map(({ drained }) => drained)).toEqual([true, true, false, false]);
    expect(await stop()).toBe(0);
    expect(signals.eventNames()).toEqual([]);
  });

  it('reloads once it serves where SIGHUP comes before', async () => {
    const { signals, workers, births, told, stop } = serve(1, { hangup: 'reload' });
    await births(1);
    signals.emit('SIGHUP');
    workers.at(1).ready();
    await births(2);
    await told(/^serving greeter .*\nSIGHUP: replacing 1 worker$/m);
    workers.at(1).ready();
    expect(await stop()).toBe(0);
  });

  it('tells why a reload at SIGHUP failed, and serves on', async () => {
    const { signals, workers, births, told, stop } = await served(2, { hangup: 'reload' });
    signals.emit('SIGHUP');
    await births(3);
    workers.at(1).fail('usage', 'a bad file');
    await told(/^warning: a bad file; what was served before is served on$/m);
    expect(workers.alive).toHaveLength(2);
    expect(await stop()).toBe(0);
  });

  it('fails with the cause where it cannot serve, and lets go of the signals', async () => {
    const { signals, workers, ended, births } = serve();
    await births(2);
    workers.at(1).fail('authorization', 'refused');
    await expect(ended).rejects.toMatchObject({ kind: 'authorization', message: 'refused' });
    expect(workers.at(2).killed).toBe(true);
    expect(signals.eventNames()).toEqual([]);
  });

  it('tells of a death, and of the worker that serves instead', async () => {
    const { workers, told, births, stop } = await served();
    workers.at(2).die();
    await told(/^warning: worker-2 ended: it was ended by SIGKILL; replacing it at once$/m);
    await births(3);
    workers.at(2).ready();
    await told(/^worker-2 serves greeter again$/m);
    expect(await stop()).toBe(0);
  });

  it('tells once what keeps each worker from starting', async () => {
    const { workers, ended, births, stderr } = serve(3);
    await births(3);
    for (const place of [1, 2]) workers.at(place).fail('connection', 'no server');
    workers.at(3).fail('usage', 'a bad file');
    await expect(ended).rejects.toMatchObject({ kind: 'usage' });
    expect(stderr.text()).toBe('warning: worker-1 ended: no server; replacing it at once\n');
  });

  it('tells of a lost connection, once each way', async () => {
    const { workers, stderr, stop } = await served();
    for (const worker of workers.all) worker.say({ type: 'disconnected' });
    for (const worker of workers.all) worker.say({ type: 'reconnected', server: 'nats://a:4222' });
    expect(stderr.text().split('\n').slice(1, -1)).toEqual([
      'warning: the connection to the server was lost; reconnecting',
      'connected to nats://a:4222 again',
    ]);
    await stop();
  });
});

describe('the ready file', () => {
  const newPath = () => join(createTempDir('ready'), 'ready.json');

  it('is there while the pool serves, and no longer', async () => {
    const readyFile = newPath();
    const { stop } = await served(2, { readyFile });
    expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toEqual({
      pid: process.pid,
      service: 'greeter',
      subjects: ['greeter.greet'],
      queue: 'greeters',
      workers: 2,
      url: defaultServer,
      embedded: false,
      services: [{ name: 'greeter', version: '1.0.0', subjects: ['greeter.greet'], queue: 'greeters' }],
      worker_pids: [1, 2],
    });
    await stop();
    expect(existsSync(readyFile)).toBe(false);
  });

  it('follows the workers, also where two are replaced at once', async () => {
    const readyFile = newPath();
    const { workers, births, stop, stderr } = await served(2, { readyFile });
    for (const worker of workers.all) worker.die();
    await births(4);
    for (const worker of workers.alive) worker.ready();
    await expect.poll(() => JSON.parse(readFileSync(readyFile, 'utf8'))).toMatchObject({ worker_pids: [3, 4] });
    await stop();
    expect(stderr.text()).not.toContain('cannot use the ready file');
    expect(readdirSync(dirname(readyFile))).toEqual([]);
  });

  it('of an earlier pool is gone before the first worker starts', async () => {
    const readyFile = newPath();
    writeFileSync(readyFile, 'old');
    const { births, workers, ended } = serve(1, { readyFile });
    await births(1);
    expect(existsSync(readyFile)).toBe(false);
    workers.at(1).fail('usage', 'no');
    await expect(ended).rejects.toThrow('no');
  });

  it('in a directory that is not there is a usage error, before any worker is started', async () => {
    const { workers, ended } = serve(1, { readyFile: join(newPath(), 'ready.json') });
    await expect(ended).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining('no such directory') });
    expect(() => workers.at(1)).toThrow();
  });

  it('is gone where the pool fails later on', async () => {
    const readyFile = newPath();
    const { workers, ended, births } = await served(1, { readyFile });
    expect(existsSync(readyFile)).toBe(true);
    const deaths = 6;
    workers.at(1).die();
    for (let death = 2; death <= deaths; death++) {
      await births(death);
      workers.at(1).fail('authorization', 'refused');
    }
    await expect(ended).rejects.toMatchObject({ kind: 'authorization' });
    expect(existsSync(readyFile)).toBe(false);
  });
});

describe('several pools', () => {
  /** Two pools of one worker each. */
  async function serveTwo({ readyFile = undefined as string | undefined } = {}) {
    const one = serve(1, { readyFile, names: ['orders', 'prices'] });
    await one.births(2);
    return one;
  }
  const of = (pool: Awaited<ReturnType<typeof serveTwo>>, name: string) => {
    const found = pool.workers.all.findLast(({ assignment }) => assignment.pool === name);
    if (found === undefined) throw new Error(`no worker of ${name}`);
    return found;
  };

  it('are ready when all of them serve, and tell their names', async () => {
    const readyFile = join(createTempDir('ready'), 'ready.json');
    const pool = await serveTwo({ readyFile });
    of(pool, 'prices').ready();
    expect(existsSync(readyFile)).toBe(false);
    of(pool, 'orders').ready();
    await pool.told(/^orders: serving greeter .*\nprices: serving greeter /m);
    expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toMatchObject({
      workers: 2,
      worker_pids: [1, 2],
      pools: [
        { name: 'orders', workers: 1, worker_pids: [1], services: [{ name: 'greeter' }] },
        { name: 'prices', workers: 1, worker_pids: [2] },
      ],
    });
    expect(await pool.stop()).toBe(0);
    expect(existsSync(readyFile)).toBe(false);
  });

  it('all end where one cannot serve: those that do answer what they have in hand', async () => {
    const pool = await serveTwo();
    of(pool, 'orders').ready();
    of(pool, 'prices').fail('authorization', 'refused');
    await pool.told(/^warning: pool prices: refused; the others finish what they have in hand$/m);
    expect(of(pool, 'orders')).toMatchObject({ drained: true, killed: false });
    of(pool, 'orders').finish();
    await expect(pool.ended).rejects.toMatchObject({ kind: 'authorization', message: 'pool prices: refused' });
    expect(pool.signals.eventNames()).toEqual([]);
  });

  it('do not wait for what is in hand at a signal, where one has failed', async () => {
    const pool = await serveTwo();
    of(pool, 'prices').fail('usage', 'a bad file');
    await pool.told(/the others finish/);
    pool.signals.emit('SIGTERM');
    await expect(pool.ended).rejects.toMatchObject({ kind: 'usage' });
    expect(of(pool, 'orders').killed).toBe(true);
  });

  it('are all reloaded at SIGHUP, one after the other', async () => {
    const pool = serve(1, { names: ['orders', 'prices'], hangup: 'reload' });
    await pool.births(2);
    for (const worker of pool.workers.all) worker.ready();
    await pool.told(/^prices: serving/m);
    pool.signals.emit('SIGHUP');
    await pool.births(3);
    expect(of(pool, 'orders').isAlive).toBe(true);
    of(pool, 'orders').fail('usage', 'a bad file');
    await pool.told(/^warning: orders: a bad file; what was served before is served on$/m);
    await pool.births(4);
    of(pool, 'prices').ready();
    await pool.told(/^prices: 1 new worker serves after/m);
    expect(await pool.stop()).toBe(0);
  });
});
