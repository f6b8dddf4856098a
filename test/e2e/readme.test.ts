import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { runProgram } from '../support/program.js';
import { tools } from '../support/tools.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));

/** The PATH with a natsctl on it, as an install gives it. */
function installedPath(): string {
  const bin = createTempDir('bin');
  symlinkSync(launcher, join(bin, 'natsctl'));
  return `${bin}:${process.env['PATH']}`;
}

describe.skipIf(tools.natsServer.path === undefined)('the README', () => {
  it('has a CI script that works as it stands', async () => {
    const script = /```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
    await using server = await startNatsServer();
    const env = { PATH: installedPath(), NATS_URL: server.url };
    const result = await runProgram('sh', ['-c', script], { env, cwd: createTempDir('ci') });
    expect(result).toMatchObject({ code: 0, stdout: 'nobody serves it, as expected\n' });
  });
});
