import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOwnServer } from '../connection/serving.js';
import { createNkeyUser, createOperator, nkeyConfig } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { natsServers } from '../support/tools.js';

const LOGIN = 'authorization { user: anna, password: hunter2 }';

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`--trace, with ${name}`, () => {
    let server: NatsServer;
    let url: string;

    beforeAll(async () => {
      server = await startNatsServer({ binary: binary ?? '', config: LOGIN });
      url = server.url.replace('//', '//anna:hunter2@');
    });
    afterAll(() => server[Symbol.asyncDispose]());

    it('shows the protocol both ways on stderr, and leaves stdout as it is', async () => {
      await using service = startNatsctl(['serve', 'greeter', '-s', url, '--log', 'off']);
      await service.waitForLine('stderr', /^serving greeter/);
      const result = await natsctl(['request', '-s', url, 'greeter.greet', 'World', '--trace']);
      expect(result).toMatchObject({ code: 0, stdout: 'Hello, World!\n' });
      const lines = result.stderr.split('\n').slice(0, -1);
      expect(lines[0]).toBe(`-- connected to 127.0.0.1:${server.port}`);
      expect(lines[1]).toMatch(/^<< INFO \{"server_id":/);
      expect(lines[2]).toMatch(/^>> CONNECT \{.*"user":"anna","pass":"\[masked\]"/);
      expect(result.stderr).toMatch(/^>> PUB greeter\.greet _INBOX\.\S+ 5 \| World$/m);
      expect(result.stderr).toMatch(/^<< H?MSG _INBOX\.\S+ 1 .*Hello, World!$/m);
      expect(lines.at(-1)).toBe('-- closed');
      expect(result.stderr).not.toContain('hunter2');
    });

    it('is JSON on stderr with --json', async () => {
      const { stderr, code } = await natsctl(['request', '-s', url, 'nobody.home', 'x', '--trace', '--json']);
      expect(code).toBe(5);
      const objects = stderr
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(objects).toContainEqual({
        level: 'trace',
        direction: 'out',
        line: expect.stringMatching(/^PUB nobody\.home/),
        payload: 'x',
      });
      expect(objects.at(-1)).toHaveProperty('error.kind', 'no_responders');
      expect(stderr).not.toContain('hunter2');
    });

    it('shows what a context is checked with', async () => {
      const env = { XDG_CONFIG_HOME: createTempDir('config') };
      expect(await natsctl(['context', 'add', 'prod', '-s', url], { env })).toMatchObject({ code: 0 });
      for (const args of [
        ['validate', 'prod'],
        ['show', 'prod'],
      ]) {
        const { code, stderr } = await natsctl(['context', ...args, '--connect', '--trace'], { env });
        expect(code).toBe(0);
        expect(stderr).toMatch(/^>> CONNECT \{.*"user":"anna","pass":"\[masked\]"/m);
      }
    });

    it('shows what each worker of a pool says, and which one it is', async () => {
      await using pool = startNatsctl(['serve', 'greeter', '-s', url, '-w', '2', '--log', 'off', '--trace']);
      await pool.waitForLine('stderr', /^serving greeter/);
      for (const worker of [1, 2]) {
        await pool.waitForLine('stderr', new RegExp(`^worker-${worker} >> SUB greeter\\.greet greeters 1$`));
      }
      const { stderr } = await pool.stop();
      expect(stderr).toMatch(/^worker-1 -- closed$/m);
      expect(stderr).not.toContain('hunter2');
    });

    it('says nothing without the flag', async () => {
      const { stderr } = await natsctl(['request', '-s', url, 'nobody.home', 'x']);
      expect(stderr).not.toMatch(/PUB|CONNECT/);
    });

    it('shows what a server said that refused the login', async () => {
      const { stderr, code } = await natsctl(['request', '-s', server.url, 'a', 'x', '--token', 'hunter2', '--trace']);
      expect(code).toBe(4);
      expect(stderr).toMatch(/^<< -ERR 'Authorization Violation'$/m);
      expect(stderr).not.toContain('hunter2');
    });
  });

  describe.skipIf(binary === undefined)(`--trace masks, with ${name}`, () => {
    it('what signs, and what is signed with', async () => {
      const nkey = createNkeyUser();
      const operator = await createOperator();
      const user = await operator.createUser();
      for (const [config, flags] of [
        [nkeyConfig(nkey), ['--nkey', nkey.seedFile]],
        [operator.config, ['--creds', user.credsFile]],
        ['authorization { token: hunter2 }', ['--token', 'hunter2']],
      ] as const) {
        await using server = await startNatsServer({ binary: binary ?? '', config });
        const { stderr, code } = await natsctl(['request', '-s', server.url, 'a', 'x', '--trace', ...flags]);
        expect(code).toBe(5);
        expect(stderr).toContain('[masked]');
        for (const secret of ['hunter2', user.jwt, user.seed, nkey.seed]) expect(stderr).not.toContain(secret);
        expect(stderr).not.toMatch(/"sig":"(?!\[masked\])/);
      }
    });

    it('nothing that TLS hides: it shows the protocol as it is inside', async () => {
      const certificates = await createCertificates();
      await using server = await startNatsServer({ binary: binary ?? '', config: tlsConfig(certificates) });
      const url = server.url.replace('nats:', 'tls:');
      const { stderr } = await natsctl(['request', '-s', url, '--tlsca', certificates.ca, 'a', 'x', '--trace']);
      expect(stderr).toMatch(/^-- encrypted: TLSv1\.3, TLS_\w+$/m);
      expect(stderr).toMatch(/^>> PUB a _INBOX/m);
    });
  });
}

describe('--trace where natsctl brings the server', () => {
  it('shows what the services of run say', async () => {
    const { stderr, code } = await natsctl(['run', '--serve', 'greeter', '--trace', '--', 'true']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^worker-1 >> SUB greeter\.greet greeters 1$/m);
  });

  it('shows what is said in place of a greeting', async () => {
    await using server = await startOwnServer((socket) => socket.write('SSH-2.0-x\r\n'));
    const { stderr, code } = await natsctl(['request', '-s', server.url, 'a', 'x', '--trace']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^<< SSH-2\.0-x$/m);
  });

  it('keeps its own meaning for server: what its clients say', async () => {
    await using server = startNatsctl(['server', '--port', '0', '--trace']);
    const [, url = ''] = await server.waitForLine('stderr', /^listening at (\S+?);/);
    await natsctl(['request', '-s', url, 'a', 'x']);
    await server.waitForLine('stderr', /<- 1 PUB a /);
  });
});
