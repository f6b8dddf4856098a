import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headers as createHeaders, type Msg } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo, type OpenConnection } from '../services/connect-to.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { tools } from '../support/tools.js';
import { runCommand } from './run-command.js';

describe('request refuses before it connects', () => {
  const nowhere = ['--server', 'nats://127.0.0.1:1'];

  it.each([
    [[], 'SUBJECT is missing'],
    [['a', 'b', 'c'], 'one argument too many: "c"'],
    [['a..b'], 'invalid subject "a..b": two dots with nothing between them (character 3)'],
    [['a.*'], 'invalid subject "a.*": the wildcard * is for subscriptions only (character 3)'],
    [['a', 'b', '--retries', '-1'], '--retries: "-1" is not a whole number from 0 to 1000'],
    [['a', 'b', '--wait', 'long'], '--wait: "long" is not a duration'],
    [['a', 'b', '-H', 'no colon'], 'invalid header "no colon"'],
    [['a', 'b', '--file', 'c'], 'give either BODY or --file'],
    [['a', '--file', '/nowhere/at/all'], 'cannot read /nowhere/at/all: no such file'],
  ])('%j', async (argv, message) => {
    const { error, stdout } = await runCommand(['request', ...argv, ...nowhere]);
    expect(error).toMatchObject({ kind: 'usage', message });
    expect(stdout.text()).toBe('');
  });
});

describe.skipIf(tools.natsServer.path === undefined)('request', () => {
  let server: NatsServer;
  let responder: OpenConnection;

  function answer(subject: string, respond: (message: Msg) => void) {
    responder.nats.subscribe(subject, { callback: (_, message) => respond(message) });
  }

  const request = (argv: readonly string[], options?: { onTerminal: boolean }) =>
    runCommand(['request', '--server', server.url, '--no-stdin', ...argv], options);

  beforeAll(async () => {
    server = await startNatsServer();
    responder = await connectTo(server.url);
    answer('echo', (message) => message.respond(message.data, message.headers ? { headers: message.headers } : {}));
    answer('bytes', (message) => message.respond(Uint8Array.from([0xff, 0x00, 0x1b])));
    answer('hostile', (message) => message.respond('\u001b[2JGrüße\n'));
    answer('failing', (message) => {
      const headers = createHeaders();
      headers.set('Nats-Service-Error', 'name is empty');
      headers.set('Nats-Service-Error-Code', '400');
      message.respond(message.data, { headers });
    });
    await responder.confirm();
  });

  afterAll(async () => {
    await responder.close();
    await server[Symbol.asyncDispose]();
  });

  it.each([
    [['echo', 'World'], 'World\n'],
    [['echo', ''], '\n'],
    [['echo'], '\n'],
    [['echo', 'World', '--no-newline'], 'World'],
    [['hostile'], '\u001b[2JGrüße\n\n'],
  ])('%j prints the reply: %j', async (argv, text) => {
    const { code, stdout, stderr } = await request(argv);
    expect(code).toBe(0);
    expect(stdout.text()).toBe(text);
    expect(stderr.text()).toBe('');
  });

  it('prints bytes as they came', async () => {
    expect((await request(['bytes', '--no-newline'])).stdout.bytes()).toEqual(Buffer.from([0xff, 0x00, 0x1b]));
  });

  it.each([
    [['hostile'], '\\e[2JGrüße\n\n'],
    [['bytes'], '\\xff\\x00\\x1b\n'],
    [['hostile', '--raw'], '\u001b[2JGrüße\n\n'],
    [['hostile', '--raw', '--no-newline'], '\u001b[2JGrüße\n'],
  ])('shows on a terminal what would act on it, unless --raw: %j', async (argv, text) => {
    expect((await request(argv, { onTerminal: true })).stdout.text()).toBe(text);
  });

  it('sends a file byte for byte', async () => {
    const path = join(createTempDir('request'), 'body');
    const bytes = Buffer.from([0x00, 0xff, 0x0d, 0x0a]);
    writeFileSync(path, bytes);
    expect((await request(['echo', '--file', path, '--no-newline'])).stdout.bytes()).toEqual(bytes);
  });

  it('is with --json one object: subject as asked, data, headers and round trip', async () => {
    const { stdout } = await request(['echo', 'World', '-H', 'A:1', '-H', 'A:2', '--json']);
    expect(stdout.objects()).toEqual([
      { subject: 'echo', data: 'World', headers: { A: ['1', '2'] }, rtt_ms: expect.any(Number) },
    ]);
  });

  it('leaves out of the object what is absent, and gives bytes as base64', async () => {
    const { stdout } = await request(['bytes', '--json']);
    expect(stdout.objects()).toEqual([{ subject: 'bytes', data_base64: '/wAb', rtt_ms: expect.any(Number) }]);
  });

  it('tells with --verbose of the reply and its time on stderr', async () => {
    const { stdout, stderr } = await request(['echo', 'World', '--verbose']);
    expect(stdout.text()).toBe('World\n');
    expect(stderr.text()).toMatch(/^Received reply from echo: World \(\d+\.\d\d ms\)\n$/);
  });

  it('prints the body of a service error and fails with its code and message', async () => {
    const { error, stdout } = await request(['failing', 'what was sent']);
    expect(stdout.text()).toBe('what was sent\n');
    expect(error).toMatchObject({
      kind: 'service_error',
      message: 'failing answered with error 400: name is empty',
      details: { code: 400, subject: 'failing' },
    });
  });

  it('prints nothing where a service error has no body', async () => {
    const { error, stdout } = await request(['failing', '']);
    expect(stdout.text()).toBe('');
    expect(error).toMatchObject({ kind: 'service_error' });
  });

  it('gives the whole service error with --json', async () => {
    const { error, stdout } = await request(['failing', '', '--json']);
    expect(stdout.objects()).toMatchObject([
      {
        subject: 'failing',
        data: '',
        headers: { 'Nats-Service-Error': ['name is empty'], 'Nats-Service-Error-Code': ['400'] },
      },
    ]);
    expect(error).toMatchObject({ kind: 'service_error' });
  });

  it('tells with --verbose why it tries again', async () => {
    const { error, stderr } = await request(['nobody', '--retries', '1', '--verbose']);
    expect(error).toMatchObject({ kind: 'no_responders' });
    expect(stderr.text()).toMatch(/^no responders: nobody serves nobody on \S+; trying again in 1\d\d(\.\d+)? ms\n$/);
  });
});
