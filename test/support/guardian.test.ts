import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGuardian } from './guardian.js';
import { waitUntil } from './wait-until.js';

it('kills what is still guarded and removes the scratch directory when its pipe closes', async () => {
  const guardian = startGuardian();
  writeFileSync(join(guardian.scratchDir, 'file'), '');
  const guarded = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const released = spawn('sleep', ['60'], { stdio: 'ignore' });
  guardian.guard(-Number(guarded.pid));
  guardian.guard(Number(released.pid));
  guardian.release(Number(released.pid));

  guardian.end();
  // 'close' needs the end of the sleep, too, which holds the pipe.
  expect(await once(guarded, 'close')).toEqual([null, 'SIGKILL']);
  await waitUntil(() => !existsSync(guardian.scratchDir));

  expect(released.exitCode ?? released.signalCode).toBeNull();
  released.kill();
});
