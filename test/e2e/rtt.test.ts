import { describe, expect, it } from 'vitest';
import { unusedPort } from '../connection/serving.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { natsServers } from '../support/tools.js';

for (const { name, path: binary } of natsServers) {
  describe.skipIf(binary === undefined)(`natsctl rtt, with ${name}`, () => {
    it('prints what it has measured, exit 0', async () => {
      await using server = await startNatsServer({ binary: binary ?? '', config: 'server_name: "one"' });
      const result = await natsctl(['rtt', '-s', server.url, '-n', '3']);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toMatch(
        /^nats:\S+ {2}127\.0\.0\.1:\d+\n {2}round trip {2}min \S+ ms, median \S+ ms, mean \S+ ms, max \S+ ms \(of 3\)\n {2}connect {5}\S+ ms\n {2}TLS {9}none, in plain\n {2}login {7}none, and none asked for\n {2}server {6}NATS server 2\.\S+, one\n$/,
      );
    });

    it('prints an object for each address with --json; takes the count as the nats command does', async () => {
      await using server = await startNatsServer({ binary: binary ?? '', config: 'authorization { token: hunter2 }' });
      const result = await natsctl(['rtt', '-s', server.url, '--token', 'hunter2', '--json', '2']);
      expect(JSON.parse(result.stdout)).toMatchObject({
        server: server.url,
        address: `127.0.0.1:${server.port}`,
        rtt_ms: expect.any(Number),
        round_trips: 2,
        connect_ms: expect.any(Number),
        tls: false,
        auth: 'token',
        auth_status: 'accepted',
        version: expect.stringMatching(/^2\./),
      });
      expect(result.stdout + result.stderr).not.toContain('hunter2');
    });

    it('shows each failure, and ends with the gravest', async () => {
      await using server = await startNatsServer({ binary: binary ?? '', config: 'authorization { token: right }' });
      const port = await unusedPort();
      const list = `nats://127.0.0.1:${port},nats://hunter2@127.0.0.1:${server.port}`;
      const result = await natsctl(['rtt', '-s', list, '--json']);
      expect(result.code).toBe(4);
      const kinds = result.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { error: { kind: string } }).error.kind);
      expect(kinds).toEqual(['connection', 'authorization']);
      expect(JSON.parse(result.stderr)).toMatchObject({ error: { kind: 'authorization', servers: 2, unreached: 2 } });
      expect(result.stdout + result.stderr).not.toContain('hunter2');
    });
  });
}

describe('natsctl rtt', () => {
  it('ends with 3 where nothing listens', async () => {
    const port = await unusedPort();
    const result = await natsctl(['rtt', '-s', `127.0.0.1:${port}`]);
    expect(result).toMatchObject({ code: 3, stdout: expect.stringContaining('connection refused') });
  });

  it.each([
    [['-n', '0'], '--count: "0" is not a whole number from 1 to 100000'],
    [['x'], 'COUNT: "x" is not a whole number from 1 to 100000'],
    [['3', '-n', '3'], 'COUNT and --count say the same: give one'],
    [['3', '4'], 'one argument too many: "4"'],
  ])('refuses %j', async (args, message) => {
    expect(await natsctl(['rtt', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
