import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { relaySignals } from '../../src/run/signal-relay.js';

/** A relay of signals that the test emits, and the command that it has started. */
function relay({ fromTerminal = false } = {}) {
  const signals = new EventEmitter();
  const passed: string[] = [];
  const relayed = relaySignals(signals, () => fromTerminal);
  return { signals, passed, relayed, startCommand: () => relayed.passTo((signal) => passed.push(signal)) };
}

describe('a relay of signals', () => {
  it('passes each on to the command, as often as it comes', () => {
    const { signals, passed, startCommand } = relay();
    startCommand();
    const all = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGINT'];
    for (const signal of all) signals.emit(signal);
    expect(passed).toEqual(all);
  });

  it('keeps to itself what the terminal has sent to the command already', () => {
    const { signals, passed, startCommand } = relay({ fromTerminal: true });
    startCommand();
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']) signals.emit(signal);
    expect(passed).toEqual(['SIGTERM', 'SIGHUP']);
  });

  it('tells of a signal that comes before the command', async () => {
    const { signals, relayed } = relay();
    signals.emit('SIGUSR1');
    signals.emit('SIGTERM');
    expect(await relayed.interrupted).toBe('SIGTERM');
  });

  it('passes on what came while the command was being started', () => {
    const { signals, passed, startCommand } = relay();
    signals.emit('SIGINT');
    startCommand();
    expect(passed).toEqual(['SIGINT']);
  });

  it('gives the signals back', () => {
    const { signals, relayed } = relay();
    relayed.release();
    expect(signals.eventNames()).toEqual([]);
  });
});
