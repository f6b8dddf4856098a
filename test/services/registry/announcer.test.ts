import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer } from '../../../src/services/registry/announcer.js';
import type { Change } from '../../../src/services/registry/directory.js';
import { Peers, readPeerMessage } from '../../../src/services/registry/peers.js';
import { checkRegistration } from '../../../src/services/registry/registration.js';

const service = checkRegistration({ name: 'a' });

/** Workers by their rank; an announcement of one is heard by those that live. */
function createWorkers(count: number) {
  const announced: string[] = [];
  const alive = new Set(Array.from({ length: count }, (_, rank) => rank));
  const workers = [...alive].map((rank): Announcer => {
    return new Announcer({
      rank: () => rank,
      publish: (change: Change) => {
        if (!alive.has(rank)) return;
        announced.push(`${rank}:${change}`);
        for (const other of alive) if (other !== rank) workers[other]?.hear(change, service);
      },
    });
  });
  return { workers, announced, kill: (rank: number) => alive.delete(rank) };
}

describe('Announcer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('announces a change once, in whatever order the workers notice it', () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { workers, announced } = createWorkers(3);
      for (const rank of order) workers[rank]?.notice('registered', service);
      vi.advanceTimersByTime(60_000);
      expect(announced).toEqual(['0:registered']);
    }
  });

  it('has the next worker announce what the first one dies over', () => {
    const { workers, announced, kill } = createWorkers(3);
    kill(0);
    workers[1]?.notice('expired', service);
    workers[2]?.notice('expired', service);
    vi.advanceTimersByTime(499);
    expect(announced).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(announced).toEqual(['1:expired']);
  });

  it('announces the same change again when it happens again', () => {
    const { workers, announced } = createWorkers(2);
    const changes = ['registered', 'deregistered', 'registered', 'deregistered'] as const;
    for (const change of changes) workers[1]?.notice(change, service);
    for (const change of changes) workers[0]?.notice(change, service);
    for (const change of changes) workers[0]?.notice(change, service);
    for (const change of changes) workers[1]?.notice(change, service);
    vi.advanceTimersByTime(60_000);
    expect(announced).toEqual([...changes, ...changes].map((change) => `0:${change}`));
  });

  it('does not count an announcement of long ago for a change of now', () => {
    const publish = vi.fn();
    const announcer = new Announcer({ rank: () => 0, publish });
    announcer.hear('registered', service);
    vi.advanceTimersByTime(5_001);
    announcer.notice('registered', service);
    expect(publish).toHaveBeenCalledTimes(1);
  });

  it('announces nothing behind its end', () => {
    const publish = vi.fn();
    const announcer = new Announcer({ rank: () => 1, publish });
    announcer.notice('registered', service);
    announcer.close();
    vi.advanceTimersByTime(60_000);
    expect(publish).not.toHaveBeenCalled();
  });
});

describe('Peers', () => {
  it('counts those that are there longer, until they leave or fall silent', () => {
    const peers = new Peers('M', 1_000);
    expect(peers.rank(0)).toBe(0);
    peers.hear({ type: 'here', id: 'older', started: 999 }, 0);
    peers.hear({ type: 'here', id: 'younger', started: 1_001 }, 0);
    peers.hear({ type: 'hello', id: 'A', started: 1_000 }, 0);
    peers.hear({ type: 'hello', id: 'Z', started: 1_000 }, 0);
    peers.hear({ type: 'here', id: 'M', started: 1 }, 0);
    expect(peers.rank(0)).toBe(2);
    peers.hear({ type: 'bye', id: 'A', started: 1_000 }, 0);
    expect(peers.rank(3_500)).toBe(1);
    expect(peers.rank(3_501)).toBe(0);
  });

  it.each([
    undefined,
    null,
    7,
    {},
    { type: 'x', id: 'a', started: 1 },
    { type: 'here', id: 1, started: 1 },
    { type: 'here', id: 'a' },
  ])('takes no message that is none: %j', (value) => {
    expect(readPeerMessage(value)).toBeUndefined();
  });
});
