import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, Events } from 'nats';
import { describe, expect, it } from 'vitest';
import { type CapturedOutput, captureOutput } from '../support/captured-output.js';
import { createTempDir } from '../support/guardian.js';
import { membersOfGroup } from '../support/processes.js';
import type { ProgramOptions, RunningProgram } from '../support/program.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { pastSameSignal } from '../support/second-signal.js';
import { createCertificates } from '../support/tls.js';
import { watchWaiting } from '../support/waiting.js';

const certificates = await createCertificates();

interface StartedServer extends RunningProgram {
  readonly url: string;
  readonly port: number;
  readonly readyFile: string;
  readonly ready: Readonly<Record<string, unknown>>;
}

/** Starts `natsctl server` on a free port; resolves when it says that it listens. */
async function startServer(flags: readonly string[] = [], options: ProgramOptions = {}): Promise<StartedServer> {
  const readyFile = join(createTempDir('server'), 'ready.json');
  const program = startNatsctl(['server', '--port', '0', '--ready-file', readyFile, ...flags], options);
  await program.waitForLine('stderr', /listening at/);
  const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
  return Object.assign(program, { url: ready.url, port: ready.port, readyFile, ready });
}

/** Whether a client gets in. */
async function tryConnecting(server: StartedServer, options: ConnectionOptions = {}): Promise<void> {
  await (await connect({ servers: server.url, timeout: 2_000, noAsyncTraces: true, ...options })).close();
}

/** A client of plain bytes, that reads what the server says. */
function speak(port: number, said = ''): { readonly socket: Socket; readonly heard: CapturedOutput } {
  const socket = createConnection({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  socket.write(said);
  return { socket, heard: captureOutput(socket) };
}

describe('natsctl server', () => {
  it('listens on 127.0.0.1 alone, says so, and tells a script by its ready file', async () => {
    await using server = await startServer();
    expect(server.ready).toEqual({ pid: server.pid, url: `nats://127.0.0.1:${server.port}`, port: server.port });
    expect(server.stderr.text()).toBe(
      `listening at ${server.url}; for development and tests, production is for nats-server\n`,
    );
    expect(listeningAddresses(server.port)).toEqual(['0100007F']);
    await tryConnecting(server);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with 0 at %s and takes its ready file away',
    async (signal) => {
      await using server = await startServer();
      const { code, stdout } = await server.stop(signal);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(existsSync(server.readyFile)).toBe(false);
      expect(membersOfGroup(server.pid)).toEqual([]);
    },
  );

  it('tells its clients before it closes their connections', async () => {
    await using server = await startServer();
    const client = await connect({ servers: server.url, reconnect: false });
    const told: string[] = [];
    void (async () => {
      for await (const { type } of client.status()) told.push(type);
    })();
    expect((await server.stop()).code).toBe(0);
    await client.closed();
    expect(told).toContain(Events.LDM);
  });

  it('ends at once with 130 at a second signal, though a client does not go', async () => {
    await using server = await startServer();
    const socket = createConnection({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
    await captureOutput(socket).waitForLine(/^INFO/);
    process.kill(server.pid, 'SIGINT');
    await server.waitForLine('stderr', /SIGINT: telling the clients/);
    await pastSameSignal();
    expect((await server.stop('SIGINT')).code).toBe(130);
    expect(existsSync(server.readyFile)).toBe(false);
    socket.destroy();
  });

  it('waits a second and no longer for a client that does not go', async () => {
    await using server = await startServer();
    const socket = createConnection({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
    await captureOutput(socket).waitForLine(/^INFO/);
    const endWatch = watchWaiting(() => [process.pid, server.pid]);
    const askedAt = performance.now();
    expect((await server.stop('SIGINT')).code).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(3_000 + endWatch());
    socket.destroy();
  });

  it('answers a port in use with exit 3 and how to get another', async () => {
    await using server = await startServer();
    const result = await natsctl(['server', '--port', String(server.port)]);
    expect(result).toMatchObject({
      code: 3,
      stdout: '',
      stderr: `error: cannot listen on 127.0.0.1:${server.port}: the port is in use\nanother server may be running there; --port 0 picks a free port\n`,
    });
  });

  it('answers a monitoring port in use with exit 3, and does not listen', async () => {
    await using server = await startServer();
    const result = await natsctl(['server', '--port', '0', '--http', String(server.port)]);
    expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining(`127.0.0.1:${server.port}: the port is`) });
  });

  it('warns where others may reach it and it asks for no credentials', async () => {
    await using open = await startServer(['--host', '0.0.0.0']);
    expect(open.stderr.text()).toMatch(/^warning: anyone who reaches 0\.0\.0\.0 may use this server/);
    expect(open.url).toBe(`nats://127.0.0.1:${open.port}`);
    await tryConnecting(open);

    await using guarded = await startServer(['--host', '0.0.0.0', '--token', 's3cret']);
    await using elsewhere = await startServer(['--host', '127.0.0.2']);
    for (const server of [guarded, elsewhere]) expect(server.stderr.text()).not.toContain('warning');
    expect(elsewhere.url).toBe(`nats://127.0.0.2:${elsewhere.port}`);
  });

  it('asks for user and password', async () => {
    await using server = await startServer(['--user', 'me', '--password', 's3cret']);
    await tryConnecting(server, { user: 'me', pass: 's3cret' });
    await expect(tryConnecting(server)).rejects.toThrow(/authorization/i);
    await expect(tryConnecting(server, { user: 'me', pass: 'wr0ng' })).rejects.toThrow(/authorization/i);
    const { stderr } = await server.stop();
    expect(stderr).toMatch(/\): Authentication Failure/);
    expect(stderr).not.toMatch(/s3cret|wr0ng/);
  });

  it('asks for a token', async () => {
    await using server = await startServer(['--token', 's3cret']);
    await tryConnecting(server, { token: 's3cret' });
    await expect(tryConnecting(server, { token: 'wr0ng' })).rejects.toThrow(/authorization/i);
  });

  it('keeps its secrets out of the process list and the ready file', async () => {
    await using server = await startServer(['--user', 'me', '--password', 's3cret']);
    expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain('s3cret');
    expect(JSON.stringify(server.ready)).not.toContain('s3cret');
  });

  it('speaks TLS', async () => {
    const { cert, key } = certificates.server;
    await using server = await startServer(['--tlscert', cert, '--tlskey', key]);
    expect(server.url).toBe(`tls://127.0.0.1:${server.port}`);
    await tryConnecting(server, { tls: { caFile: certificates.ca } });
    const refused = await natsctl(['request', '-s', server.url, '--tlsca', certificates.stranger.ca, 'a', '']);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('not trusted') });
  });

  it('asks clients for a certificate of the authority that --tlsca names', async () => {
    const { cert, key } = certificates.server;
    const { ca, client, stranger } = certificates;
    await using server = await startServer(['--tlscert', cert, '--tlskey', key, '--tlsca', ca]);
    const request = (...flags: readonly string[]) =>
      natsctl(['request', '-s', server.url, '--tlsca', ca, ...flags, 'nobody.home', '']);
    expect((await request('--tlscert', client.cert, '--tlskey', client.key)).code).toBe(5);
    const strange = await request('--tlscert', stranger.client.cert, '--tlskey', stranger.client.key);
    expect([3, 4]).toContain(strange.code);
    expect((await request()).code).toBe(4);
  });

  it('begins with TLS where --tlsfirst says so', async () => {
    const { cert, key } = certificates.server;
    await using server = await startServer(['--tlscert', cert, '--tlskey', key, '--tlsfirst']);
    const request = (...flags: readonly string[]) =>
      natsctl(['request', '-s', server.url, '--tlsca', certificates.ca, '--timeout', '2s', ...flags, 'a', '']);
    expect((await request('--tlsfirst')).code).toBe(5);
    expect((await request()).code).toBe(3);
  });

  it('is what its command line says, whatever variables and contexts say', async () => {
    const config = createTempDir('config');
    const contexts = join(config, 'nats', 'context');
    mkdirSync(contexts, { recursive: true });
    writeFileSync(join(contexts, 'prod.json'), JSON.stringify({ url: 'nats://192.0.2.1', token: 'from-context' }));
    writeFileSync(join(config, 'nats', 'context.txt'), 'prod');
    const env = {
      XDG_CONFIG_HOME: config,
      NATS_URL: 'nats://192.0.2.1:4222',
      NATS_CONTEXT: 'missing',
      NATS_USER: 'me',
      NATS_PASSWORD: 's3cret',
      NATS_TOKEN: 'token',
      NATS_CREDS: '/missing',
      NATS_CERT: '/missing',
      NATS_KEY: '/missing',
      NATS_CA: '/missing',
      NATS_TIMEOUT: 'soon',
    };
    await using server = await startServer([], { env });
    expect(server.url).toBe(`nats://127.0.0.1:${server.port}`);
    await tryConnecting(server);
    expect((await server.stop()).code).toBe(0);
  });

  it('shows the monitoring pages on loopback', async () => {
    await using server = await startServer(['--http', '0']);
    const port = server.ready['http_port'] as number;
    expect(server.stderr.text()).toContain(`, monitoring at http://127.0.0.1:${port};`);
    expect(listeningAddresses(port)).toEqual(['0100007F']);
    const client = await connect({ servers: server.url, name: 'the client' });
    const page = async (name: string) => (await fetch(`http://127.0.0.1:${port}/${name}`)).json();
    expect(await page('healthz')).toEqual({ status: 'ok' });
    expect(await page('varz')).toMatchObject({ port: server.port, connections: 1 });
    expect(await page('connz')).toMatchObject({ connections: [{ name: 'the client' }] });
    expect(await page('subsz')).toMatchObject({ num_subscriptions: expect.any(Number) });
    await client.close();
    expect((await server.stop()).code).toBe(0);
  });

  it('shows the monitoring pages on the host that is given', async () => {
    await using server = await startServer(['--http', '127.0.0.2:0']);
    const address = `http://127.0.0.2:${server.ready['http_port']}`;
    expect(server.stderr.text()).toContain(`monitoring at ${address};`);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });

  it('writes its log as text, as JSON, or not at all', async () => {
    const garbage = async (server: StartedServer): Promise<string> => {
      const { socket, heard } = speak(server.port, 'GARBAGE\r\n');
      await heard.waitForLine(/-ERR 'Unknown Protocol Operation'/);
      socket.destroy();
      return (await server.stop()).stderr;
    };
    await using text = await startServer();
    expect(await garbage(text)).toMatch(/^20\d\d-\S+Z client 1 \(.*\): Protocol Violation/m);

    await using json = await startServer(['--json']);
    const lines = (await garbage(json))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual({
      time: expect.stringMatching(/^20\d\d-.*Z$/),
      level: 'warn',
      message: expect.stringContaining('client 1 (127.0.0.1): Protocol Violation'),
    });

    await using off = await startServer(['--log', 'off']);
    expect(await garbage(off)).toMatch(/^listening at .*\nSIGTERM: telling the clients\n$/);
  });

  it('shows the protocol both ways with --trace, secrets masked and control characters escaped', async () => {
    await using server = await startServer(['--trace', '--token', 's3cret']);
    const greeting = '{"auth_token":"s3cret","verbose":false,"headers":true,"no_responders":true}';
    const { socket, heard } = speak(
      server.port,
      `CONNECT ${greeting}\r\nSUB a.* 1\r\nPUB a.b r.1 6\r\n\u001b[31mx\r\nUNSUB 1\r\nPING\r\n`,
    );
    await heard.waitForLine(/^PONG/);
    socket.destroy();
    const { stderr } = await server.stop();
    const traced = stderr.split('\n').flatMap((line) => /^20\S+Z ((?:<-|->) .*)$/.exec(line)?.[1] ?? []);
    expect(traced.filter((line) => line.startsWith('<-'))).toEqual([
      '<- 1 CONNECT {"auth_token":"[masked]","verbose":false,"headers":true,"no_responders":true}',
      '<- 1 SUB a.* 1',
      '<- 1 PUB a.b r.1 6',
      String.raw`<- 1 \e[31mx`,
      '<- 1 UNSUB 1',
      '<- 1 PING',
    ]);
    const answers = traced.filter((line) => line.startsWith('->'));
    expect(answers[0]).toMatch(/^-> 1 INFO \{/);
    expect(answers.slice(1)).toEqual(['-> 1 MSG a.b 1 r.1 6', String.raw`-> 1 \e[31mx`, '-> 1 PONG']);
    expect(stderr).not.toContain('s3cret');
  });

  it('closes a client that more waits for than --max-pending, and no other', async () => {
    await using server = await startServer(['--max-pending', '1MB']);
    const slow = speak(server.port, 'CONNECT {"verbose":false,"name":"slow"}\r\nSUB flood 1\r\nPING\r\n');
    await slow.heard.waitForLine(/^PONG/);
    slow.socket.pause();
    const client = await connect({ servers: server.url, reconnect: false });
    const reader = client.subscribe('flood');
    const received = reader[Symbol.asyncIterator]();
    // One after the other: this client is to keep up. What the system itself holds for the slow one is a few MB.
    for (let count = 0; count < 200; count++) {
      client.publish('flood', Buffer.alloc(100_000));
      expect((await received.next()).done).toBe(false);
    }
    await server.waitForLine('stderr', /client 1 \("slow", 127\.0\.0\.1\): Slow Consumer \(Pending Bytes\)/);
    await client.close();
    slow.socket.destroy();
  });

  it('answers a JetStream request as a server without it does', async () => {
    await using server = await startServer();
    expect(await natsctl(['request', '-s', server.url, '$JS.API.INFO', ''])).toMatchObject({ code: 5 });
  });

  const { cert, key } = certificates.server;
  it.each<[args: string[], named: string]>([
    [['--port', '65536'], '--port'],
    [['--port', ''], '--port'],
    [['--port', '-1'], '--port'],
    [['--host', ''], '--host is empty'],
    [['--http', ''], '--http'],
    [['--http', 'localhost'], '--http'],
    [['--http', ':8222'], '--http: the host is empty'],
    [['--max-pending', 'much'], '--max-pending'],
    [['--log', 'xml'], '--log'],
    [['--json', '--log', 'text'], '--log text'],
    [['--user', 'me'], '--user and --password go together'],
    [['--password', 's3cret'], '--user and --password go together'],
    [['--user', 'me', '--password', 's3cret', '--token', 's3cret'], '--user and --token'],
    [['--token', ''], '--token is empty'],
    [['--user', 'me', '--password', ''], '--password is empty'],
    [['--tlscert', cert], '--tlscert and --tlskey go together'],
    [['--tlsca', certificates.ca], 'TLS needs --tlscert and --tlskey'],
    [['--tlsfirst'], 'TLS needs --tlscert and --tlskey'],
    [['--tlscert', '/missing', '--tlskey', key], '--tlscert: cannot read /missing: ENOENT'],
    [['--tlscert', key, '--tlskey', key], 'the TLS certificate and key cannot be used'],
    [['--creds', '/x.creds'], '--creds means nothing here'],
    [['-s', 'nats://a'], '--server means nothing here'],
    [['--context', 'prod'], '--context means nothing here'],
    [['now'], 'one argument too many: "now"'],
    [['--jetstream'], 'unknown flag --jetstream'],
  ])('answers %j with exit 2', async (args, named) => {
    const result = await natsctl(['server', '--port', '0', ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(named) });
    expect(result.stderr).not.toContain('s3cret');
  });

  it('answers an address that is none of this machine with exit 3', async () => {
    const result = await natsctl(['server', '--port', '0', '--host', '192.0.2.1']);
    expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('it is no address of this machine') });
  });

  it('refuses a ready file in a folder that is not there, and listens no more', async () => {
    const readyFile = join(createTempDir('missing'), 'no-folder', 'ready.json');
    const result = await natsctl(['server', '--port', '0', '--ready-file', readyFile]);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('no such directory') });
  });
});

/** The addresses of this machine that somebody listens on at the port, as /proc/net/tcp has them. */
function listeningAddresses(port: number): string[] {
  const listening = '0A';
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === listening && local?.endsWith(`:${hexPort}`))
    .map(([, local]) => local?.split(':')[0] ?? '');
}
