import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, listenForStop } from '../../src/lifecycle/stop-signals.js';
import { pastSameSignal } from '../support/second-signal.js';

describe('listenForStop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('tells of the first %s and of a second signal', async (signal) => {
    const emitter = new EventEmitter();
    const { first, second } = listenForStop(emitter);
    expect(await Promise.race([first, second, 'nothing yet'])).toBe('nothing yet');
    emitter.emit(signal);
    expect(await first).toBe(signal);
    expect(await Promise.race([second, 'no second one'])).toBe('no second one');
    await pastSameSignal();
    emitter.emit('SIGINT');
    expect(await second).toBe('SIGINT');
  });

  it('takes a signal that comes twice at once for one, whoever passed it on as well', async () => {
    const emitter = new EventEmitter();
    const { first, second } = listenForStop(emitter);
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGTERM']) emitter.emit(signal);
    expect(await first).toBe('SIGTERM');
    expect(await Promise.race([second, 'no second one'])).toBe('no second one');
    emitter.emit('SIGINT');
    expect(await second).toBe('SIGINT');
  });

  it('gives the signals back', () => {
    const emitter = new EventEmitter();
    const signals = listenForStop(emitter);
    expect(emitter.eventNames()).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP']);
    signals.release();
    expect(emitter.eventNames()).toEqual([]);
  });

  it('leaves SIGHUP to who wants it for something else', async () => {
    const emitter = new EventEmitter();
    let hangups = 0;
    const { first, release } = listenForStop(emitter, () => {
      hangups += 1;
    });
    for (const signal of ['SIGHUP', 'SIGHUP', 'SIGTERM']) emitter.emit(signal);
    expect(await first).toBe('SIGTERM');
    expect(hangups).toBe(1);
    release();
    expect(emitter.eventNames()).toEqual([]);
  });

  it('bears a third one', async () => {
    const emitter = new EventEmitter();
    const { second } = listenForStop(emitter);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) emitter.emit(signal);
    expect(await second).toBe('SIGINT');
  });
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('ended by %s, a pool exits with %d', (signal, exitCode) => {
  expect(exitCodeOf(signal)).toBe(exitCode);
});
