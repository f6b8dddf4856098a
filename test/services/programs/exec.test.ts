import { readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { headers as createHeaders } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempDir } from '../../support/guardian.js';
import { type NatsServer, startNatsServer } from '../../support/nats-server.js';
import { isAlive } from '../../support/processes.js';
import { natsServers } from '../../support/tools.js';
import { waitUntil } from '../../support/wait-until.js';
import { hostileText, hostileToken, randomFrom } from './hostile.js';
import { outcomeOf, serveProgram } from './serving.js';

const MAX_PAYLOAD = 65_536;

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`a program that is run for each request, on ${name}`, () => {
    let server: NatsServer;
    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config: `max_payload: ${MAX_PAYLOAD}` });
    });
    afterAll(() => server[Symbol.asyncDispose]());
    const serve = (script: string, options = {}, ...args: readonly string[]) =>
      serveProgram(server.url, 'exec', ['sh', '-c', script, 'sh', ...args], options);

    it('has the body on stdin, the rest in its environment, and its own arguments alone', async () => {
      await using served = await serve(
        'printf "%s|" "$NATS_SUBJECT" "$NATS_HEADER_X_ID" "$@"; cat',
        {},
        '{subject}',
        '',
      );
      const headers = createHeaders();
      headers.append('X-Id', '$(id)');
      headers.append('X-Id', 'b');
      const reply = await served.ask('body\n\0', { subject: 'test.$(id)', headers });
      expect(outcomeOf(reply)).toBe('test.$(id)|$(id),b|{subject}||body\n\0');
    });

    it('knows the reply subject', async () => {
      await using served = await serve('printf "%s" "$NATS_REPLY"');
      expect(outcomeOf(await served.ask(''))).toMatch(/^_INBOX\./);
    });

    it('answers with its stdout, byte for byte', async () => {
      await using served = await serve('cat');
      for (const body of ['', '\n', 'a\n', '\xff\0']) {
        expect(outcomeOf(await served.ask(Buffer.from(body, 'latin1')))).toBe(body);
      }
      const large = Buffer.alloc(MAX_PAYLOAD - 1_000, 'x');
      expect(Buffer.from((await served.ask(large)).data).equals(large)).toBe(true);
    });

    it.each([
      ['echo first >&2; echo "no such order" >&2; echo out; exit 3', '500 no such order'],
      ['printf "a\\tb\\033[1m\\n\\n" >&2; exit 3', '500 a b [1m'],
      ['exit 3', '500 sh: exit 3'],
      ['kill -9 $$', '500 sh: SIGKILL'],
    ])('fails where it ends so: %s', async (script, error) => {
      await using served = await serve(script);
      expect(outcomeOf(await served.ask(''))).toBe(error);
    });

    it('has its stderr in the log, also where all is well', async () => {
      await using served = await serve('echo one >&2; echo two >&2; echo done');
      expect(outcomeOf(await served.ask(''))).toBe('done\n');
      expect(served.logged).toEqual(['one', 'two']);
    });

    it('is killed at the deadline, and all that it started', async () => {
      await using served = await serve('sleep 600 & echo "$$ $!" >&2; wait', { handlerTimeoutMs: 2_000 });
      expect(outcomeOf(await served.ask(''))).toBe('504 no answer within 2 s');
      const pids = (served.logged[0] ?? '').split(' ').map(Number);
      expect(pids).toHaveLength(2);
      await waitUntil(() => !pids.some(isAlive));
    });

    it('is waited for in a drain, and killed at its deadline then too', async () => {
      await using served = await serve('echo $$ >&2; exec sleep "$(cat)"', { handlerTimeoutMs: 2_000 });
      const replies = [served.ask('0.5'), served.ask('600')];
      await waitUntil(() => served.logged.length === 2);
      await served.service.drain();
      expect((await Promise.all(replies)).map(outcomeOf)).toEqual(['', '504 no answer within 2 s']);
      await waitUntil(() => !served.logged.map(Number).some(isAlive));
    });

    it('is killed where the worker exits', async () => {
      await using served = await serve('sleep 600 & echo "$$ $!" >&2; wait');
      const reply = served.ask('');
      await waitUntil(() => served.logged.length === 1);
      served.exit();
      const pids = (served.logged[0] ?? '').split(' ').map(Number);
      await waitUntil(() => !pids.some(isAlive));
      expect(outcomeOf(await reply)).toBe(`500 ${served.logged[0]}`);
    });

    it('is killed where it writes more than the server takes', async () => {
      await using served = await serve('echo $$ >&2; exec cat /dev/zero');
      expect(outcomeOf(await served.ask(''))).toBe(
        `500 sh wrote more than the ${MAX_PAYLOAD} bytes that the server takes`,
      );
      expect(served.logged.map(Number).some(isAlive)).toBe(false);
    });

    it('has headers in its environment whose names the client refuses', async () => {
      await using served = await serve('env | grep ^NATS_HEADER_ | sort');
      await using raw = await openSocket(server.port);
      const headers = 'NATS/1.0\r\nA b\u0001: 1\r\n;$(id): 2\r\n\r\n';
      raw.socket.write('CONNECT {"headers":true,"verbose":false}\r\nSUB back 1\r\n');
      raw.socket.write(`HPUB test.it back ${headers.length} ${headers.length}\r\n${headers}\r\n`);
      await raw.heard(/^MSG back 1 \d+\r\nNATS_HEADER_A_B_=1\nNATS_HEADER____ID_=2\n/m);
      expect(outcomeOf(await served.ask(''))).toBe('');
    });

    it('need not read its stdin', async () => {
      await using served = await serve('exec <&-; echo done');
      expect(outcomeOf(await served.ask(Buffer.alloc(60_000)))).toBe('done\n');
    });

    it('is not started where the headers do not fit its environment; the next one is', async () => {
      await using served = await serveProgram(server.url, 'exec', ['env']);
      const headers = createHeaders();
      headers.append('A', 'x'.repeat(200_000));
      await using larger = await startNatsServer({ binary: binary ?? '' });
      await using there = await serveProgram(larger.url, 'exec', ['env']);
      expect(outcomeOf(await there.ask('', { headers }))).toBe(
        '500 env: not started: its arguments and environment are too large (E2BIG)',
      );
      expect(outcomeOf(await there.ask(''))).toContain('NATS_SUBJECT=test.it\n');
      expect(outcomeOf(await served.ask(''))).not.toContain('NATS_HEADER_A');
    });
  });
}

describe.skipIf(natsServers[0]?.path === undefined)('hostile requests to --exec', () => {
  it('reach neither a shell nor the arguments', { timeout: 120_000 }, async () => {
    await using server = await startNatsServer();
    const canaries = createTempDir('canaries');
    await using served = await serveProgram(
      server.url,
      'exec',
      ['sh', '-c', 'printf "%s|" "$#" "$1"; cat', 'sh', 'one'],
      {
        handlerTimeoutMs: 60_000,
      },
    );
    const random = randomFrom(7);
    let left = Number(process.env['NATSCTL_HOSTILE_RUNS'] ?? 1_000);
    const client = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const body = hostileText(random, canaries);
        const headers = createHeaders();
        headers.append('X-A', hostileText(random, canaries).replace(/[\r\n]/g, ' '));
        const subject = `test.${hostileToken(random, canaries)}`;
        const reply = await served.ask(body, { subject, headers });
        expect(Buffer.from(reply.data).toString()).toBe(`1|one|${Buffer.from(body)}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    expect(readdirSync(canaries)).toEqual([]);
  });
});

/** A connection that says what the client would not. */
async function openSocket(port: number) {
  const socket = createConnection(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  return {
    socket,
    heard: (pattern: RegExp) => waitUntil(() => pattern.test(text)),
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}
