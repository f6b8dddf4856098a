import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilAborted } from '../src/until-aborted.js';

const never = (): Promise<number> => new Promise(() => undefined);

describe('waiting until a signal', () => {
  it('gives what was under way, and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('waits no longer than for the signal, be it there already', async () => {
    const halt = new AbortController();
    const waiting = untilAborted(never(), halt.signal);
    halt.abort();
    expect(await waiting).toBeUndefined();
    expect(await untilAborted(never(), halt.signal)).toBeUndefined();
    expect(await untilAborted(Promise.reject(new Error('no')), halt.signal)).toBeUndefined();
  });
});
