import { describe, expect, it } from 'vitest';
import { startPool } from '../support/pool.js';
import { peer, startPeer } from '../support/run.js';
import { tools } from '../support/tools.js';
import { waitUntil } from '../support/wait-until.js';
import { type RunningTarget, targets } from './targets.js';

for (const target of targets) {
  describe.skipIf(target.isMissing || tools.nats.path === undefined)(`the peer with ${target.name}`, () => {
    it('publishes to a subscriber', async () => {
      await using server = await target.start({ monitor: true });
      const env = { NATS_URL: server.url };
      await using sub = startPeer(['sub', 'orders.>', '--count', '2'], { env });
      await waitUntil(async () => (await subjects(server)).includes('orders.>'));
      const published = await peer(['pub', 'orders.new', 'hello', '--count', '2', '-H', 'A:b'], { env });
      expect(published.code).toBe(0);
      const { code, stdout } = await sub.finished;
      expect(code).toBe(0);
      expect(stdout.match(/A: b\n\nhello/g)).toHaveLength(2);
    });

    it('finds the workers of a pool of ours', async () => {
      await using server = await target.start();
      const env = { NATS_URL: server.url };
      await using pool = await startPool(server.url, '--workers', '2');
      const listed = await peer(['service', 'list', '--json'], { env });
      expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'greeter' }, { name: 'greeter' }]);
      const answer = await peer(['request', '--raw', 'greeter.greet', 'Anna'], { env });
      expect(answer.stdout).toMatch(/^Hello, Anna!/);
      expect((await pool.stop()).code).toBe(0);
    });

    it('requests from its own reply', async () => {
      await using server = await target.start();
      const env = { NATS_URL: server.url };
      await using reply = startPeer(['reply', 'greet', 'Hello {{.Request}}'], { env });
      await reply.waitForLine('stderr', /Listening on "greet"/);
      const answer = await peer(['request', '--raw', 'greet', 'Anna'], { env });
      expect(answer).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Hello Anna\n/) });
      const nobody = await peer(['request', 'nobody', ''], { env });
      expect(nobody.stderr + nobody.stdout).toContain('No responders are available');
    });

    it('measures publish, subscribe and request', async () => {
      await using server = await target.start();
      const env = { NATS_URL: server.url };
      const flags = ['--msgs', '2000', '--size', '64', '--no-progress'];
      await using service = startPeer(['bench', 'service', 'serve', 'b', '--no-progress'], { env });
      const published = await peer(['bench', 'pub', 'bench.pub', ...flags], { env });
      expect(published).toMatchObject({ code: 0, stdout: expect.stringContaining('msgs/sec') });
      const requested = await peer(['bench', 'service', 'request', 'b', ...flags], { env });
      expect(requested).toMatchObject({ code: 0, stdout: expect.stringContaining('msgs/sec') });
      await service.stop('SIGINT');
    });
  });
}

async function subjects(server: RunningTarget): Promise<string[]> {
  const page = await (await fetch(`${server.monitorUrl}/connz?subs=1`)).json();
  const { connections } = page as { connections: Array<{ subscriptions_list?: string[] }> };
  return connections.flatMap(({ subscriptions_list: list = [] }) => list);
}
