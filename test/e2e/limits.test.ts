import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo, type OpenConnection } from '../services/connect-to.js';
import { startLoad } from '../support/load.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { childrenOf, isAlive, membersOfGroup, suspend } from '../support/processes.js';
import { project } from '../support/project.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';
import { watchWaiting } from '../support/waiting.js';

const WATCHDOG_MS = 1_000;

/** The service of the load, and what goes wrong in services. */
const GREETER = `
  import { existsSync } from 'node:fs';
  while (existsSync('slow')) await new Promise((resolve) => setTimeout(resolve, 50));
  const kept = [];
  const startedMs = performance.now();
  export const greet = ({ text }) => {
    // 60 MB at once, and then 5 MB a second, however many requests there are.
    const dueMB = process.env.LEAKS ? 60 + (performance.now() - startedMs) / 200 : 0;
    while (kept.length < dueMB) kept.push(Buffer.alloc(1024 ** 2, 1));
    return 'Hello, ' + text() + '!';
  };
  export const loop = () => { for (;;); };
  export const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return 'slow';
  };
  export const held = async ({ text }) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return text();
  };
  export const signalled = async () => {
    await new Promise((resolve) => process.once('SIGUSR2', resolve));
    return 'signalled';
  };`;

describe.skipIf(tools.natsServer.path === undefined)('the limits of natsctl serve', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function serve(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const cwd = project({ 'greeter.js': GREETER });
    const readyFile = join(cwd, 'ready.json');
    const args = ['serve', './greeter.js', '--log', 'off', '--ready-file', readyFile, ...flags];
    const pool = startNatsctl(args, { cwd, env: { NATS_URL: server.url, ...env } });
    await pool.waitForLine('stderr', /^serving greeter /);
    const workers = () => JSON.parse(readFileSync(readyFile, 'utf8')).worker_pids as number[];
    const linesOf = (pattern: RegExp) => pool.stderr.text().match(new RegExp(pattern, 'gm')) ?? [];
    return Object.assign(pool, { workers, linesOf, cwd });
  }

  const ask = (subject: string, body = '') =>
    natsctl(['request', subject, body, '--timeout', '10s'], { env: { NATS_URL: server.url } });

  /** Ends the pool in order; nothing of it is left. */
  async function stop(pool: Awaited<ReturnType<typeof serve>>): Promise<void> {
    expect(await pool.stop()).toMatchObject({ code: 0 });
    expect(membersOfGroup(pool.pid)).toEqual([]);
  }

  describe('a worker that hangs', () => {
    const hung = /^warning: worker-\d ended: it hung/m;
    const again = /^worker-\d serves greeter again$/;

    /** What a successor waits for besides the watchdog: it is none of the workers that are there. */
    const watchSuccessor = (pool: Awaited<ReturnType<typeof serve>>) => {
      const before = pool.workers();
      const successors = () => childrenOf(pool.pid).filter((pid) => !before.includes(pid));
      return watchWaiting(() => [pool.pid, server.pid, process.pid, ...successors()]);
    };

    /** Asks a hundred times at once, over and over, until the hung one has been found; gives how many were answered. */
    async function greetingsMeanwhile(pool: Awaited<ReturnType<typeof serve>>, { nats }: OpenConnection) {
      let answered = 0;
      const isFound = () => hung.test(pool.stderr.text());
      const ask = () =>
        nats.request('greeter.greet', 'you', { timeout: 500 }).then(
          () => {
            if (!isFound()) answered += 1;
          },
          () => undefined,
        );
      while (!isFound()) await Promise.all(Array.from({ length: 100 }, ask));
      return answered;
    }

    it('in a loop is replaced within a second behind the watchdog, told with its endpoint, while the others serve', async () => {
      await using pool = await serve(['--workers', '3', '--watchdog', `${WATCHDOG_MS}ms`]);
      await using client = await connectTo(server.url);
      const before = pool.workers();
      const endWatch = watchSuccessor(pool);
      const since = performance.now();
      client.nats.publish('greeter.loop');
      const replaced = pool.waitForLine('stderr', again).then(() => performance.now() - since);
      expect(await greetingsMeanwhile(pool, client)).toBeGreaterThan(30);
      const tookMs = await replaced;
      expect(tookMs).toBeLessThan(WATCHDOG_MS + 1_000 + endWatch());
      expect(pool.stderr.text()).toMatch(
        /^warning: worker-\d ended: it hung, silent for 1 s, and was killed; the last request that it took was for greeter\.loop; replacing it at once$/m,
      );
      expect(await greetings(client)).toBe(100);
      await expect.poll(() => pool.workers().filter((pid) => before.includes(pid))).toHaveLength(2);
      await stop(pool);
    });

    it('since it was stopped by a signal is replaced likewise', async () => {
      await using pool = await serve(['--workers', '2', '--watchdog', `${WATCHDOG_MS}ms`]);
      await using client = await connectTo(server.url);
      expect(await greetings(client)).toBe(100);
      const [victim = 0, other] = pool.workers();
      const endWatch = watchSuccessor(pool);
      const since = performance.now();
      suspend(victim);
      const replaced = pool.waitForLine('stderr', again).then(() => performance.now() - since);
      expect(await greetingsMeanwhile(pool, client)).toBeGreaterThan(20);
      const tookMs = await replaced;
      expect(tookMs).toBeLessThan(WATCHDOG_MS + 1_000 + endWatch());
      expect(pool.stderr.text()).toMatch(
        /^warning: worker-1 ended: it hung, silent for 1 s, and was killed; the last request that it took was for greeter\.greet; /m,
      );
      expect(isAlive(victim)).toBe(false);
      expect(pool.workers()).toContain(other);
      expect(await greetings(client)).toBe(100);
      await stop(pool);
    });

    it.skipIf(process.platform !== 'linux')('since it was stopped while it loads its module, too', async () => {
      await using pool = await serve(['--watchdog', `${WATCHDOG_MS}ms`]);
      const slow = join(pool.cwd, 'slow');
      writeFileSync(slow, '');
      const [first = 0] = pool.workers();
      process.kill(first, 'SIGKILL');
      const [second = 0] = await waitUntil(() => {
        const next = childrenOf(pool.pid).filter((pid) => pid !== first);
        return next.length > 0 && next;
      });
      suspend(second);
      const since = performance.now();
      rmSync(slow);
      await pool.waitForLine('stderr', /^warning: worker-1 ended: it hung, silent for 1 s, and was killed; replacing/);
      expect(performance.now() - since).toBeLessThan(WATCHDOG_MS + 1_000);
      await pool.waitForLine('stderr', again);
      await stop(pool);
    });
  });

  it('leave workers alone that were stopped with their supervisor, as Ctrl-Z does', async () => {
    await using pool = await serve(['--workers', '2', '--watchdog', `${WATCHDOG_MS}ms`]);
    await using client = await connectTo(server.url);
    const before = pool.workers();
    for (const pid of [pool.pid, ...before]) suspend(pid);
    await delay(2_000);
    process.kill(pool.pid, 'SIGCONT');
    for (const pid of before) process.kill(pid, 'SIGCONT');
    expect(await greetings(client)).toBe(100);
    // Longer than the watchdog's time.
    await delay(1.5 * WATCHDOG_MS);
    expect(pool.workers()).toEqual(before);
    expect(pool.stderr.text()).not.toContain('warning');
    await stop(pool);
  });

  it('leave a worker alone that takes its time without blocking, and one that has nothing to do', async () => {
    await using pool = await serve(['--watchdog', `${WATCHDOG_MS}ms`]);
    const before = pool.workers();
    expect(await ask('greeter.slow')).toMatchObject({ code: 0, stdout: 'slow\n' });
    expect(pool.workers()).toEqual(before);
    expect(pool.stderr.text()).not.toContain('warning');
    await stop(pool);
  });

  it('replace workers that have taken so many requests, and lose none of a load', async () => {
    await using pool = await serve(['--workers', '2', '--max-requests', '500']);
    const load = await startLoad({ url: server.url, inFlight: 20 });
    const recycled = /^worker-\d was replaced: it has taken [\d,]+ requests \(--max-requests\)$/;
    await waitUntil(() => pool.linesOf(recycled).length >= 4, { timeout: 50_000 });
    const { answered, failures } = await load.stop();
    expect(failures).toEqual({});
    expect(answered).toBeGreaterThanOrEqual(2_000);
    await waitUntil(() => childrenOf(pool.pid).length === 2);
    await stop(pool);
    expect(pool.stderr.text()).not.toContain('warning');
  });

  it('replace a worker that leaks before it reaches its limit, and lose none of a load', async () => {
    await using pool = await serve(['--workers', '2', '--memory-limit', '192MB'], { LEAKS: '1' });
    const load = await startLoad({ url: server.url, inFlight: 1 });
    let mostKB = 0;
    const recycled = /^worker-\d was replaced: it uses [\d.]+ MB, \d+% of --memory-limit$/;
    await waitUntil(
      () => {
        mostKB = Math.max(mostKB, ...childrenOf(pool.pid).map(residentKB));
        return pool.linesOf(recycled).length >= 2;
      },
      { timeout: 50_000 },
    );
    expect((await load.stop()).failures).toEqual({});
    expect(mostKB).toBeGreaterThan(0.8 * 192 * 1024);
    expect(mostKB).toBeLessThan(192 * 1024);
    await stop(pool);
  });

  it('give a handler of a worker that is replaced all its time, beyond the grace', async () => {
    await using pool = await serve(['--max-requests', '1', '--grace', '100ms']);
    const [former = 0] = pool.workers();
    const reply = ask('greeter.signalled');
    await pool.waitForLine('stderr', /^worker-1 was replaced: it has taken 1 request /);
    // Longer than the grace.
    await delay(500);
    expect(isAlive(former)).toBe(true);
    process.kill(former, 'SIGUSR2');
    expect(await reply).toMatchObject({ code: 0, stdout: 'signalled\n' });
    await stop(pool);
    expect(pool.stderr.text()).not.toContain('warning');
  });

  it('answer 429 where more come than may wait', async () => {
    await using pool = await serve(['--concurrency', '1', '--max-queued', '1']);
    await using client = await connectTo(server.url);
    const replies = await Promise.all(
      [1, 2, 3].map((number) => client.nats.request('greeter.held', String(number), { timeout: 5_000 })),
    );
    expect(replies.map((reply) => reply.headers?.get('Nats-Service-Error-Code') ?? reply.string())).toEqual([
      '1',
      '2',
      '429',
    ]);
    expect(replies[2]?.headers?.get('Nats-Service-Error')).toBe('overloaded: no more than 1 request may wait');
    await stop(pool);
  });

  it('lose nothing of what is left unread, in a reload of all its workers and at the end', async () => {
    await using pool = await serve([
      '--concurrency',
      '4',
      '--max-queued',
      '4',
      '--overload',
      'queue',
      '--max-requests',
      '40',
      '--workers',
      '2',
    ]);
    await using client = await connectTo(server.url);
    const bodies = Array.from({ length: 150 }, (_, index) => String(index).padEnd(2_000, '.'));
    const replies = bodies.map((body) => client.nats.request('greeter.held', body, { timeout: 30_000 }));
    await pool.waitForLine('stderr', /^worker-\d was replaced/);
    const ended = pool.stop('SIGTERM', 20_000);
    expect((await Promise.all(replies)).map((reply) => reply.string())).toEqual(bodies);
    expect(await ended).toMatchObject({ code: 0 });
    expect(membersOfGroup(pool.pid)).toEqual([]);
    expect(pool.stderr.text()).not.toContain('warning');
  });

  it('are refused where nothing ever waits, or a worker needs more to begin with', async () => {
    const cwd = project({
      'greeter.js': GREETER,
      'large.js': 'const kept = Buffer.alloc(1e8, 1); export const a = () => kept.length;',
    });
    const env = { NATS_URL: server.url };
    expect(await natsctl(['serve', './large.js', '--memory-limit', '128MB'], { cwd, env })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: --memory-limit: a worker uses \d+ MB before it serves, and is replaced at 107 MB\ngive it twice what it uses under load\n$/,
      ),
    });
    expect(await natsctl(['serve', './greeter.js', '--max-queued', '1'], { cwd, env })).toMatchObject({
      code: 2,
      stderr:
        'error: --max-queued: no request ever waits, since nothing bounds how many are handled\nadd --concurrency\n',
    });
  });
});

/** Asks a hundred times at once; gives how many are answered. */
async function greetings({ nats }: OpenConnection): Promise<number> {
  const asked = Array.from({ length: 100 }, () => nats.request('greeter.greet', 'you', { timeout: 5_000 }));
  return (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled').length;
}

/** 0 where it has gone. */
function residentKB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
