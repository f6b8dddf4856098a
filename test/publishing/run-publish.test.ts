import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/output/streams.js';
import { type PublishTask, runPublish, toMessageOf } from '../../src/publishing/index.js';
import { startServer } from '../../src/testing/index.js';
import { failureOf, planFor } from '../connection/planning.js';
import { greetAndRead, startOwnServer } from '../connection/serving.js';
import { memoryStream } from '../output/memory-stream.js';

/** Publishes lines of JSON, and what was told on stderr. */
function publish(url: string, inputs: PublishTask['inputs'], options: Partial<PublishTask> = {}) {
  const stderr = memoryStream();
  const style = { json: false, quiet: false, verbose: false, color: true };
  const output = createOutput(style, { stdout: memoryStream(), stderr, env: {} });
  const common = { subject: undefined, reply: undefined, noReply: false, headers: undefined, templates: false };
  const task: PublishTask = {
    plan: planFor(url),
    inputs,
    toMessage: toMessageOf('ndjson', common),
    pieceName: 'line',
    isOne: false,
    skipBad: false,
    intervalMs: undefined,
    hintsAtTemplates: true,
    fraction: () => undefined,
    showsProgress: true,
    ...options,
  };
  return { publishing: runPublish(task, output), stderr };
}

const line = (data: string): Buffer => Buffer.from(JSON.stringify({ subject: 'a', data }));

describe('publishing', () => {
  it('asks for no more input once the server is gone', async () => {
    let asked = 0;
    await using server = await startOwnServer((socket) => {
      greetAndRead(socket, (text) => {
        if (text === 'PING') socket.write('PONG\r\n');
        if (text === '3') socket.destroy();
      });
    });
    async function* inputs() {
      for (;;) {
        asked += 1;
        yield [line(String(asked))];
        await new Promise(setImmediate);
      }
    }
    const { publishing } = publish(server.url, inputs());
    expect(await failureOf(() => publishing.done)).toMatchObject({
      kind: 'connection',
      details: { confirmed: expect.any(Number), in_doubt: expect.any(Number) },
    });
    // One that was asked for by then may still come.
    await new Promise(setImmediate);
    const before = asked;
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(asked).toBe(before);
  });

  it('does not wait for an input that says nothing more, neither at a signal nor where the server is gone', async () => {
    async function* inputs() {
      yield [line('1'), line('2')];
      await new Promise(() => undefined);
    }
    await using server = await startServer();
    const listener = await server.connect();
    /** Publishes, and resolves once both lines have come. */
    const begun = async () => {
      const arrived = new Promise((resolve) =>
        listener.subscribe('a', { max: 2, callback: (_, { data }) => data[0] === 0x32 && resolve(data) }),
      );
      await listener.flush();
      const begun = publish(server.url, inputs());
      await arrived;
      return begun;
    };
    const signalled = await begun();
    await signalled.publishing.cutShort();
    expect(signalled.stderr.text()).toMatch(/^Published 2 messages \(2 B\) in \d+ ms\n$/);

    const { publishing } = await begun();
    const failure = failureOf(() => publishing.done);
    await server.stop();
    expect(await failure).toMatchObject({ kind: 'connection' });
  });

  it('ends with the lost connection, whatever else is wrong with the rest of the input', async () => {
    await using server = await startServer();
    async function* inputs() {
      yield [line('1')];
      await server.stop();
      yield [line('2'), Buffer.from('nope')];
    }
    const { publishing } = publish(server.url, inputs());
    expect(await failureOf(() => publishing.done)).toMatchObject({ kind: 'connection' });
  });
});
