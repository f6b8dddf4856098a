import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { membersOfGroup } from './processes.js';
import { startProgram } from './program.js';
import { waitUntil } from './wait-until.js';
import { watchWaiting } from './waiting.js';

it.skipIf(!existsSync(`/proc/${process.pid}/schedstat`))(
  'adds up what programs wait for a processor, those that came later as well',
  async () => {
    // One more than there are processors: at any time one of them waits.
    const count = availableParallelism() + 1;
    const loops = Array(count).fill('(while :; do :; done) &').join(' ');
    await using program = startProgram('sh', ['-c', `read _; ${loops} wait`], { stdin: { open: true } });
    const endWatch = watchWaiting(() => membersOfGroup(program.pid));
    program.stdin?.write('\n');
    await waitUntil(() => membersOfGroup(program.pid).length === count + 1);
    await delay(500);
    expect(endWatch()).toBeGreaterThan(250);
  },
);
