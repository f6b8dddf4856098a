import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, headers, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { type RunOptions, runProgram } from '../support/program.js';
import { natsctl, startNatsctl, startPeer } from '../support/run.js';
import { natsServers, tools } from '../support/tools.js';

const permissions = `
  authorization {
    users = [
      { user: all, password: s3cret }
      { user: few, password: s3cret, permissions: { publish: { deny: "secret.>" }, subscribe: "_INBOX.>" } }
    ]
  }
  no_auth_user: all
  max_payload: 1000
`;

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`natsctl request, with ${name}`, () => {
    let server: NatsServer;
    let service: NatsConnection;

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config: permissions });
      service = await connect({ servers: server.url });
      service.subscribe('echo', {
        callback: (_, message) => message.respond(message.data, message.headers ? { headers: message.headers } : {}),
      });
      service.subscribe('silent');
      service.subscribe('faulty', {
        callback: (_, message) => {
          const fields = headers();
          fields.set('Nats-Service-Error', 'out of stock');
          fields.set('Nats-Service-Error-Code', '409');
          message.respond('no more of these', { headers: fields });
        },
      });
      await service.flush();
    });

    afterAll(async () => {
      await service.close();
      await server[Symbol.asyncDispose]();
    });

    const request = (args: readonly string[], options?: RunOptions) =>
      natsctl(['request', '-s', server.url, ...args], options);

    it('prints the reply and a newline, exit 0', async () => {
      expect(await request(['echo', 'World'])).toMatchObject({ code: 0, stdout: 'World\n', stderr: '' });
    });

    it.each([
      { args: ['echo', '007'], printed: '007' },
      { args: ['echo', ''], printed: '' },
      { args: ['echo', '--', '-5'], printed: '-5' },
      { args: ['echo', '--json', 'true', '--json'], printed: undefined },
      { args: ['-H', 'A:1', 'echo', 'World'], printed: 'World' },
      { args: ['echo', 'World', '--timeout', '1ms', '--timeout', '3s'], printed: 'World' },
      { args: ['echo', 'Żółć 🎉 a b'], printed: 'Żółć 🎉 a b' },
    ])('takes arguments byte for byte: $args', async ({ args, printed }) => {
      const result = await request(args);
      expect(result.code).toBe(0);
      if (printed === undefined) expect(JSON.parse(result.stdout)).toMatchObject({ data: 'true' });
      else expect(result.stdout).toBe(`${printed}\n`);
    });

    it('reads the body from a pipe, a file as stdin, --file and "-", but never with a BODY', async () => {
      const file = join(createTempDir('body'), 'body.bin');
      const bytes = Buffer.from([0, 1, 2, 0xff, 0xfe, 10, 13, 10]);
      writeFileSync(file, bytes);
      for (const [args, options] of [
        [['echo', '--no-newline'], { stdin: bytes }],
        [['echo', '--no-newline'], { stdin: { file } }],
        [['echo', '--no-newline', '--file', file], {}],
        [['echo', '--no-newline', '-'], { stdin: bytes }],
      ] as const) {
        expect((await request(args, options)).stdoutBytes).toEqual(bytes);
      }
      expect((await request(['echo', 'argument'], { stdin: 'left alone' })).stdout).toBe('argument\n');
      expect((await request(['echo', '--no-stdin'], { stdin: 'left alone' })).stdout).toBe('\n');
      expect((await request(['echo'])).stdout).toBe('\n');
    });

    it('leaves stdin to the loop around it', async () => {
      const node = `"${process.execPath}" "${new URL('../../bin/natsctl.js', import.meta.url).pathname}"`;
      const loop = `printf 'a\\nb\\nc\\n' | while read x; do ${node} request -s ${server.url} echo "$x"; done`;
      expect(await runProgram('sh', ['-euc', loop])).toMatchObject({ code: 0, stdout: 'a\nb\nc\n' });
    });

    it('sends headers and shows those of the reply with --json', async () => {
      const result = await request(['echo', 'x', '-H', 'X-Id: a:b', '-H', 'X-Id:2', '--json']);
      const reply = JSON.parse(result.stdout);
      expect(reply).toEqual({
        subject: 'echo',
        data: 'x',
        headers: { 'X-Id': ['a:b', '2'] },
        rtt_ms: expect.any(Number),
      });
    });

    it('shows bytes that are no text as base64 with --json', async () => {
      const result = await request(['echo', '--json'], { stdin: Buffer.from([0xff, 0]) });
      expect(JSON.parse(result.stdout)).toMatchObject({ data_base64: '/wA=' });
    });

    it('tells the reply on stderr with --verbose', async () => {
      const result = await request(['echo', 'Hello, World!', '--verbose']);
      expect(result.stderr).toMatch(/^Received reply from echo: Hello, World! \(\d+\.\d\d ms\)\n$/);
    });

    it('answers a subject that is longer than the server takes with exit 2, and does not try again', async () => {
      const result = await request(['a'.repeat(5_000), 'x', '--retries', '3']);
      expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('max_control_line') });
    });

    it('answers no responders with exit 5, at once', async () => {
      // It does not wait for the time-out: it would be killed before.
      const result = await request(['nobody.home', 'x', '--timeout', '5m']);
      expect(result).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('nobody.home') });
    });

    it('answers a time-out with exit 6, naming the subject and the time', async () => {
      const result = await request(['silent', 'x', '--timeout', '150ms']);
      expect(result).toMatchObject({ code: 6, stdout: '', stderr: expect.stringMatching(/silent.*150 ms/) });
    });

    it('answers a service error with exit 7: its body on stdout, code and message on stderr', async () => {
      const result = await request(['faulty', 'x']);
      expect(result).toMatchObject({
        code: 7,
        stdout: 'no more of these\n',
        stderr: expect.stringMatching(/409.*out of stock/),
      });
      const json = await request(['faulty', 'x', '--json']);
      expect(json.code).toBe(7);
      expect(JSON.parse(json.stderr)).toMatchObject({ error: { kind: 'service_error', code: 409 } });
    });

    it('answers a denied subject with exit 4, naming it, and not by time-out', async () => {
      const result = await natsctl([
        'request',
        '-s',
        server.url,
        '--user',
        'few',
        '--password',
        's3cret',
        'secret.x',
        'x',
        '--timeout',
        '5m',
      ]);
      expect(result).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('secret.x') });
    });

    it('answers refused credentials with exit 4, and the password in no message', async () => {
      const args = ['request', '-s', server.url, '--user', 'all', '--password', 'wr0ng', 'echo', 'x', '--verbose'];
      const result = await natsctl(args);
      expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining('user "all", from --user') });
      expect(result.stderr).not.toContain('wr0ng');
    });

    it('refuses a body past the server’s limit with exit 2 and both sizes', async () => {
      const result = await request(['echo', 'x'.repeat(1_001)]);
      expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(/1001 bytes.*1000/) });
      expect((await request(['echo', 'x'.repeat(1_000)])).code).toBe(0);
    });

    it.each([
      ['', /empty/],
      ['a b', /character 2/],
      ['a..b', /character 3/],
      ['.a', /starts with a dot/],
      ['a.', /ends with a dot/],
      ['a.*', /wildcard \*.*character 3/],
      ['a.>', /wildcard >/],
    ])('refuses the subject %j with exit 2 and the reason', async (subject, reason) => {
      expect(await request([subject, 'x'])).toMatchObject({ code: 2, stderr: expect.stringMatching(reason) });
    });

    it('waits with --wait until somebody serves the subject', async () => {
      await using waiting = startNatsctl(['request', '-s', server.url, 'late', 'x', '--wait', '10s', '--verbose']);
      await waiting.waitForLine('stderr', /no responders/);
      const subscription = service.subscribe('late', { callback: (_, message) => message.respond('at last') });
      expect(await waiting.finished).toMatchObject({ code: 0, stdout: 'at last\n' });
      subscription.unsubscribe();
    });

    it('tries again with --retries, and gives up with the last error', async () => {
      const result = await request(['nobody.home', 'x', '--retries', '2', '--verbose']);
      expect(result.code).toBe(5);
      expect(result.stderr.match(/trying again/g)).toHaveLength(2);
    });

    it('ends with 130 at SIGINT and 143 at SIGTERM', async () => {
      for (const [signal, code] of [
        ['SIGINT', 130],
        ['SIGTERM', 143],
      ] as const) {
        await using waiting = startNatsctl(['request', '-s', server.url, 'gone', 'x', '--wait', '20s', '--verbose']);
        await waiting.waitForLine('stderr', /no responders/);
        expect(await waiting.stop(signal)).toMatchObject({ code, signal: null, stdout: '' });
      }
    });

    it('ends quietly where the reader of its stdout has gone', async () => {
      const node = `"${process.execPath}" "${new URL('../../bin/natsctl.js', import.meta.url).pathname}"`;
      const script = `set -o pipefail; ${node} request -s ${server.url} echo x | true`;
      expect(await runProgram('bash', ['-c', script])).toMatchObject({ code: 0, stderr: '' });
    });

    it.skipIf(tools.nats.path === undefined)('gets its reply from the peer’s nats reply', async () => {
      await using replier = startPeer(['reply', '-s', server.url, 'peer.greet', 'Hello from the peer']);
      const result = await request(['peer.greet', 'x', '--wait', '10s']);
      expect(result).toMatchObject({ code: 0, stdout: 'Hello from the peer\n' });
      await replier.stop('SIGINT');
    });
  });
}

describe('natsctl request without a server', () => {
  it('answers with exit 3 and says what to try', async () => {
    const result = await natsctl(['request', '-s', '127.0.0.1:1', 'a.b', 'x']);
    expect(result).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('nats://127.0.0.1:1') });
  });

  it('writes the error as JSON with --json', async () => {
    const result = await natsctl(['request', '-s', '127.0.0.1:1', 'a.b', 'x', '--json']);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { kind: 'connection' } });
  });

  it('also where the flags themselves are wrong', async () => {
    const result = await natsctl(['request', 'a.b', '--json', '--no-such-flag']);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: { kind: 'usage' } });
  });

  it.skipIf(tools.natsServer.path === undefined)('waits with --wait for a server that starts later', async () => {
    const probe = await startNatsServer();
    const { port, url } = probe;
    await probe[Symbol.asyncDispose]();
    await using waiting = startNatsctl(['request', '-s', url, 'a.b', 'x', '--wait', '10s', '--verbose']);
    await using _server = await startNatsServer({ port });
    await waiting.waitForLine('stderr', /no responders/);
    expect((await waiting.stop('SIGINT')).code).toBe(130);
  });
});
