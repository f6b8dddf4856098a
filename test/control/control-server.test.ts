import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ControlServer } from '../../src/control/control-server.js';
import { findPools } from '../../src/control/find-pools.js';
import { askPool, socketsIn } from '../../src/control/sockets.js';
import { deferred } from '../../src/deferred.js';
import { CliError } from '../../src/errors.js';
import { createTempDir } from '../support/guardian.js';
import { waitUntil } from '../support/wait-until.js';
import { statusFor } from './status-for.js';

const uid = process.getuid?.() as number;
const closing: Array<() => unknown> = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0)) await close();
});

type Handler = (request: { readonly command: string }) => Promise<object>;

async function open({
  folder = join(createTempDir('control'), 'run'),
  handle = (async () => statusFor()) as Handler,
} = {}) {
  const problems: string[] = [];
  const place = { env: { NATSCTL_RUNTIME_DIR: folder }, uid };
  const server = new ControlServer({ place, handle, onProblem: (message) => problems.push(message) });
  await server.open();
  closing.push(() => server.close());
  const [socket] = socketsIn(folder);
  return { server, folder, place, problems, socket: socket ?? { path: '', pid: 0 } };
}

/** What is answered to these bytes, and nothing behind them. */
async function answerTo(path: string, bytes: string | Buffer): Promise<unknown> {
  const socket = connect(path);
  socket.end(bytes);
  return JSON.parse(await text(socket));
}

/** A socket whose owner was killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}~`);
  await once(server, 'listening');
  renameSync(`${path}~`, path);
  server.close();
  await once(server, 'close');
}

describe('a pool’s socket', () => {
  it('answers with what is made of the request', async () => {
    const { socket } = await open({ handle: async (request) => ({ got: request }) });
    expect(await askPool(socket, { command: 'scale', workers: 3 })).toEqual({ got: { command: 'scale', workers: 3 } });
    expect(socket.pid).toBe(process.pid);
  });

  it('answers with the error that the request came to', async () => {
    const handle = () =>
      Promise.reject(new CliError('pool', 'not now', { hint: 'later', details: { state: 'draining' } }));
    const { socket } = await open({ handle });
    await expect(askPool(socket, { command: 'reload' })).rejects.toMatchObject({
      ...{ kind: 'pool', message: 'not now', hint: 'later', details: { state: 'draining' } },
    });
  });

  it.each([
    ['nothing', '', 'a request is a line of JSON'],
    ['half a line', '{"command":"stop"}', 'a request is a line of JSON'],
    ['no JSON', 'stop\n', 'a request is a line of JSON'],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0x0a]), 'a request is a line of JSON'],
    ['another command', '{"command":"shutdown"}\n', 'unknown command "shutdown"'],
    ['too much', Buffer.alloc(100_000, 'x'), 'a request has at most 4096 bytes'],
  ])('answers %s with an error, and goes on', async (_, bytes, message) => {
    const handle = vi.fn(async () => statusFor());
    const { socket } = await open({ handle });
    expect(await answerTo(socket.path, bytes)).toEqual({
      error: expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    });
    expect(handle).not.toHaveBeenCalled();
    expect(await askPool(socket, { command: 'status' })).toMatchObject({ name: 'greeter' });
  });

  it('goes on where who asked is gone before the answer', async () => {
    const late = deferred<object>();
    const asked = deferred<void>();
    const { socket } = await open({
      handle({ command }) {
        if (command === 'status') return Promise.resolve(statusFor());
        asked.resolve();
        return late.promise;
      },
    });
    const client = connect(socket.path);
    client.write('{"command":"reload"}\n');
    await asked.promise;
    client.destroy();
    await once(client, 'close');
    late.resolve({ replaced: 1 });
    expect(await askPool(socket, { command: 'status' })).toMatchObject({ name: 'greeter' });
  });

  it('gives up on an answer that does not come in time', async () => {
    const { socket } = await open({ handle: () => new Promise(() => undefined) });
    await expect(askPool(socket, { command: 'reload' }, 20)).rejects.toMatchObject({
      kind: 'timeout',
      message: `the pool with pid ${process.pid} has not answered reload within 20 ms`,
    });
  });

  it('is gone when it is closed, with what it had been asked answered', async () => {
    const late = deferred<object>();
    const requested = deferred<void>();
    const { server, socket, folder } = await open({
      handle() {
        requested.resolve();
        return late.promise;
      },
    });
    const asked = askPool(socket, { command: 'stop' });
    await requested.promise;
    const closed = server.close();
    expect(readdirSync(folder)).toEqual([]);
    late.resolve({ unanswered: 0, lost: 0 });
    expect(await asked).toEqual({ unanswered: 0, lost: 0 });
    await closed;
    expect(await askPool(socket, { command: 'status' })).toBeUndefined();
  });

  it('is there again where its file was taken away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { folder, socket } = await open();
    rmSync(folder, { recursive: true });
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    await waitUntil(() => existsSync(socket.path));
    expect(await askPool(socket, { command: 'status' })).toMatchObject({ name: 'greeter' });
  });

  it('is none where its folder is open to others, which is told once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const folder = createTempDir('control');
    chmodSync(folder, 0o755);
    const { problems } = await open({ folder });
    vi.advanceTimersByTime(30_000);
    expect(problems).toEqual([
      `natsctl pool will not find this pool: ${folder} is open to other users: chmod 700 closes it`,
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes away what killed pools have left, and nothing else', async () => {
    const folder = join(createTempDir('control'), 'run');
    mkdirSync(folder, { mode: 0o700 });
    await leaveStaleSocket(join(folder, '1-0a.sock'));
    writeFileSync(join(folder, 'note.txt'), '');
    const { socket } = await open({ folder });
    const { socket: other } = await open({ folder });
    const names = readdirSync(folder);
    expect(names).toHaveLength(3);
    expect(names).toContain('note.txt');
    for (const one of [socket, other]) expect(await askPool(one, { command: 'status' })).toBeDefined();
  });
});

describe('findPools', () => {
  const find = async (place: Parameters<typeof findPools>[0]['place'], patienceMs = 5_000) => {
    const warnings: string[] = [];
    const pools = await findPools({ place, patienceMs, warn: (message) => warnings.push(message) });
    return { pools, warnings };
  };

  it('finds pools by name, and one that does not answer last; removes what is stale', async () => {
    const { folder, place } = await open({ handle: async () => statusFor({ name: 'b' }) });
    await open({ folder, handle: async () => statusFor({ name: 'a' }) });
    await open({ folder, handle: () => new Promise(() => undefined) });
    await leaveStaleSocket(join(folder, '1-0a.sock'));
    const { pools, warnings } = await find(place, 300);
    expect(pools.map(({ status }) => status?.name)).toEqual(['a', 'b', undefined]);
    expect(warnings).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('finds none, and says nothing, where no pool was ever there', async () => {
    const env = { NATSCTL_RUNTIME_DIR: join(createTempDir('control'), 'run') };
    expect(await find({ env, uid })).toEqual({ pools: [], warnings: [] });
  });

  it('does not look into a folder of somebody else', async () => {
    const { folder, place } = await open();
    const { pools, warnings } = await find({ ...place, uid: uid + 1 });
    expect(pools).toEqual([]);
    expect(warnings).toEqual([`pools are not looked for in a folder: ${folder} belongs to another user`]);
  });

  it('warns of a pool whose answer it cannot read', async () => {
    const { place } = await open({ handle: async () => ({ pools: 3 }) });
    const { pools, warnings } = await find(place);
    expect(pools).toEqual([]);
    expect(warnings).toEqual([
      `the pool with pid ${process.pid}: what it answers cannot be read: it may be of another version of natsctl`,
    ]);
  });
});
