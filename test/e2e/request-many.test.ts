import { headers as createHeaders, type Msg, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../src/testing/index.js';
import { startNatsServer } from '../support/nats-server.js';
import { type RunOptions, runProgram } from '../support/program.js';
import { natsctl, startNatsctl, startPeer } from '../support/run.js';
import { tools } from '../support/tools.js';

let server: TestServer;
let service: NatsConnection;

/** Answers on a subject; resolves once the server knows. */
async function answer(subject: string, respond: (message: Msg) => void) {
  service.subscribe(subject, { callback: (_, message) => respond(message) });
  await service.flush();
}

beforeAll(async () => {
  server = await startServer();
  service = await server.connect();
  await answer('echo', (message) => message.respond(message.data, message.headers ? { headers: message.headers } : {}));
  await answer('silent', () => undefined);
  await answer('choosy', (message) => {
    if (message.string() === 'silent') return;
    const headers = createHeaders();
    headers.set('Nats-Service-Error', 'out of stock');
    headers.set('Nats-Service-Error-Code', '409');
    message.respond(`body of ${message.string()}`, message.string() === 'faulty' ? { headers } : {});
  });
});

afterAll(async () => {
  await server.stop();
});

const request = (args: readonly string[], options?: RunOptions) =>
  natsctl(['request', '-s', server.url, ...args], options);

function jsonLines(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('natsctl request --lines', () => {
  it('sends each line, prints each reply in its place, and sums up', async () => {
    const input = Array.from({ length: 1_000 }, (_, index) => `body ${index}\n`).join('');
    const result = await request(['echo', '--lines'], { stdin: input });
    expect(result).toMatchObject({ code: 0, stdout: input });
    expect(result.stderr).toMatch(/^1,000 requests: 1,000 replies in \d+(\.\d+)? m?s\n$/);
  });

  it('sends empty lines, a last one without its end, and bytes as they are', async () => {
    const input = Buffer.concat([Buffer.from('a\n\n'), Buffer.from([0xff, 0, 0x0a]), Buffer.from('end')]);
    const result = await request(['echo', '--lines', '--quiet'], { stdin: input });
    expect(result.stdoutBytes).toEqual(Buffer.concat([input, Buffer.from('\n')]));
    expect(result.stderr).toBe('');
  });

  it('asks nothing for an empty input', async () => {
    for (const stdin of ['', { file: '/dev/null' }] as const) {
      const result = await request(['echo', '--lines'], { stdin });
      expect(result).toMatchObject({
        code: 0,
        stdout: '',
        stderr: expect.stringMatching(/^0 requests: 0 replies in /),
      });
    }
  });

  it('asks for each line as it comes, and prints its reply at once', async () => {
    await using running = startNatsctl(['request', '-s', server.url, 'echo', '--lines'], { stdin: { open: true } });
    for (const line of ['first', 'second']) {
      running.stdin?.write(`${line}\n`);
      await running.waitForLine('stdout', new RegExp(`^${line}$`));
    }
    running.stdin?.end();
    expect(await running.finished).toMatchObject({ code: 0, stdout: 'first\nsecond\n' });
  });

  it.each([
    ['in the order of the lines', [], '1\n2\n3\n'],
    ['as they come, with --unordered', ['--unordered'], '3\n2\n1\n'],
  ])('prints replies %s', async (_, flags, stdout) => {
    const subject = `reversed${flags.length}`;
    const held: Msg[] = [];
    await answer(subject, (message) => {
      held.push(message);
      if (held.length === 3) for (const one of held.reverse()) one.respond(one.data);
    });
    expect(await request([subject, '--lines', ...flags], { stdin: '1\n2\n3\n' })).toMatchObject({ code: 0, stdout });
  });

  it('has no more than --concurrency in hand', async () => {
    let inHand = 0;
    let most = 0;
    await answer('counted', (message) => {
      inHand += 1;
      most = Math.max(most, inHand);
      setTimeout(() => {
        inHand -= 1;
        message.respond(message.data);
      }, 5);
    });
    const input = '.\n'.repeat(50);
    const result = await request(['counted', '--lines', '--concurrency', '7'], { stdin: input });
    expect(result).toMatchObject({ code: 0, stdout: input });
    expect(most).toBe(7);
  });

  it('prints an empty line for each that failed, and ends with the code that weighs most', async () => {
    const stdin = 'a\nfaulty\nsilent\nb\n';
    const result = await request(['choosy', '--lines', '--timeout', '1s'], { stdin });
    expect(result).toMatchObject({ code: 6, stdout: 'body of a\n\n\nbody of b\n' });
    const [summary, error] = result.stderr.split('\n');
    expect(summary).toMatch(/^4 requests: 2 replies, 1 time-out, 1 service error in /);
    expect(error).toBe('error: 2 of 4 requests failed; number 3: no reply from choosy within 1 s');
  });

  it('gives with --json an object for each, and the summary and the error on stderr', async () => {
    const args = ['choosy', '--lines', '--json', '--timeout', '1s'];
    const result = await request(args, { stdin: 'a\nfaulty\nsilent\n' });
    expect(result.code).toBe(6);
    expect(jsonLines(result.stdout)).toEqual([
      { n: 1, subject: 'choosy', data: 'body of a', rtt_ms: expect.any(Number) },
      {
        n: 2,
        subject: 'choosy',
        data: 'body of faulty',
        headers: { 'Nats-Service-Error': ['out of stock'], 'Nats-Service-Error-Code': ['409'] },
        rtt_ms: expect.any(Number),
        error: {
          kind: 'service_error',
          message: 'choosy answered with error 409: out of stock',
          code: 409,
          subject: 'choosy',
        },
      },
      {
        n: 3,
        subject: 'choosy',
        error: {
          kind: 'timeout',
          message: 'no reply from choosy within 1 s',
          subject: 'choosy',
          timeout_ms: 1_000,
        },
      },
    ]);
    expect(jsonLines(result.stderr)).toMatchObject([
      { summary: { requests: 3, replies: 1, timeout: 1, service_error: 1, duration_ms: expect.any(Number) } },
      { error: { kind: 'timeout', n: 3, requests: 3, failed: 2 } },
    ]);
  });

  it('ends with 5 where nobody serves the subject', async () => {
    const result = await request(['nobody', '--lines'], { stdin: 'a\nb\n' });
    expect(result).toMatchObject({ code: 5, stdout: '\n\n' });
  });

  it('refuses a line that is larger than the server takes, and sends the others', async () => {
    const stdin = `a\n${'x'.repeat(1_100_000)}\nb\n`;
    const result = await request(['echo', '--lines'], { stdin });
    expect(result).toMatchObject({ code: 2, stdout: 'a\n\nb\n', stderr: expect.stringContaining('1100000 bytes') });
  });

  it('sends the headers with each, and holds each reply against what is expected', async () => {
    const args = ['echo', '--lines', '-H', 'A:1', '--json', '--expect-match', '^[ab]$'];
    const result = await request(args, { stdin: 'a\nc\nb\n' });
    expect(result.code).toBe(8);
    expect(jsonLines(result.stdout)).toMatchObject([
      { data: 'a', headers: { A: ['1'] } },
      { data: 'c', error: { kind: 'expectation' } },
      { data: 'b' },
    ]);
  });

  it('tries each again as far as --retries goes', async () => {
    let asked = 0;
    await answer('forgetful', (message) => {
      asked += 1;
      if (asked > 2) message.respond(message.data);
    });
    const args = ['forgetful', '--lines', '--timeout', '1s', '--retries', '1'];
    expect(await request(args, { stdin: '1\n2\n' })).toMatchObject({ code: 0, stdout: '1\n2\n' });
    expect(asked).toBe(4);
  });

  it('waits with --wait for somebody to serve the subject', async () => {
    const args = ['request', '-s', server.url, 'late', '--lines', '--wait', '10s', '--verbose'];
    await using waiting = startNatsctl(args, { stdin: 'a\n' });
    await waiting.waitForLine('stderr', /no responders/);
    await answer('late', (message) => message.respond('at last'));
    expect(await waiting.finished).toMatchObject({ code: 0, stdout: 'at last\n' });
  });

  it('cuts at NUL with --null, and ends each reply with one', async () => {
    const stdin = 'a\nb\0\0c';
    expect(await request(['echo', '--null'], { stdin })).toMatchObject({ code: 0, stdout: 'a\nb\0\0c\0' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at %s with %i, with the replies that have come in order', async (signal, code) => {
    const args = ['request', '-s', server.url, 'choosy', '--lines'];
    await using running = startNatsctl(args, { stdin: { open: true } });
    running.stdin?.write('a\nsilent\nb\n');
    await running.waitForLine('stdout', /^body of a$/);
    const result = await running.stop(signal);
    expect(result).toMatchObject({ code, signal: null, stdout: 'body of a\n' });
    expect(result.stderr).toMatch(/^1 request: 1 reply in /);
  });

  it('ends quietly with 0 where the reader has had enough', async () => {
    const node = `"${process.execPath}" "${new URL('../../bin/natsctl.js', import.meta.url).pathname}"`;
    const script = `set -o pipefail; seq 1 200000 | { ${node} request -s ${server.url} echo --lines; echo $? >&2; } | head -1`;
    const result = await runProgram('bash', ['-c', script]);
    expect(result).toMatchObject({ stdout: '1\n', stderr: '0\n' });
  });

  it.skipIf(tools.natsServer.path === undefined)(
    'gives every line its record where the connection is lost, and ends with 3',
    async () => {
      await using own = await startNatsServer();
      const args = ['request', '-s', own.url, 'silent', '--lines', '--json', '--timeout', '5s'];
      await using running = startNatsctl(args, { stdin: { open: true } });
      await using responder = await connectResponder(own.url);
      running.stdin?.write('1\n2\n');
      await responder.received(2);
      await own.kill();
      await running.waitForLine('stdout', /"n":2/);
      running.stdin?.end('3\n4\n');
      const result = await running.finished;
      expect(result.code).toBe(3);
      expect(jsonLines(result.stdout)).toMatchObject([1, 2, 3, 4].map((n) => ({ n, error: { kind: 'connection' } })));
    },
  );

  it.skipIf(tools.natsServer.path === undefined)('goes on once a server is back', async () => {
    await using own = await startNatsServer();
    const args = ['request', '-s', own.url, 'echo', '--lines', '--timeout', '20s', '--wait', '20s'];
    await using running = startNatsctl(args, { stdin: { open: true } });
    await using _ = startNatsctl(['reply', '-s', own.url, 'echo', '--echo']);
    running.stdin?.write('1\n');
    await running.waitForLine('stdout', /^1$/);
    await own.restart();
    running.stdin?.end('2\n');
    expect(await running.finished).toMatchObject({ code: 0, stdout: '1\n2\n' });
  });

  it.each([
    [['--lines'], 'SUBJECT is missing'],
    [['echo', 'body', '--lines'], '--lines takes the bodies from its input'],
    [['echo', '--lines', '--no-stdin'], '--lines reads stdin, and --no-stdin forbids it'],
    [['echo', '--lines', '--file', '/nowhere/at/all'], 'cannot read /nowhere/at/all: no such file'],
    [['echo', '--lines', '--replies', '2'], '--lines and --replies exclude each other'],
  ])('refuses %j with exit 2', async (args, message) => {
    expect(await request(args, { stdin: 'a\n' })).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('natsctl request --ndjson', () => {
  const lines = [
    '{"subject":"echo","data":"a","headers":{"A":["1","2"],"B":["own"]},"reply":"elsewhere"}',
    '{"subject":"echo","data_base64":"/wAK"}\r',
    '{"subject":"echo","json":{"big":12345678901234567890}}',
  ];

  it('sends each line as it was received, to its own subject', async () => {
    const result = await request(['--ndjson', '--json', '-H', 'B:common'], { stdin: lines.join('\n') });
    expect(result.code).toBe(0);
    expect(jsonLines(result.stdout)).toMatchObject([
      { n: 1, subject: 'echo', data: 'a', headers: { A: ['1', '2'], B: ['common'] } },
      { n: 2, subject: 'echo', data_base64: '/wAK' },
      { n: 3, subject: 'echo', data: '{"big":12345678901234567890}' },
    ]);
  });

  it('sends all to SUBJECT where there is one', async () => {
    const stdin = '{"subject":"nobody","data":"a"}\n{"data":"b"}\n';
    expect(await request(['echo', '--ndjson'], { stdin })).toMatchObject({ code: 0, stdout: 'a\nb\n' });
  });

  it.each([[], ['--unordered']])(
    'gives a line that is no request its record, and ends with 2: %j',
    async (...flags) => {
      const bad = ['{"subject":"echo"', '', '{"data":"x"}', '{"subject":"a.*"}', '{"subject":"nobody"}'];
      const stdin = [...bad, '{"subject":"echo","data":"good"}'].map((line) => `${line}\n`).join('');
      const result = await request(['--ndjson', '--json', ...flags], { stdin });
      expect(result.code).toBe(2);
      const records = jsonLines(result.stdout) as Array<{ n: number }>;
      expect(records.sort((a, b) => a.n - b.n)).toMatchObject([
        { n: 1, error: { kind: 'usage', message: expect.stringContaining('the line is not JSON') } },
        { n: 2, error: { kind: 'usage', message: 'the line is empty' } },
        { n: 3, error: { kind: 'usage', message: expect.stringContaining('the line has no "subject"') } },
        { n: 4, error: { kind: 'usage' } },
        { n: 5, subject: 'nobody', error: { kind: 'no_responders' } },
        { n: 6, data: 'good' },
      ]);
      expect(jsonLines(result.stderr)).toMatchObject([
        { summary: { requests: 6, replies: 1, usage: 4, no_responders: 1 } },
        { error: { kind: 'usage', requests: 6, failed: 5 } },
      ]);
      expect(await request(['--ndjson'], { stdin })).toMatchObject({ code: 2, stdout: '\n\n\n\n\ngood\n' });
    },
  );
});

describe('natsctl request --replies', () => {
  it('prints all replies that come, and ends with a silence', async () => {
    await answer('many', (message) => message.respond('one'));
    await answer('many', (message) => message.respond('two'));
    const result = await request(['many', 'x', '--replies', 'all', '--idle', '200ms']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout.split('\n').sort()).toEqual(['', 'one', 'two']);
  });

  it('sends headers, and gives with --json an object for each reply', async () => {
    const result = await request(['echo', 'x', '-H', 'A:1', '--replies', 'all', '--reply-timeout', '100ms', '--json']);
    expect(jsonLines(result.stdout)).toEqual([
      { subject: 'echo', data: 'x', headers: { A: ['1'] }, rtt_ms: expect.any(Number) },
    ]);
  });

  it('ends at the empty message of a stream', async () => {
    await answer('stream', (message) => {
      for (const body of ['1', '2', '', '3']) message.respond(body);
    });
    const args = ['stream', 'x', '--timeout', '1m'];
    expect(await request([...args, '--replies', 'all'])).toMatchObject({ code: 0, stdout: '1\n2\n' });
    expect(await request([...args, '--wait-for-empty'])).toMatchObject({ code: 0, stdout: '1\n2\n' });
    expect(await request([...args, '--replies', '3'])).toMatchObject({ code: 6, stdout: '1\n2\n' });
  });

  it('ends with 6 where there are too few, 5 where nobody serves, 7 where one is an error', async () => {
    expect(await request(['echo', 'x', '--replies', '2', '--timeout', '1s'])).toMatchObject({
      code: 6,
      stdout: 'x\n',
      stderr: expect.stringContaining('1 of 2 replies from echo within 1 s'),
    });
    expect(await request(['silent', 'x', '--replies', 'all', '--timeout', '200ms'])).toMatchObject({ code: 6 });
    expect(await request(['nobody', 'x', '--replies', 'all'])).toMatchObject({ code: 5, stdout: '' });
    expect(await request(['choosy', 'faulty', '--replies', 'all', '--idle', '100ms'])).toMatchObject({
      code: 7,
      stdout: 'body of faulty\n',
    });
  });

  it('ends with 8 at the first reply that is not as expected', async () => {
    await answer('mixed', (message) => {
      for (const body of ['good', 'bad', 'good']) message.respond(body);
    });
    const result = await request(['mixed', 'x', '--replies', 'all', '--expect', 'good', '--timeout', '1m']);
    expect(result).toMatchObject({
      code: 8,
      stdout: 'good\nbad\n',
      stderr: expect.stringContaining('mixed answered "bad", which is not --expect "good"'),
    });
  });

  it('ends at SIGTERM with 143 and what has come', async () => {
    const args = ['request', '-s', server.url, 'echo', 'x', '--replies', '2', '--timeout', '1m'];
    await using running = startNatsctl(args);
    await running.waitForLine('stdout', /^x$/);
    expect(await running.stop()).toMatchObject({ code: 143, stdout: 'x\n' });
  });
});

describe('natsctl request --expect', () => {
  it.each([
    [['echo', 'done', '--expect', 'done'], 0],
    [['echo', 'done.', '--expect', 'done'], 8],
    [['echo', 'all done.', '--expect-match', 'done'], 0],
    [['echo', '{"a":{"b":[1]}}', '--expect-json', 'a.b.0=1'], 0],
    [['echo', '{"a":{"b":[1]}}', '--expect-json', 'a.b.0=2'], 8],
    [['choosy', 'faulty', '--expect', 'other'], 7],
    [['nobody', 'x', '--expect', 'x'], 5],
    [['echo', 'x', '--expect-match', '('], 2],
  ])('%j: exit %i', async (args, code) => {
    expect(await request(args)).toMatchObject({ code });
  });

  it('prints the reply, and is not tried again', async () => {
    const args = ['echo', 'got', '--expect', 'wanted', '--retries', '3', '--wait', '10s', '--verbose'];
    const result = await request(args);
    expect(result).toMatchObject({ code: 8, stdout: 'got\n' });
    expect(result.stderr).toContain('echo answered "got", which is not --expect "wanted"');
    expect(result.stderr).not.toContain('trying again');
  });
});

describe('natsctl request --repeat', () => {
  it('prints the first reply, and tells of the round trips', async () => {
    let asked = 0;
    await answer('numbered', (message) => message.respond(String(++asked)));
    const result = await request(['numbered', 'x', '--repeat', '50']);
    expect(result).toMatchObject({ code: 0, stdout: '1\n' });
    expect(asked).toBe(50);
    expect(result.stderr).toMatch(
      /^50 requests: 50 replies in .*; round trip min \d+\.\d\d ms, median \d+\.\d\d ms, p99 \d+\.\d\d ms\n$/,
    );
  });

  it('gives with --json one object with the figures', async () => {
    const { stdout } = await request(['echo', 'x', '--repeat', '20', '--concurrency', '4', '--json']);
    const figures = { rtt_min_ms: 0, rtt_median_ms: 0, rtt_p99_ms: 0, duration_ms: 0 };
    const [reply] = jsonLines(stdout) as Array<typeof figures>;
    const numbers = Object.fromEntries(Object.keys(figures).map((name) => [name, expect.any(Number)]));
    expect(reply).toEqual({ subject: 'echo', data: 'x', requests: 20, replies: 20, ...numbers });
    expect(reply?.rtt_min_ms).toBeLessThanOrEqual(reply?.rtt_median_ms ?? 0);
    expect(reply?.rtt_median_ms).toBeLessThanOrEqual(reply?.rtt_p99_ms ?? 0);
  });

  it('counts those that fail, and ends at once with one that is not as expected', async () => {
    let asked = 0;
    await answer('worse', (message) => message.respond(++asked < 3 ? 'good' : 'bad'));
    expect(await request(['worse', 'x', '--repeat', '1000', '--expect', 'good'])).toMatchObject({ code: 8 });
    expect(asked).toBe(3);
    expect(await request(['nobody', 'x', '--repeat', '3'])).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/^3 requests: 0 replies, 3 no responders in /),
    });
  });
});

describe.skipIf(tools.nats.path === undefined)('natsctl request, and the peer’s nats reply', () => {
  it('gets a reply for each line', async () => {
    await using _ = startPeer(['reply', '-s', server.url, 'peer.echo', '--echo']);
    const result = await request(['peer.echo', '--send-on', 'newline', '--wait', '10s'], { stdin: 'a\nb\n' });
    expect(result).toMatchObject({ code: 0, stdout: 'a\nb\n' });
  });
});

/** A responder that never answers, and tells when so many requests have come. */
async function connectResponder(url: string) {
  const { connect } = await import('nats');
  const nats = await connect({ servers: url, reconnect: false });
  let count = 0;
  let tell: () => void = () => undefined;
  nats.subscribe('silent', {
    callback() {
      count += 1;
      tell();
    },
  });
  await nats.flush();
  return {
    received: (wanted: number) =>
      new Promise<void>((resolve) => {
        tell = () => {
          if (count >= wanted) resolve();
        };
        tell();
      }),
    [Symbol.asyncDispose]: () => nats.close(),
  };
}
