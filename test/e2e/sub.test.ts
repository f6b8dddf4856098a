import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { publisherTo, startSub } from '../support/subscriber.js';
import { natsServers, tools } from '../support/tools.js';

type AnyServer = AsyncDisposable & { readonly url: string };
const kinds: ReadonlyArray<{ readonly name: string; readonly start: (() => Promise<AnyServer>) | undefined }> = [
  { name: 'the development server', start: () => startServer() },
  ...natsServers.map(({ name, path: binary }) => ({
    name,
    start: binary === undefined ? undefined : () => startNatsServer({ binary }),
  })),
];

for (const { name, start } of kinds) {
  describe.skipIf(start === undefined)(`natsctl sub, with ${name}`, () => {
    let server: AnyServer;
    let publisher: NatsConnection & AsyncDisposable;

    beforeAll(async () => {
      if (start !== undefined) server = await start();
      publisher = await publisherTo(server.url);
    });

    afterAll(async () => {
      await publisher.close();
      await server[Symbol.asyncDispose]();
    });

    const sub = (...args: string[]) => startSub(server.url, args);
    async function publish(...messages: ReadonlyArray<readonly [subject: string, body: string]>): Promise<void> {
      for (const [subject, body] of messages) publisher.publish(subject, body);
      await publisher.flush();
    }

    it('says that it has subscribed, prints what comes on any of its subjects, and ends at SIGTERM with 0', async () => {
      await using subscriber = await sub('a', 'b.*', 'c.>', '--raw');
      expect(subscriber.stderr.text()).toBe(`subscribed to a, b.*, c.> at ${server.url}\n`);
      await publish(['a', '1'], ['b.x', '2'], ['b.x.y', 'no'], ['b', 'no'], ['c.x.y', '3'], ['d', 'no']);
      expect(await subscriber.stop()).toMatchObject({ code: 0, signal: null, stdout: '1\n2\n3\n' });
    });

    it('gives a message that fits two subjects twice, as the server does', async () => {
      await using subscriber = await sub('twice.*', 'twice.a', '--raw', '--count', '2');
      await publish(['twice.a', 'x']);
      expect(await subscriber.finished).toMatchObject({ code: 0, stdout: 'x\nx\n' });
    });

    it('ends with 0 at the number of messages, over all its subjects', async () => {
      await using subscriber = await sub('n.a', 'n.b', '--raw', '--count', '3');
      await publish(...Array.from({ length: 10 }, (_, index) => [`n.${index % 2 ? 'a' : 'b'}`, `${index}`] as const));
      const { code, stdout } = await subscriber.finished;
      expect(code).toBe(0);
      expect(stdout.split('\n')).toHaveLength(4);
    });

    it('shares messages with its queue group, and leaves to the others what it does not take', async () => {
      await using one = await sub('shared', '--queue', 'q', '--raw', '--count', '10');
      await using other = await sub('shared', '--queue', 'q', '--raw');
      await publish(...Array.from({ length: 200 }, (_, index) => ['shared', String(index)] as const));
      const first = await one.finished;
      const second = await other.stop();
      expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining(', queue q\n') });
      expect(first.stdout.split('\n')).toHaveLength(11);
      const all = (first.stdout + second.stdout).trim().split('\n').map(Number);
      // What the server had already sent to the one that ends is lost with it, save where it keeps it for the others.
      expect(new Set(all).size).toBe(200);
    });

    it('ends with 6 where too few messages come in time, after those that came', async () => {
      await using subscriber = await sub('few', '--count', '2', '--for', '1s', '--raw');
      await publish(['few', 'x']);
      expect(await subscriber.finished).toMatchObject({
        code: 6,
        stdout: 'x\n',
        stderr: expect.stringContaining('error: 1 of 2 messages came within 1 s\n'),
      });
    });

    it('ends with 0 when its time, or a silence, is over', async () => {
      await using timed = await sub('timed', '--for', '1s', '--raw');
      await publish(['timed', 'x']);
      await using idle = await sub('idle', '--idle', '1s', '--raw');
      await publish(['idle', 'y']);
      expect(await timed.finished).toMatchObject({ code: 0, stdout: 'x\n' });
      expect(await idle.finished).toMatchObject({ code: 0, stdout: 'y\n' });
    });

    it('ends with 0 at the first message as expected, and prints it', async () => {
      await using whole = await sub('e.whole', '--raw', '--expect', 'done');
      await using found = await sub('e.match', '--raw', '--expect-match', '^d.+e$');
      await using json = await sub('e.json', '--raw', '--expect-json', 'a.b=[1]', '--expect-json', 'c="x"');
      await publish(
        ['e.whole', 'done!'],
        ['e.whole', 'done'],
        ['e.whole', 'more'],
        ['e.match', 'de'],
        ['e.match', 'dome'],
      );
      await publish(['e.json', '{"a":{"b":[1]}}'], ['e.json', '{"a":{"b":[1]},"c":"x"}']);
      expect(await whole.finished).toMatchObject({ code: 0, stdout: 'done!\ndone\n' });
      expect(await found.finished).toMatchObject({ code: 0, stdout: 'de\ndome\n' });
      expect(await json.finished).toMatchObject({ code: 0, stdout: '{"a":{"b":[1]}}\n{"a":{"b":[1]},"c":"x"}\n' });
    });

    it.each([
      [['--for', '1s'], 'none of 1 message met --expect "done" within 1 s'],
      [['--idle', '1s'], 'none of 1 message met --expect "done" until 1 s of silence'],
      [['--count', '1'], 'none of 1 message met --expect "done"'],
    ])('ends with 8 where %j ends it and nothing was as expected', async (limit, message) => {
      await using subscriber = await sub('missed', '--expect', 'done', '--json', ...limit);
      await publish(['missed', 'else']);
      const { code, stderr } = await subscriber.finished;
      expect(code).toBe(8);
      const error = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
      expect(error).toEqual({ error: { kind: 'expectation', message, received: 1 } });
    });

    it.each([
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)('ends at %s with 0, and before its goal with %i', async (signal, code) => {
      await using endless = await sub('endless', '--for', '1h');
      await using counting = await sub('counting', '--count', '2');
      expect(await endless.stop(signal)).toMatchObject({ code: 0, signal: null });
      expect(await counting.stop(signal)).toMatchObject({ code, signal: null });
    });

    it('takes at SIGTERM what is on its way', async () => {
      await using subscriber = await sub('onward', '--raw');
      for (let number = 0; number < 20_000; number++) publisher.publish('onward', 'x');
      await publisher.flush();
      // The server answered the publisher: it has handed all on before it answers the unsubscription.
      expect((await subscriber.stop()).stdout.length).toBe(40_000);
    });

    describe('prints', () => {
      const BINARY = Uint8Array.of(0xff, 0, 0x41);
      async function printed(...args: string[]): Promise<string> {
        await using subscriber = await sub('form.*', '--count', '2', ...args);
        const fields = headers();
        fields.append('X-Id', '1');
        fields.append('X-Id', '2');
        publisher.publish('form.a', '{"n": 12345678901234567890}', { headers: fields, reply: 'back' });
        publisher.publish('form.b', BINARY);
        const { code, stdoutBytes } = await subscriber.finished;
        expect(code).toBe(0);
        return stdoutBytes.toString('latin1');
      }
      const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.source;

      it.each([
        [['--raw'], '{"n": 12345678901234567890}\n\xff\0A\n'],
        [['--raw', '--no-newline'], '{"n": 12345678901234567890}\xff\0A'],
        [['--null'], '{"n": 12345678901234567890}\0\xff\0A\0'],
        [['--dump', '-'], '{"n": 12345678901234567890}\0\xff\0A\0'],
        [['-r', '--encoding', 'base64'], 'eyJuIjogMTIzNDU2Nzg5MDEyMzQ1Njc4OTB9\n/wBB\n'],
        [['--raw', '--encoding', 'hex'], '7b226e223a2031323334353637383930313233343536373839307d\nff0041\n'],
        [['--subjects-only'], 'form.a\nform.b\n'],
        [['--subjects-only', '--null'], 'form.a\0form.b\0'],
        [
          ['--format', '{{subject}} {{headers.X-Id}} {{reply}} {{json data.n}}'],
          /^form\.a 1 back 12345678901234567\d+\nform\.b {3}null\n$/,
        ],
      ])('with %j %j', async (args, expected) => {
        expect(await printed(...args)).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
      });

      it('for people: time, subject, reply, headers and JSON on lines of its own', async () => {
        expect(await printed()).toMatch(
          /^[\d:.]{12} form\.a \(reply to back\)\nX-Id: 1\nX-Id: 2\n\{\n {2}"n": 12345678901234567890\n\}\n\n[\d:.]{12} form\.b\n\\xff\\x00A\n\n$/,
        );
        expect(await printed('--headers-only', '-t')).toMatch(
          new RegExp(`^${TIME} form\\.a \\(reply to back\\)\nX-Id: 1\nX-Id: 2\n\n${TIME} form\\.b\n\n$`),
        );
        expect(await printed('--timestamps', 'delta')).toMatch(/^\+\d+\.\d{3}s form\.a/);
      });

      it('with --json', async () => {
        const lines = async (...args: string[]) => (await printed('--json', ...args)).trim().split('\n');
        const time = expect.stringMatching(new RegExp(`^${TIME}$`));
        const a = { subject: 'form.a', headers: { 'X-Id': ['1', '2'] }, reply: 'back', time };
        const data = '{"n": 12345678901234567890}';
        const [one, other] = await lines();
        expect(JSON.parse(one ?? '')).toEqual({ ...a, data });
        expect(JSON.parse(other ?? '')).toEqual({ subject: 'form.b', data_base64: '/wBB', time });
        const [parsed, binary] = await lines('--parse');
        expect(parsed).toContain(`"json":${data},`);
        expect(JSON.parse(binary ?? '')).toHaveProperty('data_base64', '/wBB');
        expect(JSON.parse((await lines('--headers-only'))[0] ?? '')).toEqual(a);
        expect(JSON.parse((await lines('--subjects-only'))[0] ?? '')).toEqual({ subject: 'form.a', time });
        expect(JSON.parse((await lines('--encoding', 'base64'))[0] ?? '')).toHaveProperty('data_base64');
      });
    });

    it('writes its ready file once the server has confirmed, and removes it at the end', async () => {
      const path = join(createTempDir('ready'), 'ready.json');
      await using subscriber = await sub('ready', '--queue', 'q', '--ready-file', path);
      await expect.poll(() => existsSync(path)).toBe(true);
      const { pid } = subscriber;
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ pid, subjects: ['ready'], queue: 'q', url: server.url });
      await subscriber.stop();
      expect(existsSync(path)).toBe(false);
    });

    it('says nothing on stderr with --quiet', async () => {
      await using subscriber = startNatsctl(['sub', '-s', server.url, 'hush', '--idle', '300ms', '--quiet']);
      expect(await subscriber.finished).toMatchObject({ code: 0, stdout: '', stderr: '' });
    });

    it('writes each message to a file with --dump', async () => {
      const directory = createTempDir('dump');
      await using subscriber = await sub('photo.>', '--count', '3', '--dump', directory);
      await publish(['photo.a', 'one'], ['photo./etc', 'two'], ['photo.a', '']);
      expect(await subscriber.finished).toMatchObject({
        code: 0,
        stdout: '',
        stderr: expect.stringContaining(`3 messages written to ${directory}\n`),
      });
      expect(readdirSync(directory)).toEqual(['00000001-photo.a', '00000002-photo.%2Fetc', '00000003-photo.a']);
      expect(readFileSync(join(directory, '00000002-photo.%2Fetc'), 'utf8')).toBe('two');
    });

    it('reports by subject at the end, as a table or as JSON', async () => {
      await using table = await sub('traffic.*', '--report', '--count', '4');
      await using json = await sub('traffic.*', '--report', '--json', '--report-top', '1', '--count', '4');
      await publish(['traffic.a', 'xx'], ['traffic.b', 'x'], ['traffic.b', 'x'], ['traffic.c', '']);
      const { stdout } = await table.finished;
      expect(stdout.split('\n').map((line) => line.split(/ {2,}/).at(-1))).toEqual([
        'SUBJECT',
        'traffic.b',
        'traffic.a',
        'traffic.c',
        '(all)',
        '',
      ]);
      expect(JSON.parse((await json.finished).stdout)).toMatchObject({
        messages: 4,
        bytes: 4,
        subject_count: 3,
        subjects: [{ subject: 'traffic.b', messages: 2, bytes: 2 }],
        others: { messages: 2, bytes: 2 },
      });
    });
  });
}

describe('natsctl sub', () => {
  it.each([
    [[], 'SUBJECT is missing'],
    [['a..b'], 'invalid subject'],
    [['a', '>.b'], 'invalid subject'],
    [['a', '--count', '0'], '--count: "0" is not a whole number'],
    [['a', '--for', '5'], '--for: "5" is not a duration'],
    [['a', '--reconnect', 'x'], '--reconnect: "x" is not a duration'],
    [['a', '--expect-match', '('], '--expect-match: '],
    [['a', '--expect-json', 'a'], '--expect-json: "a" has no "="'],
    [['a', '--queue', 'a b'], '--queue: invalid queue group'],
    [['a', '--raw', '--json'], '--raw and --json exclude each other'],
    [['a', '--format', '{{x}}'], '--format: unknown placeholder {{x}}'],
    [['a', '--ready-file', '/nowhere/ready'], 'cannot use the ready file /nowhere/ready: no such directory'],
    [['a', '--dump', '/dev/null'], '--dump: cannot write to /dev/null: it is no folder'],
    [['a', '--exec', '--', 'no-such-program'], 'no-such-program: not found'],
  ])('refuses %j with exit 2, before it connects', async (args, message) => {
    const result = await natsctl(['sub', '-s', '127.0.0.1:1', ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('ends with 3 where no server is', async () => {
    expect(await natsctl(['sub', '-s', '127.0.0.1:1', 'a'])).toMatchObject({ code: 3 });
  });

  it('takes what follows -- for subjects where there is no --exec', async () => {
    await using server = await startServer();
    await using publisher = await publisherTo(server.url);
    await using subscriber = await startSub(server.url, ['--raw', '--count', '1', '--', '--odd']);
    publisher.publish('--odd', 'x');
    expect(await subscriber.finished).toMatchObject({ code: 0, stdout: 'x\n' });
  });

  it('takes the names of the nats command', async () => {
    await using server = await startServer();
    expect(await natsctl(['subscribe', '-s', server.url, 'a', '--wait', '100ms', '-r', '-q'])).toMatchObject({
      code: 0,
    });
    const report = await natsctl([
      'sub',
      '-s',
      server.url,
      'a',
      '--wait',
      '100ms',
      '--report-subjects',
      '--report-top',
      '5',
    ]);
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('SUBJECT') });
  });
});

const permissions = `
  authorization { users: [{ user: few, password: p, permissions: { subscribe: ["_INBOX.>", "open"] } }] }
`;

for (const { name, path: binary } of natsServers) {
  it.skipIf(binary === undefined)(`ends with 4 where it may not listen (${name})`, async () => {
    await using server = await startNatsServer({ binary: binary as string, config: permissions });
    const login = ['-s', server.url, '--user', 'few', '--password'];
    expect(await natsctl(['sub', ...login, 'p', 'open', 'shut'])).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('the server denies subscribing to shut'),
    });
    expect(await natsctl(['sub', ...login, 'wrong', 'open'])).toMatchObject({ code: 4 });
  });
}

it.skipIf(tools.natsServer.path === undefined)('ends with 4 where a subject is taken away meanwhile', async () => {
  const config = (subjects: string) =>
    `authorization { users: [{ user: few, password: p, permissions: { subscribe: [${subjects}] } }] }`;
  await using server = await startNatsServer({ config: config('"a"') });
  const args = ['-s', server.url, '--user', 'few', '--password', 'p', 'a'];
  await using subscriber = startNatsctl(['sub', ...args]);
  await subscriber.waitForLine('stderr', /subscribed to a/);
  await server.restart(config('"b"'));
  expect(await subscriber.finished).toMatchObject({ code: 4 });
});
