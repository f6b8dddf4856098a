import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { ProcessGroups } from '../../src/programs/index.js';

async function startGroup(): Promise<{ readonly group: number; readonly ended: Promise<unknown> }> {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  return { group: child.pid as number, ended };
}

it('are killed when this process exits, and told of', async () => {
  const emitter = new EventEmitter();
  const listener = vi.fn();
  const groups = new ProcessGroups(emitter, listener);
  const [first, second] = [await startGroup(), await startGroup()];
  groups.add(first.group);
  groups.add(second.group);
  groups.end(first.group);
  expect(await first.ended).toEqual([null, 'SIGKILL']);
  emitter.emit('exit');
  expect(await second.ended).toEqual([null, 'SIGKILL']);
  groups.end(first.group);
  expect(listener.mock.calls).toEqual([
    [first.group, true],
    [second.group, true],
    [first.group, false],
  ]);
});
