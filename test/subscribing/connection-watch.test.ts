import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../src/connection/index.js';
import { CliError } from '../../src/errors.js';
import { createOutput } from '../../src/output/streams.js';
import { type WatchOptions, watchConnection } from '../../src/subscribing/connection-watch.js';
import { planFor } from '../connection/planning.js';
import { memoryStream } from '../output/memory-stream.js';

const SERVER = 'nats://127.0.0.1:4222';
const LOST = { complaint: undefined, tooSlow: false };
const TOO_SLOW = { complaint: undefined, tooSlow: true };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function setUp(options: Partial<Omit<WatchOptions, 'output'>> = {}) {
  const events: Connection['events'] = new EventEmitter();
  let close: (reason: CliError | undefined) => void = () => undefined;
  const closed = new Promise<CliError | undefined>((resolve) => {
    close = resolve;
  });
  const stderr = memoryStream();
  const style = { json: false, quiet: false, verbose: false, color: false };
  const output = createOutput(style, { stdout: memoryStream(), stderr, env: {} });
  const connection = { events, closed, plan: planFor(SERVER), server: () => SERVER } as unknown as Connection;
  const watch = watchConnection(connection, { reconnectMs: undefined, endsWhereTooSlow: false, ...options, output });
  let failure: unknown;
  watch.failure.catch((error: unknown) => {
    failure = error;
  });
  return { events, close, watch, told: () => stderr.text().split('\n').slice(0, -1), failure: () => failure };
}

describe('a server that goes away', () => {
  it('is told of each time, and that messages may have been missed', () => {
    const { events, told } = setUp();
    for (let time = 0; time < 2; time++) {
      events.emit('disconnected', LOST);
      events.emit('reconnected', SERVER);
    }
    const once = [
      `warning: the connection to ${SERVER} was lost; reconnecting`,
      `warning: reconnected to ${SERVER}: messages may have been missed`,
    ];
    expect(told()).toEqual([...once, ...once]);
  });

  it('is waited for for ever', async () => {
    const { events, failure } = setUp();
    events.emit('disconnected', LOST);
    await vi.advanceTimersByTimeAsync(10 * 24 * 3_600_000);
    expect(failure()).toBeUndefined();
  });

  it('is given up where it does not come back in time, counted from the loss', async () => {
    const { events, failure } = setUp({ reconnectMs: 1_000 });
    events.emit('disconnected', LOST);
    await vi.advanceTimersByTimeAsync(600);
    events.emit('disconnected', LOST);
    await vi.advanceTimersByTimeAsync(399);
    expect(failure()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(failure()).toMatchObject({
      kind: 'connection',
      message: `the connection to ${SERVER} was lost and not regained within 1 s`,
    });
  });

  it('has all the time again after each return', async () => {
    const { events, failure } = setUp({ reconnectMs: 1_000 });
    for (let time = 0; time < 3; time++) {
      events.emit('disconnected', LOST);
      await vi.advanceTimersByTimeAsync(900);
      events.emit('reconnected', SERVER);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(failure()).toBeUndefined();
  });
});

describe('a server that ends a connection which is read too slowly', () => {
  it('is told of', async () => {
    const { events, told, failure } = setUp();
    events.emit('disconnected', TOO_SLOW);
    await vi.advanceTimersByTimeAsync(0);
    expect(told()).toEqual(['warning: slow consumer: messages lost until the reconnect']);
    expect(failure()).toBeUndefined();
  });

  it('ends it where messages must not be lost', async () => {
    const { events, failure } = setUp({ endsWhereTooSlow: true });
    events.emit('disconnected', TOO_SLOW);
    await vi.advanceTimersByTimeAsync(0);
    expect(failure()).toMatchObject({
      kind: 'connection',
      message: 'slow consumer: messages lost until the reconnect',
    });
  });
});

it('fails where a subject is denied', async () => {
  const { events, failure } = setUp();
  events.emit('denied', { operation: 'subscription', subject: 'a' });
  await vi.advanceTimersByTimeAsync(0);
  expect(failure()).toMatchObject({ kind: 'authorization' });
});

it('fails where the connection is closed, with the reason if there is one', async () => {
  const refused = setUp();
  refused.close(new CliError('authorization', 'refused'));
  const lost = setUp();
  lost.close(undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(refused.failure()).toMatchObject({ kind: 'authorization', message: 'refused' });
  expect(lost.failure()).toMatchObject({ kind: 'connection' });
});

it('hears nothing more once it has been stopped, and leaves no timer', async () => {
  const { events, close, watch, told, failure } = setUp({ reconnectMs: 1_000 });
  events.emit('disconnected', LOST);
  watch.stop();
  events.emit('reconnected', SERVER);
  events.emit('denied', { operation: 'subscription', subject: 'a' });
  close(undefined);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told()).toHaveLength(1);
  expect(failure()).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});
