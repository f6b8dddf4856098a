import { describe, expect, it } from 'vitest';
import { unusedPort } from '../connection/serving.js';
import { createOperator } from '../support/credentials.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { natsServers } from '../support/tools.js';

interface Line {
  readonly check: string;
  readonly status: string;
}

function linesOf(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`natsctl doctor, with ${name}`, () => {
    it('prints what it has found, part by part, exit 0', async () => {
      await using server = await startNatsServer({ binary: binary ?? '', config: 'authorization { token: hunter2 }' });
      const env = { NATS_URL: server.url, NATS_TOKEN: 'hunter2' };
      const { code, stdout, stderr } = await natsctl(['doctor'], { env });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`  server           ${server.url}  (NATS_URL)\n`);
      expect(stdout).toContain('  token            [masked]  (NATS_TOKEN)\n');
      expect(stdout).toMatch(/^ {2}ok {7}login {9}let in: token, from NATS_TOKEN/m);
      expect(stdout).toMatch(/\n0 failures, 0 warnings: all is well\n$/);
      expect(stdout).not.toContain('hunter2');
      expect(stdout).not.toContain('\u001b');
    });

    it('prints an object a line with --json, and ends with the exit code of the gravest failure', async () => {
      const operator = await createOperator();
      const user = await operator.createUser({ expiresAt: new Date(Date.now() - 60_000) });
      await using server = await startNatsServer({ binary: binary ?? '', config: operator.config });
      const args = ['doctor', '-s', server.url, '--creds', user.credsFile, '--json'];
      const { code, stdout, stderr } = await natsctl(args);
      expect(code).toBe(4);
      const lines = linesOf(stdout);
      expect(lines[0]).toEqual({ check: 'setting', status: 'ok', name: 'server', value: server.url, from: '--server' });
      expect(lines).toContainEqual(
        expect.objectContaining({
          check: 'login',
          status: 'failure',
          server: server.url,
          address: `127.0.0.1:${server.port}`,
          kind: 'authorization',
          hint: expect.any(String),
        }),
      );
      expect(lines.at(-1)).toEqual({ check: 'summary', status: 'failure', failures: 2, warnings: 0 });
      expect(JSON.parse(stderr)).toMatchObject({ error: { kind: 'authorization', failures: 2 } });
      for (const secret of [user.seed, user.jwt]) expect(stdout + stderr).not.toContain(secret);
    });

    it('sees with --trace what it does, secrets masked', async () => {
      await using server = await startNatsServer({
        binary: binary ?? '',
        config: 'authorization { user: a, pass: b }',
      });
      const url = server.url.replace('//', '//a:hunter2@');
      const { code, stdout, stderr } = await natsctl(['doctor', '-s', url, '--trace']);
      expect(code).toBe(4);
      expect(stderr).toMatch(/^>> CONNECT .*\[masked\]/m);
      expect(stdout + stderr).not.toContain('hunter2');
    });
  });
}

describe('natsctl doctor', () => {
  it('ends with 3 where nothing listens, and with 2 where the settings are wrong', async () => {
    const port = await unusedPort();
    const refused = await natsctl(['doctor', '-s', `127.0.0.1:${port}`]);
    expect(refused).toMatchObject({ code: 3, stdout: expect.stringContaining('failure  tcp') });
    const wrong = await natsctl(['doctor', '-s', 'nats://a:hunter2@', '--user', 'x', '--token', 'hunter2']);
    expect(wrong).toMatchObject({ code: 2, stdout: expect.stringContaining('failure  settings') });
    expect(wrong.stdout + wrong.stderr).not.toContain('hunter2');
  });

  it('reports a proxy variable, an empty flag, and a time-out that is none', async () => {
    for (const [args, env] of [
      [[], { NATS_SOCKS_PROXY: 'x' }],
      [['--creds', ''], {}],
      [['--timeout', '5'], {}],
      [['--context', 'a', '--no-context'], {}],
    ] as const) {
      const port = await unusedPort();
      const { code, stdout } = await natsctl(['doctor', '-s', `127.0.0.1:${port}`, ...args], { env });
      expect(code).toBe(2);
      expect(stdout).toContain('failure  settings');
      expect(stdout).toContain('failure  tcp');
    }
  });

  it('is coloured where a person wants it', async () => {
    const port = await unusedPort();
    const env = { FORCE_COLOR: '1' };
    const { stdout } = await natsctl(['doctor', '-s', `127.0.0.1:${port}`], { env });
    expect(stdout).toContain('\u001b[31mfailure');
  });

  it('takes no argument', async () => {
    expect(await natsctl(['doctor', 'x'])).toMatchObject({ code: 2, stdout: '' });
  });
});
