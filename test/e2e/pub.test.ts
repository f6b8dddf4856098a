import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Msg, NatsConnection } from 'nats';
import { headers as createHeaders } from 'nats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import type { RunOptions } from '../support/program.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { natsServers } from '../support/tools.js';
import { watchWaiting } from '../support/waiting.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
let server: TestServer;
let listener: NatsConnection;
let received: Msg[] = [];

beforeAll(async () => {
  server = await startServer();
  listener = await server.connect();
  listener.subscribe('>', { callback: (_, message) => received.push(message) });
  await listener.flush();
});

beforeEach(() => {
  received = [];
});

afterAll(async () => {
  await server.stop();
});

const pub = (args: readonly string[], options?: RunOptions) => natsctl(['pub', '-s', server.url, ...args], options);

/** What has come by now, as subject and text. */
async function texts(): Promise<string[]> {
  await listener.flush();
  return received.map(({ subject, data }) => `${subject} ${Buffer.from(data).toString()}`);
}

function errorIn(stderr: string): Record<string, unknown> {
  return (JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { error: Record<string, unknown> }).error;
}

describe('natsctl pub SUBJECT BODY', () => {
  it('publishes a message with its headers and reply subject, and says so on stderr alone', async () => {
    const result = await pub(['a.b', 'hello', '-H', 'x-Id:1', '-H', 'x-Id:2', '--reply', 'r.s']);
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toMatch(/^Published 1 message \(5 B\) in \d+ ms\n$/);
    expect(await texts()).toEqual(['a.b hello']);
    expect(received[0]?.reply).toBe('r.s');
    expect(received[0]?.headers?.values('x-Id')).toEqual(['1', '2']);
  });

  it.each([
    [['a', 'argument'], 'from stdin', 'argument'],
    [['a'], 'from stdin', 'from stdin'],
    [['a', '-'], 'from stdin', 'from stdin'],
    [['a', '--no-stdin'], 'from stdin', ''],
    [['a', ''], 'from stdin', ''],
    [['a', '--', '-5'], '', '-5'],
    [['a', '007'], '', '007'],
    [['a', '{{Count}}', '--quiet'], '', '{{Count}}'],
  ])('takes the body from where it is: %j', async (args, stdin, body) => {
    expect(await pub(args, { stdin })).toMatchObject({ code: 0 });
    expect(await texts()).toEqual([`a ${body}`]);
  });

  it('publishes a file, byte for byte', async () => {
    const file = join(createTempDir('body'), 'body');
    const bytes = Buffer.from([0xff, 0, 0x0d, 0x0a, 0x80]);
    writeFileSync(file, bytes);
    expect(await pub(['a', '--file', file, '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    await listener.flush();
    expect(Buffer.from(received[0]?.data ?? [])).toEqual(bytes);
  });

  it('answers to the names that the peer has', async () => {
    const args = ['publish', '-s', server.url, 'a', 'x', '--count', '2', '--sleep', '1ms'];
    expect(await natsctl(args)).toMatchObject({ code: 0 });
    expect(await pub(['b', '--send-on', 'newline'], { stdin: '1\n2\n' })).toMatchObject({ code: 0 });
    expect(await texts()).toEqual(['a x', 'a x', 'b 1', 'b 2']);
  });

  it('gives with --json what was published as an object on stderr', async () => {
    const { stdout, stderr } = await pub(['a', 'hello', '--json']);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({
      summary: { messages: 1, bytes: 5, skipped: 0, duration_ms: expect.any(Number) },
    });
  });

  it.each([
    [['a b', 'x'], 'invalid subject "a b"'],
    [['a.*', 'x'], 'the wildcard * is for subscriptions only'],
    [[], 'SUBJECT is missing'],
    [['a', 'x', 'y'], 'one argument too many: "y"'],
    [['a', 'x', '--reply', 'r.>'], 'invalid reply subject "r.>"'],
    [['a', 'x', '-H', 'none'], 'invalid header "none"'],
    [['a', 'x', '--file', 'f'], 'give either BODY or --file'],
    [['a', '--file', '/does/not/exist'], 'cannot read /does/not/exist: no such file'],
    [['a', 'x', '--lines'], '--lines takes the bodies from its input: leave BODY out'],
    [['a', '--lines', '--no-stdin'], '--lines reads stdin, and --no-stdin forbids it'],
    [['a', 'x', '--count', '2', '--lines'], '--count and --lines exclude each other'],
    [['a', '{{Nope}}', '--templates'], '--templates: unknown placeholder {{Nope}}'],
    [['a b.{{Count}}', 'x', '--templates'], 'invalid subject "a b.1"'],
  ])('ends with 2 at %j', async (args, message) => {
    const result = await pub(args);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(await texts()).toEqual([]);
  });

  it('ends with 2 at a body past the payload limit, with both sizes', async () => {
    const result = await pub(['a', '--json'], { stdin: Buffer.alloc(1_048_577) });
    expect(result.code).toBe(2);
    expect(errorIn(result.stderr)).toMatchObject({
      kind: 'usage',
      message: 'the body has 1048577 bytes, and the server takes at most 1048576',
      size_bytes: 1_048_577,
      max_payload_bytes: 1_048_576,
      confirmed: 0,
      in_doubt: 0,
    });
  });

  it('ends with 3 where there is no server', async () => {
    expect(await natsctl(['pub', '-s', '127.0.0.1:1', 'a', 'x'])).toMatchObject({ code: 3, stdout: '' });
  });
});

describe('natsctl pub, many messages', () => {
  it('publishes each line, empty ones and a last one without its end included, and sums up', async () => {
    const result = await pub(['a', '--lines'], { stdin: 'one\n\n  three\r\nlast' });
    expect(result.stderr).toMatch(/^Published 4 messages \(15 B\) in \d+ ms\n$/);
    expect(await texts()).toEqual(['a one', 'a ', 'a   three\r', 'a last']);
  });

  it('publishes what NUL separates, and the lines of a file', async () => {
    const file = join(createTempDir('lines'), 'lines');
    writeFileSync(file, 'x\ny\n');
    await pub(['a', '--null'], { stdin: 'one\ntwo\0three\0' });
    await pub(['b', '--lines', '--file', file]);
    expect(await texts()).toEqual(['a one\ntwo', 'a three', 'b x', 'b y']);
  });

  it('publishes nothing where the input is empty, and says so', async () => {
    const result = await pub(['a', '--lines'], { stdin: '' });
    expect(result).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Published 0 messages \(0 B\) in /) });
    expect(await texts()).toEqual([]);
  });

  it('publishes each JSON line as it arrives', async () => {
    await using running = startNatsctl(['pub', '-s', server.url, '--ndjson'], { stdin: { open: true } });
    for (const n of [1, 2, 3]) {
      const arrived = new Promise((resolve) => {
        listener.subscribe('each', { max: 1, callback: (_, message) => resolve(message.string()) });
      });
      await listener.flush();
      running.stdin?.write(`{"subject":"each","data":"${n}"}\n`);
      expect(await arrived).toBe(String(n));
    }
    running.stdin?.end();
    expect(await running.finished).toMatchObject({ code: 0, stderr: expect.stringContaining('Published 3 messages') });
  });

  it('repeats a message, with templates in subject and body', async () => {
    const args = ['n.{{Count}}', 'message {{Count}}', '--count', '3', '--templates'];
    expect(await pub(args)).toMatchObject({ code: 0 });
    expect(await texts()).toEqual(['n.1 message 1', 'n.2 message 2', 'n.3 message 3']);
  });

  it('says once that a placeholder is sent as it stands', async () => {
    const result = await pub(['a', '{{Count}}', '--count', '3000']);
    expect(result.stderr.match(/--templates/g)).toHaveLength(1);
    expect(await pub(['a', '{{Count}}', '--templates'])).toMatchObject({ stderr: expect.not.stringContaining('--t') });
    expect(await pub(['a', '{{Count}}', '--quiet'])).toMatchObject({ stderr: '' });
  });

  it.each([
    [['--count', '1500', '--rate', '1000', 'x'], '', 1_499],
    [['--count', '76', '--interval', '20ms', 'x'], '', 1_500],
    [['--lines', '--rate', '50000'], 'x\n'.repeat(75_000), 1_500],
  ])('keeps to the rate: %j', async (args, stdin, expectedMs) => {
    await using running = startNatsctl(['pub', '-s', server.url, 'paced', ...args, '--json'], { stdin });
    // The server is in this process.
    const endWatch = watchWaiting(() => [running.pid, process.pid]);
    const { stderr } = await running.finished;
    const waitedMs = endWatch();
    const { summary } = JSON.parse(stderr) as { summary: { duration_ms: number } };
    expect(summary.duration_ms).toBeGreaterThanOrEqual(expectedMs * 0.99);
    expect(summary.duration_ms).toBeLessThan(expectedMs * 1.5 + waitedMs);
  });
});

describe('natsctl pub, and a line that is no message', () => {
  const stdin = '{"subject":"a","data":"1"}\n{"subject":"a","data":"2"}\nnope\n{"subject":"a","data":"4"}\n';

  it('ends with 2 at it, names it, and counts what was published before it', async () => {
    const result = await pub(['--ndjson', '--json'], { stdin });
    expect(result.code).toBe(2);
    expect(errorIn(result.stderr)).toMatchObject({ kind: 'usage', n: 3, confirmed: 2, in_doubt: 0 });
    expect(errorIn(result.stderr)['message']).toMatch(/^line 3: the line is not JSON: .*; 2 messages confirmed$/);
    expect(await texts()).toEqual(['a 1', 'a 2']);
  });

  it('goes on past it with --skip-bad, and reports it', async () => {
    const result = await pub(['--ndjson', '--skip-bad'], { stdin });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(
      /^warning: skipped: line 3: .*\nPublished 3 messages \(3 B\) in \d+ ms, 1 skipped\n$/,
    );
    expect(await texts()).toEqual(['a 1', 'a 2', 'a 4']);
    const { stderr } = await pub(['--ndjson', '--skip-bad', '--json'], { stdin: 'nope\n'.repeat(100) });
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(12);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ summary: { messages: 0, skipped: 100 } });
  });

  it('takes a line that is too large for one', async () => {
    const large = `${'x'.repeat(1_048_577)}\n`;
    expect(await pub(['a', '--lines'], { stdin: `1\n${large}` })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('line 2: the body has 1048577 bytes'),
    });
    expect(await pub(['a', '--lines', '--skip-bad'], { stdin: `${large}2\n` })).toMatchObject({ code: 0 });
    expect(await texts()).toEqual(['a 1', 'a 2']);
  });
});

describe('natsctl pub at a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: takes no more input, says how much was published, and exits %i', async (signal, code) => {
    await using running = startNatsctl(['pub', '-s', server.url, 'sig', '--lines'], { stdin: { open: true } });
    const arrived = new Promise((resolve) => {
      listener.subscribe('sig', { max: 1, callback: resolve });
    });
    await listener.flush();
    running.stdin?.write('one\ntw');
    await arrived;
    const result = await running.stop(signal);
    expect(result).toMatchObject({ code, stderr: expect.stringMatching(/^Published 1 message \(3 B\) in /) });
    expect(await texts()).toEqual(['sig one']);
  });

  it('ends a long wait for the next message', async () => {
    const args = ['pub', '-s', server.url, 'slow', 'x', '--count', '5', '--interval', '1h'];
    await using running = startNatsctl(args);
    await new Promise((resolve) => listener.subscribe('slow', { max: 1, callback: resolve }));
    expect(await running.stop('SIGTERM')).toMatchObject({ code: 143, stderr: expect.stringContaining('1 message') });
  });
});

describe.each(natsServers)('natsctl pub, and $name', ({ path: binary }) => {
  it.skipIf(binary === undefined)('ends with 4 at a denied subject, with what the server has', async () => {
    const config = 'authorization { users = [{ user: u, password: p, permissions: { publish: { deny: "no" } } }] }';
    await using denying = await startNatsServer({ binary: binary ?? '', config });
    const run = (args: string[], options?: RunOptions) =>
      natsctl(['pub', '-s', denying.url, '--user', 'u', '--password', 'p', ...args], options);
    expect(await run(['no', 'x'])).toMatchObject({
      code: 4,
      stderr: "error: the server denies publishing to no\nask for it in the user's permissions\n",
    });
    const stdin = `${'{"subject":"yes"}\n'.repeat(1_000)}{"subject":"no"}\n`;
    const result = await run(['--ndjson', '--json'], { stdin });
    expect(result.code).toBe(4);
    expect(errorIn(result.stderr)).toMatchObject({
      kind: 'authorization',
      subject: 'no',
      confirmed: 1_000,
      in_doubt: 0,
      denied: 1,
    });
  });

  it.skipIf(binary === undefined)('ends with 3 where it is killed, with what it has and what it may have', async () => {
    await using mortal = await startNatsServer({ binary: binary ?? '' });
    await using running = startNatsctl(['pub', '-s', mortal.url, 'a', 'x', '--count', '1000000000', '--json']);
    const { connect } = await import('nats');
    const watcher = await connect({ servers: mortal.url, reconnect: false });
    await new Promise((resolve) => watcher.subscribe('a', { max: 1_000, callback: (_, { sid }) => resolve(sid) }));
    await mortal.kill();
    const result = await running.finished;
    expect(result.code).toBe(3);
    const { kind, confirmed, in_doubt } = errorIn(result.stderr) as Record<string, number>;
    expect(kind).toBe('connection');
    expect(confirmed).toBeGreaterThanOrEqual(0);
    expect(in_doubt).toBeGreaterThan(0);
    await watcher.close();
  });

  it.skipIf(binary === undefined)('ends with 3 while it waits for input, and publishes nothing elsewhere', async () => {
    await using mortal = await startNatsServer({ binary: binary ?? '' });
    await using running = startNatsctl(['pub', '-s', mortal.url, 'a', '--lines', '--json'], { stdin: { open: true } });
    const { connect } = await import('nats');
    const watcher = await connect({ servers: mortal.url, reconnect: false });
    const arrived = new Promise((resolve) => watcher.subscribe('a', { max: 1, callback: resolve }));
    await watcher.flush();
    running.stdin?.write('one\n');
    await arrived;
    await watcher.close();
    await mortal.restart();
    const result = await running.finished;
    expect(result.code).toBe(3);
    const { confirmed, in_doubt } = errorIn(result.stderr) as { confirmed: number; in_doubt: number };
    expect(confirmed + in_doubt).toBe(1);
  });
});

/** Messages that are hard to carry as a line. */
const WEIRD: ReadonlyArray<{
  subject: string;
  body: Uint8Array;
  headers?: ReadonlyArray<[string, string]>;
  reply?: string;
}> = [
  { subject: 'w.plain', body: Buffer.from('text') },
  { subject: 'w.empty', body: new Uint8Array(0) },
  { subject: 'w.binary', body: Uint8Array.from({ length: 256 }, (_, byte) => byte) },
  { subject: 'w.cut-utf8', body: Uint8Array.of(0x61, 0xe2, 0x82) },
  { subject: 'w.bom', body: Uint8Array.of(0xef, 0xbb, 0xbf, 0x61) },
  { subject: 'w.control', body: Buffer.from('\r\n\0\u0001\u001b[2J\u2028\u2029"\\\t') },
  { subject: 'w.astral', body: Buffer.from('👍🏽 ž') },
  { subject: 'w.placeholder', body: Buffer.from('{{Count}} {{Random 1 2}}') },
  { subject: 'w.json', body: Buffer.from('{"a" :  12345678901234567890.10}') },
  { subject: 'w.ä.$x.-', body: Buffer.from('subject'), reply: '_INBOX.x.1' },
  {
    subject: 'w.headers',
    body: Uint8Array.of(0xff),
    headers: [
      ['lower-case', 'one'],
      ['Lower-Case', 'two'],
      ['lower-case', 'three: with colon'],
      ['X-Empty', ''],
      ['__proto__', 'ž'],
      ['X-Quote', '"\\ \u001b'],
    ],
  },
  { subject: 'w.headers-only', body: new Uint8Array(0), headers: [['A', 'b']] },
  { subject: 'w.large', body: Buffer.alloc(1_000_000, 0x80) },
];

const carried = (messages: readonly Msg[]) =>
  messages.map(({ subject, data, headers, reply }) => ({
    subject,
    data: Buffer.from(data).toString('latin1'),
    headers: headers?.keys().map((name) => [name, headers.values(name)]),
    reply: reply || undefined,
  }));

describe.each(natsServers)(
  'natsctl sub --json | natsctl pub --ndjson, from the development server to $name',
  ({ path: binary }) => {
    let other: NatsServer;
    let there: NatsConnection;
    beforeAll(async () => {
      if (binary === undefined) return;
      other = await startNatsServer({ binary });
      const { connect } = await import('nats');
      there = await connect({ servers: other.url });
    });
    afterAll(async () => {
      await there?.close();
      await other?.[Symbol.asyncDispose]();
    });

    const ways: ReadonlyArray<{ way: string; subFlags: string[]; pubFlags: string[]; backwards: boolean }> = [
      { way: 'and what --parse makes of it', subFlags: ['--parse'], pubFlags: [], backwards: false },
      { way: 'as it is', subFlags: [], pubFlags: [], backwards: false },
      { way: 'in base64', subFlags: ['--encoding', 'base64'], pubFlags: [], backwards: false },
      { way: 'the other way', subFlags: [], pubFlags: [], backwards: true },
      { way: 'without reply subjects', subFlags: [], pubFlags: ['--no-reply'], backwards: false },
    ];
    it.skipIf(binary === undefined).each(ways)('relays exactly, $way', async ({ subFlags, pubFlags, backwards }) => {
      const [from, to] = backwards ? [other.url, server.url] : [server.url, other.url];
      const [source, target] = backwards ? [there, listener] : [listener, there];
      const arrived: Msg[] = [];
      let all: () => void = () => undefined;
      const complete = new Promise<void>((resolve) => {
        all = resolve;
      });
      const subscription = target.subscribe('w.>', {
        callback(_, message) {
          arrived.push(message);
          if (arrived.length === WEIRD.length) all();
        },
      });
      await target.flush();
      const args = ['sub', '-s', from, 'w.>', '--json', '--count', String(WEIRD.length), ...subFlags];
      await using reader = startNatsctl(args);
      await using writer = startNatsctl(['pub', '-s', to, '--ndjson', ...pubFlags], { stdin: { open: true } });
      reader.process.stdout?.pipe(writer.stdin as NodeJS.WritableStream);
      await reader.waitForLine('stderr', /subscribed/);
      for (const { subject, body, headers: fields = [], reply } of WEIRD) {
        const headers = createHeaders();
        for (const [name, value] of fields) headers.append(name, value);
        source.publish(subject, body, {
          ...(fields.length === 0 ? {} : { headers }),
          ...(reply === undefined ? {} : { reply }),
        });
      }
      await source.flush();
      expect(await writer.finished).toMatchObject({ code: 0 });
      await complete;
      subscription.unsubscribe();
      const expected = WEIRD.map(({ subject, body, headers: fields = [], reply }) => {
        const names = [...new Set(fields.map(([name]) => name))];
        return {
          subject,
          data: Buffer.from(body).toString('latin1'),
          headers:
            names.length === 0
              ? undefined
              : names.map((name) => [name, fields.flatMap(([other, value]) => (other === name ? [value] : []))]),
          reply: pubFlags.includes('--no-reply') ? undefined : reply,
        };
      });
      expect(carried(arrived)).toEqual(expected);
    });
  },
);

describe('natsctl pub --ndjson', () => {
  it('publishes headers that a client has which takes any name', async () => {
    await using reader = startNatsctl(['sub', '-s', server.url, 'odd', '--json', '--count', '1']);
    await reader.waitForLine('stderr', /subscribed/);
    const headers = { 'Bad Name': ['1', '2'], Ż: ['3'] };
    await pub(['--ndjson'], { stdin: JSON.stringify({ subject: 'odd', headers }) });
    expect(JSON.parse((await reader.finished).stdout)).toMatchObject({ headers });
  });
});

describe.skipIf(!hasTerminal)('natsctl pub on a terminal', () => {
  /** What it shows on a terminal of so many columns while it publishes for 1.5 s. */
  async function shownOn(columns: number): Promise<string> {
    const pub = [
      process.execPath,
      launcher,
      'pub',
      '-s',
      server.url,
      'bar',
      'x',
      '--count',
      '150',
      '--interval',
      '10ms',
    ];
    const inTerminal = ['-c', `stty cols ${columns} && exec "$@"`, 'sh', ...pub];
    await using running = startInTerminal('sh', inTerminal, { env: { TERM: 'xterm' } });
    await running.waitForLine('stdout', /Published 150 messages \(150 B\) in \d+\.\d+ s\r$/);
    return running.stdout.text();
  }

  it('shows a bar where the end is known, and ends with the summary', async () => {
    const shown = await shownOn(100);
    expect(shown).toMatch(/█+░+ +\d\d% {2}\d+ messages, \d+ B, \d+ a second, \d s left/);
    // Taken away at the end.
    expect(shown.split('█').at(-1)).toContain('\u001b[0K');
  });

  it('shows none where nobody gave the terminal its size', async () => {
    expect(await shownOn(0)).not.toContain('█');
  });
});
