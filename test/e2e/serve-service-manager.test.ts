import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { canNotify, startNotifySocket } from '../support/notify-socket.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve under a service manager', () => {
  it.skipIf(!canNotify)('tells it of the start, the reload, that it lives, and the end', async () => {
    await using server = await startNatsServer();
    await using socket = await startNotifySocket();
    const module = join(createTempDir('notify'), 'env.mjs');
    const source = 'export const socket = () => String(process.env.NOTIFY_SOCKET);';
    writeFileSync(module, source);
    const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '200000' };
    await using pool = startNatsctl(['serve', module, '-s', server.url, '--watch', '--log', 'off'], { env });
    await socket.waitForLine('stdout', /^READY=1 STATUS=serving env with 1 worker$/m);
    await socket.waitForLine('stdout', /^WATCHDOG=1$/m);
    // What it is told by is nobody else's.
    expect((await natsctl(['request', '-s', server.url, 'env.socket', ''])).stdout).toBe('undefined\n');
    writeFileSync(module, `${source}\n//`);
    await socket.waitForLine('stdout', /^RELOADING=1 MONOTONIC_USEC=\d+$/m);
    await socket.waitForLine('stdout', /^READY=1/m, { nth: 2 });
    expect((await pool.stop()).code).toBe(0);
    await socket.waitForLine('stdout', /^STOPPING=1$/m);
    expect(pool.stderr.text()).not.toContain('systemd');
  });

  it('says so where it cannot tell it, and serves all the same', async () => {
    await using server = await startNatsServer();
    const env = { NOTIFY_SOCKET: '/nowhere/at/all', PATH: createTempDir('path') };
    await using pool = startNatsctl(['serve', 'greeter', '-s', server.url], { env });
    await pool.waitForLine('stderr', /^warning: systemd is not told how the service is: there is no systemd-notify$/m);
    expect((await pool.stop()).code).toBe(0);
  });
});
