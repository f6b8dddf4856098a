import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import type { FromWorker } from '../../src/workers/messages.js';
import { spawnWorker, type WorkerExit } from '../../src/workers/worker-process.js';
import { createTempDir } from '../support/guardian.js';
import { isAlive } from '../support/processes.js';
import { waitUntil } from '../support/wait-until.js';
import { assignmentFor } from './fake-workers.js';

/** What the supervisor hears, in this order. */
type Event = { readonly heard: FromWorker } | { readonly exit: WorkerExit };

/** Starts a worker process that runs this script. */
function spawn(script: string) {
  const path = join(createTempDir('worker'), 'worker.mjs');
  writeFileSync(path, script);
  const events: Event[] = [];
  let tell: () => void = () => undefined;
  const note = (event: Event) => {
    events.push(event);
    tell();
    worker.onEvent?.();
  };
  const listener = {
    onMessage: (heard: FromWorker) => note({ heard }),
    onExit: (exit: WorkerExit) => note({ exit }),
  };
  const worker = {
    process: spawnWorker(assignmentFor(1), listener, pathToFileURL(path)),
    /** Called at each event from now on. */
    onEvent: undefined as (() => void) | undefined,
    /** Waits for so many events since its start. */
    async until(number: number): Promise<readonly Event[]> {
      while (events.length < number) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
      return events;
    },
  };
  return worker;
}

/** Waits for a process to die, and lets nothing else happen meanwhile. */
function waitForDeath({ process }: ReturnType<typeof spawn>): void {
  while (isAlive(process.pid ?? 0));
}

const echo = 'process.on("message", (message) => process.send(message));';

it('a worker gets its assignment, and is told to drain', async () => {
  const worker = spawn(echo);
  worker.process.drain(10_000);
  expect(await worker.until(2)).toEqual([
    { heard: { type: 'start', assignment: expect.objectContaining({ worker: 1 }), noteDescriptor: 4 } },
    { heard: { type: 'drain', graceMs: 10_000 } },
  ]);
  worker.process.kill();
  expect((await worker.until(3)).at(-1)).toEqual({ exit: { code: null, signal: 'SIGKILL' } });
});

it('its last words are heard before its end, however busy the supervisor is', async () => {
  const lastWords = { type: 'drained', unanswered: 3 };
  const script = `process.on("message", ({ type }) => {
    if (type === "start") process.send({ type: "ready" });
    else process.send(${JSON.stringify(lastWords)}, () => process.exit(0));
  });`;
  const first = spawn(script);
  const last = spawn(script);
  await Promise.all([first.until(1), last.until(1)]);

  first.process.drain(10_000);
  waitForDeath(first);
  // Node now has to read the first one's words and its end. While it does, the last one dies, and Node learns of
  // both ends at once, before it has read what the last one said.
  first.onEvent = () => {
    first.onEvent = undefined;
    last.process.drain(10_000);
    waitForDeath(last);
  };
  expect(await last.until(3)).toEqual([
    { heard: { type: 'ready' } },
    { heard: lastWords },
    { exit: { code: 0, signal: null } },
  ]);
  expect(await first.until(3)).toHaveLength(3);
});

it('the end of a worker that cannot run is told once', async () => {
  const worker = spawn('process.exit(1);');
  expect(await worker.until(1)).toEqual([{ exit: { code: 1, signal: null } }]);
});

it('a worker that is killed leaves none of the process groups that it told of', async () => {
  const worker = spawn(`
    import { spawn } from 'node:child_process';
    const groups = [1, 2].map(() => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).pid);
    for (const group of groups) process.send({ type: 'program', group, isRunning: true });
    process.send({ type: 'program', group: groups[1], isRunning: false });
    process.send(groups);
    setInterval(() => undefined, 60_000);
  `);
  const [first] = await worker.until(1);
  const [killed, left] = (first as { heard: unknown }).heard as [number, number];
  worker.process.kill();
  expect(await worker.until(2)).toMatchObject([{}, { exit: { signal: 'SIGKILL' } }]);
  await waitUntil(() => !isAlive(killed));
  expect(isAlive(left)).toBe(true);
  process.kill(left, 'SIGKILL');
});

it.skipIf(process.platform !== 'linux')(
  'the note of a worker has no name while it runs, and is closed at its end',
  async () => {
    const temporary = createTempDir('notes');
    vi.stubEnv('TMPDIR', temporary);
    const worker = spawn(`${echo} process.send('up');`);
    vi.unstubAllEnvs();
    await worker.until(2);
    expect(readdirSync(temporary)).toEqual([]);
    expect(openIn(temporary)).toHaveLength(1);
    worker.process.kill();
    await worker.until(3);
    expect(openIn(temporary)).toEqual([]);
  },
);

/** What this process has open in a folder. */
function openIn(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${descriptor}`);
      return target.startsWith(folder) ? target : [];
    } catch {
      // That of the listing itself.
      return [];
    }
  });
}
