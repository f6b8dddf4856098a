import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { runProgram } from '../support/program.js';
import { natsctl } from '../support/run.js';
import { publisherTo } from '../support/subscriber.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
const full = 'exec "$@" >/dev/full';

describe.skipIf(process.platform !== 'linux')('where stdout has no space left', () => {
  const commands: [name: string, args: string[], input?: string][] = [
    ['request', ['request', 'a', 'x']],
    ['request --lines', ['request', 'a', '--lines'], 'x\ny\n'],
    ['rtt', ['rtt', '-n', '1']],
    ['doctor', ['doctor']],
    ['completion', ['completion', 'bash']],
    ['sub', ['sub', 'tick', '--count', '1', '--for', '5s']],
    ['sub --report', ['sub', 'tick', '--report', '--count', '1', '--for', '5s']],
    ['sub --json', ['sub', 'tick', '--json', '--count', '1', '--for', '5s']],
  ];
  for (const [name, args, stdin = ''] of commands) {
    it(`says so, once, and ends with 2: ${name}`, async () => {
      await using server = await startServer();
      await using client = await publisherTo(server.url);
      client.subscribe('a', { callback: (_error, message) => message.respond('b') });
      const ticks = setInterval(() => client.publish('tick', 'x'), 50);
      const env = { NATS_URL: server.url };
      const result = await runProgram('sh', ['-c', full, 'sh', process.execPath, launcher, ...args], { env, stdin });
      clearInterval(ticks);
      expect(result.code).toBe(2);
      const lines = result.stderr.split('\n').filter((line) => /cannot|defect/.test(line));
      const message = 'cannot write the output: no space left on device';
      expect(lines).toEqual([
        name.endsWith('--json') ? JSON.stringify({ error: { kind: 'usage', message } }) : `error: ${message}`,
      ]);
    });
  }
});

it('leaves no part of a message where a dump finds no space for all of it', async () => {
  await using server = await startServer();
  await using client = await publisherTo(server.url);
  const directory = createTempDir('dump');
  // The limit of a file's size, in blocks of 512 bytes, and without the signal that would end the program.
  const limited = 'trap \'\' XFSZ; ulimit -f 8; exec "$@"';
  const args = ['sub', 'a', '--dump', directory, '--count', '2', '--for', '5s'];
  const env = { NATS_URL: server.url, NODE_DISABLE_COMPILE_CACHE: '1' };
  const running = runProgram('sh', ['-c', limited, 'sh', process.execPath, launcher, ...args], { env });
  await expect.poll(() => server.connections().flatMap(({ subjects }) => subjects)).toContain('a');
  client.publish('a', 'small');
  client.publish('a', Buffer.alloc(10_000));
  const { code, stderr } = await running;
  expect(stderr).toContain(`1 message written to ${directory}\nerror: --dump: cannot write to ${directory}: `);
  expect(code).toBe(2);
  expect(readdirSync(directory)).toEqual(['00000001-a']);
});

/** Without what lets root write where nobody may. */
const asOthers = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : ['env'];
const [program = '', ...programArgs] = asOthers;

it.skipIf(spawnSync(program, [...programArgs, 'true']).status !== 0)(
  'refuses a folder that it may not write to before it subscribes',
  async () => {
    const directory = createTempDir('dump');
    chmodSync(directory, 0o500);
    await using server = await startServer();
    const env = { NATS_URL: server.url };
    expect(await natsctl(['sub', 'a', '--dump', directory], { env, through: asOthers })).toMatchObject({
      code: 2,
      stderr: `error: --dump: cannot write to ${directory}: permission denied\n`,
    });
    expect(await natsctl(['sub', 'a', '--ready-file', join(directory, 'r')], { env, through: asOthers })).toMatchObject(
      {
        code: 2,
        stderr: `error: cannot use the ready file ${join(directory, 'r')}: permission denied\n`,
      },
    );
  },
);
