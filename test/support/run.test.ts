import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startNatsServer } from './nats-server.js';
import { natsctl, peer, startNatsctl, startPeer } from './run.js';
import { natsServers, tools } from './tools.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('natsctl', () => {
  it('runs the built program', async () => {
    expect(await natsctl(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('starts it', async () => {
    await using running = startNatsctl(['--version']);
    expect(await running.finished).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it.skipIf(tools.nodes.some(({ path }) => path === undefined))('runs it under the Node asked for', async () => {
    for (const { name, path } of tools.nodes) {
      const { code, stderr } = await natsctl(['--version'], { node: path ?? '' });
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' });
    }
  });
});

for (const server of natsServers) {
  const isMissing = server.path === undefined || tools.nats.path === undefined;
  it.skipIf(isMissing)(`runs the peer against ${server.name}`, async () => {
    await using running = await startNatsServer({ binary: server.path ?? '' });
    const env = { NATS_URL: running.url };
    await using reply = startPeer(['reply', 'greet', 'Hello'], { env });
    await reply.waitForLine('stderr', /Listening on "greet"/);
    expect(await peer(['request', '--raw', 'greet', ''], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Hello\n/),
    });
    await reply.stop('SIGINT');
  });
}
