import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl, peer, startNatsctl } from '../support/run.js';
import { pastSameSignal } from '../support/second-signal.js';
import { tools } from '../support/tools.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server.stop();
});

/** Starts `natsctl reply`; resolves when it says that it is there. */
async function startReply(args: readonly string[], url = server.url) {
  const replying = startNatsctl(['reply', '-s', url, ...args]);
  await replying.waitForLine('stderr', /replying on /);
  return replying;
}

const request = (args: readonly string[], url = server.url) => natsctl(['request', '-s', url, ...args]);

describe('natsctl reply', () => {
  it('answers every request with its body, and says where', async () => {
    await using replying = await startReply(['greet', 'Hello', '-H', 'A:1']);
    expect(replying.stderr.text()).toBe(`replying on greet, at ${server.url}\n`);
    expect(await request(['greet', 'x'])).toMatchObject({ code: 0, stdout: 'Hello\n', stderr: '' });
    const json = await request(['greet', 'y', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ data: 'Hello', headers: { A: ['1'] } });
  });

  it('writes its ready file once it answers, and removes it at the end', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    await using replying = await startReply(['ready', 'x', '--queue', 'q', '--ready-file', path]);
    const { pid } = replying;
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ pid, subject: 'ready', queue: 'q', url: server.url });
    expect(await replying.stop()).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(false);
  });

  it('sends back with --echo what was asked, bytes and headers', async () => {
    await using _ = await startReply(['echo.>', '--echo']);
    const args = ['request', '-s', server.url, 'echo.a', '--no-newline', '--json', '-H', 'A:1', '-H', 'A:2'];
    const { stdout } = await natsctl(args, { stdin: Buffer.from([0xff, 0, 0x0a]) });
    expect(JSON.parse(stdout)).toMatchObject({ data_base64: '/wAK', headers: { A: ['1', '2'] } });
  });

  it('fills in --templates, and leaves a body alone without', async () => {
    const body = '{{Count}}: {{Request}}';
    await using _filled = await startReply(['filled', body, '--templates']);
    expect(await request(['filled', 'x'])).toMatchObject({ stdout: '1: x\n' });
    expect(await request(['filled', 'y'])).toMatchObject({ stdout: '2: y\n' });
    await using _plain = await startReply(['plain', body]);
    expect(await request(['plain', 'x'])).toMatchObject({ stdout: `${body}\n` });
    await _plain.waitForLine('stderr', /^\{\{Count\}\} is answered as it stands: --templates fills it in$/m);
    expect(await natsctl(['reply', '-s', server.url, 'bad', '{{Nothing}}', '--templates'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown placeholder {{Nothing}}'),
    });
  });

  it('answers with an error of the service: exit 7 of the caller', async () => {
    await using _ = await startReply(['faulty', '--error', '404:no such order']);
    expect(await request(['faulty', 'x'])).toMatchObject({
      code: 7,
      stdout: '',
      stderr: expect.stringContaining('faulty answered with error 404: no such order'),
    });
  });

  it('answers with what stdin brings', async () => {
    await using replying = startNatsctl(['reply', '-s', server.url, 'piped'], { stdin: '{"a":1}' });
    await replying.waitForLine('stderr', /replying on piped/);
    expect(await request(['piped', 'x'])).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
  });

  it('ends with 0 after --count requests', async () => {
    await using replying = await startReply(['twice', 'x', '--count', '2']);
    await request(['twice', '1']);
    await request(['twice', '2']);
    expect(await replying.finished).toMatchObject({ code: 0, stdout: '' });
    expect(await request(['twice', '3'])).toMatchObject({ code: 5 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at %s with 0, and with %i where --count is not reached', async (signal, code) => {
    await using endless = await startReply(['endless', 'x']);
    await using counting = await startReply(['counting', 'x', '--count', '2']);
    await request(['counting', 'x']);
    expect(await endless.stop(signal)).toMatchObject({ code: 0, signal: null });
    expect(await counting.stop(signal)).toMatchObject({ code, signal: null });
  });

  it('answers at SIGTERM what has come, and a second one ends it at once', async () => {
    await using replying = await startReply(['slow', 'late', '--delay', '500ms', '--verbose']);
    await using client = await server.connect().then((nats) => ({
      nats,
      [Symbol.asyncDispose]: () => nats.close(),
    }));
    const answer = client.nats.request('slow', 'x', { timeout: 20_000 });
    await client.nats.flush();
    // The server has it, and hands it on before it answers the unsubscription.
    const ended = replying.stop('SIGTERM');
    expect((await answer).string()).toBe('late');
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Received request on slow: x') });

    await using hurried = await startReply(['slow', 'late', '--delay', '1h']);
    client.nats.publish('slow', 'x', { reply: 'nowhere' });
    await client.nats.flush();
    hurried.process.kill('SIGTERM');
    await hurried.waitForLine('stderr', /once more to end at once/);
    await pastSameSignal();
    expect(await hurried.stop('SIGTERM')).toMatchObject({ code: 143 });
  });

  it('leaves no request of many unanswered where one of two in a queue group is ended', async () => {
    const args = ['shared', '--echo', '--queue', 'q'];
    await using leaving = await startReply([...args, '--verbose']);
    await using _ = await startReply(args);
    const numbers = Array.from({ length: 50_000 }, (_number, index) => `${index}\n`).join('');
    const asking = natsctl(['request', '-s', server.url, 'shared', '--lines'], { stdin: numbers });
    await leaving.waitForLine('stderr', /Received request/);
    expect(await leaving.stop()).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await asking;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^50,000 requests: 50,000 replies in /),
    });
    expect(stdout === numbers).toBe(true);
  });

  it.skipIf(tools.natsServer.path === undefined)('ends at SIGTERM also while no server is there', async () => {
    await using own = await startNatsServer();
    await using replying = await startReply(['alone', 'x'], own.url);
    await own.kill();
    await replying.waitForLine('stderr', /the connection to the server was lost/);
    expect(await replying.stop()).toMatchObject({ code: 0 });
  });

  it.each([
    [[], 'SUBJECT is missing'],
    [['a..b', 'x'], 'invalid subject'],
    [['a', 'x', '--echo'], '--echo answers with what was asked: give neither BODY nor --file'],
    [['a', '--error', 'oops'], '--error: "oops" is not CODE:TEXT'],
    [['a', 'x', '--count', '0'], '--count: "0" is not a whole number'],
    [['a', 'x', '--delay', '5'], '--delay: "5" is not a duration'],
    [['a', 'x', '--queue', 'a b'], '--queue: invalid queue group'],
    [['a', 'x', '--ready-file', '/nowhere/ready'], 'cannot use the ready file /nowhere/ready: no such directory'],
  ])('refuses %j with exit 2', async (args, message) => {
    const result = await natsctl(['reply', '-s', server.url, ...args]);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it('ends with 3 where no server is', async () => {
    expect(await natsctl(['reply', '-s', '127.0.0.1:1', 'a', 'x'])).toMatchObject({ code: 3 });
  });

  it.skipIf(tools.natsServer.path === undefined)('serves on after a restart of the server', async () => {
    await using own = await startNatsServer();
    await using replying = await startReply(['again', 'x', '--count', '2'], own.url);
    expect(await request(['again', '1'], own.url)).toMatchObject({ code: 0 });
    await own.restart();
    await replying.waitForLine('stderr', /connected to \S+ again/);
    expect(await request(['again', '2', '--wait', '10s'], own.url)).toMatchObject({ code: 0 });
    expect(await replying.finished).toMatchObject({ code: 0 });
  });

  it.skipIf(tools.natsServer.path === undefined)('ends with 4 where it may not listen', async () => {
    const config = 'authorization { users: [{ user: me, password: p, permissions: { subscribe: "_INBOX.>" } }] }';
    await using own = await startNatsServer({ config });
    const result = await natsctl(['reply', '-s', own.url, '--user', 'me', '--password', 'p', 'a', 'x']);
    expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('the server denies subscribing to a') });
  });

  it.skipIf(tools.nats.path === undefined)('answers the peer’s nats request', async () => {
    await using _ = await startReply(['peer', 'Hello']);
    const result = await peer(['request', '-s', server.url, '--raw', 'peer', 'x']);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Hello\n/) });
  });
});
