import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { NatsConnection } from 'nats';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/testing/index.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { runProgram, startProgram } from '../support/program.js';
import { publisherTo, startSub } from '../support/subscriber.js';
import { tools } from '../support/tools.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));
const MIB = 1024 ** 2;

/** The most memory that a process has had resident, in bytes; see proc_pid_status(5). */
function peakMemoryOf(pid: number): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** A `natsctl sub` whose stdout nobody reads until the test does. */
function startUnread(url: string, args: readonly string[]) {
  const child = spawn(process.execPath, [launcher, 'sub', '-s', url, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'close');
  return {
    child,
    pid: child.pid as number,
    stderr: () => stderr,
    async told(pattern: RegExp): Promise<void> {
      while (!pattern.test(stderr)) await once(child.stderr, 'data');
    },
    /** Reads all of stdout; gives what it was and the exit code. */
    async read(): Promise<{ bytes: number; code: number | null }> {
      let bytes = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      const [code] = await ended;
      return { bytes, code };
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      child.stdout.resume();
      await ended;
    },
  };
}

/** Publishes until it is stopped; the server takes it, or keeps it for those that are slow. */
async function flood(publisher: NatsConnection, subject: string, bytes: number, sizeBytes = 1_000): Promise<void> {
  const body = Buffer.alloc(sizeBytes, 'x');
  for (let sent = 0; sent < bytes; ) {
    for (let count = 0; count < 1_000; count++, sent += sizeBytes) publisher.publish(subject, body);
    await publisher.flush();
  }
}

const hasProc = process.platform === 'linux';

describe('a reader of stdout that reads nothing', () => {
  it.skipIf(tools.natsServer.path === undefined || !hasProc)(
    'holds the server back: memory stays bounded, and nothing is lost while the server waits',
    async () => {
      await using server = await startNatsServer({ config: 'write_deadline: "60s"\nmax_pending: 1GB' });
      await using publisher = await publisherTo(server.url);
      const [messages, size] = [300_000, 1_000];
      await using subscriber = startUnread(server.url, ['flood', '--raw', '--count', String(messages)]);
      await subscriber.told(/subscribed/);
      const before = peakMemoryOf(subscriber.pid);
      await flood(publisher, 'flood', messages * size, size);
      // All 300 MB are with the server, which has had time to send them; the program has pings of its own as well.
      await delay(3_000);
      expect(peakMemoryOf(subscriber.pid) - before).toBeLessThan(40 * MIB);
      expect(await subscriber.read()).toEqual({ bytes: messages * (size + 1), code: 0 });
      expect(subscriber.stderr()).not.toContain('lost');
    },
  );

  describe.skipIf(tools.natsServer.path === undefined)('where the server does not wait for it', () => {
    const config = 'write_deadline: "1s"\nmax_pending: 1GB';

    it('says that messages were lost, each time, and goes on', async () => {
      await using server = await startNatsServer({ config });
      await using publisher = await publisherTo(server.url);
      await using subscriber = startUnread(server.url, ['flood', '--raw']);
      await subscriber.told(/subscribed/);
      await flood(publisher, 'flood', 50 * MIB);
      await subscriber.told(/warning: slow consumer: messages lost until the reconnect\n/);
      await subscriber.told(/warning: reconnected to \S+: messages may have been missed\n/);
      const read = subscriber.read();
      await flood(publisher, 'flood', MIB);
      subscriber.child.kill('SIGTERM');
      const { bytes, code } = await read;
      expect(code).toBe(0);
      expect(bytes).toBeGreaterThan(MIB);
    });

    it('ends with 3 where there is a goal', async () => {
      await using server = await startNatsServer({ config });
      await using publisher = await publisherTo(server.url);
      await using subscriber = startUnread(server.url, ['flood', '--raw', '--count', '1000000']);
      await subscriber.told(/subscribed/);
      await flood(publisher, 'flood', 50 * MIB);
      await subscriber.told(/error: slow consumer: messages lost until the reconnect\n/);
      expect((await subscriber.read()).code).toBe(3);
    });
  });

  it('is not waited for at a signal', async () => {
    await using server = await startServer();
    await using publisher = await publisherTo(server.url);
    await using subscriber = startUnread(server.url, ['flood', '--raw']);
    await subscriber.told(/subscribed/);
    await flood(publisher, 'flood', 5 * MIB);
    subscriber.child.kill('SIGTERM');
    await subscriber.told(/warning: the reader of stdout took nothing for 1 s: messages lost\n/);
    expect((await subscriber.read()).code).toBe(0);
  });
});

it('ends with 0 at the next message where the reader has gone', async () => {
  await using server = await startServer();
  await using publisher = await publisherTo(server.url);
  const ready = join(createTempDir('ready'), 'ready');
  const line = `"$1" "$2" sub ticks --raw -s "$3" --ready-file "$4" | head -n 1; echo "status \${PIPESTATUS[0]}"`;
  const args = ['-c', line, 'bash', process.execPath, launcher, server.url, ready];
  await using pipe = startProgram('bash', args);
  await pipe.waitForLine('stderr', /subscribed/);
  publisher.publish('ticks', 'one');
  await pipe.waitForLine('stdout', /^one$/);
  const ticking = setInterval(() => publisher.publish('ticks', 'more'), 10);
  try {
    expect(await pipe.finished).toMatchObject({ code: 0, stdout: 'one\nstatus 0\n' });
  } finally {
    clearInterval(ticking);
  }
  expect(existsSync(ready)).toBe(false);
});

it('ends with 0 at the next message where stdout is closed from the start', async () => {
  await using server = await startServer();
  const script = '"$0" "$1" sub a --for 500ms --raw -s "$2" >&-';
  const result = await runProgram('sh', ['-c', script, process.execPath, launcher, server.url]);
  expect(result).toMatchObject({ code: 0 });
});

it('passes a message on within 10 ms', async () => {
  await using server = await startServer();
  await using publisher = await publisherTo(server.url);
  await using subscriber = await startSub(server.url, ['tick', '--raw']);
  const delays: number[] = [];
  for (let tick = 0; tick < 50; tick++) {
    const published = performance.now();
    publisher.publish('tick', String(tick));
    await subscriber.waitForLine('stdout', new RegExp(`^${tick}$`));
    delays.push(performance.now() - published);
  }
  const sorted = delays.toSorted((one, other) => one - other);
  // The machine may be busy with other tests: a fifth of them is enough to see that nothing is waited for.
  expect(sorted[10]).toBeLessThan(10);
});
