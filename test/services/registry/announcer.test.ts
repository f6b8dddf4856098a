import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer } from '../../../src/services/registry/announcer.js';
import type { Change } from '../../../src/services/registry/directory.js';
import { Peers, readPeerMessage } from '../../../src/services/registry/peers.js';
import { checkRegistration } from '../../../src/services/registry/registration.js';

const service = checkRegistration({ name: 'a' });

/** Workers by their rank; an announcement of one is heard by those that live, and the dead are found by who looks. */
function createWorkers(count: number) {
  const announced: string[] = [];
  const all = Array.from({ length: count }, (_, index) => index);
  const alive = new Set(all);
  const workers = all.map((index): Announcer => {
    let seniors = all.slice(0, index);
    return new Announcer({
      rank: () => seniors.length,
      checkSeniors: async () => {
        seniors = seniors.filter((senior) => alive.has(senior));
      },
      publish: (change: Change) => {
        if (!alive.has(index)) return;
        announced.push(`${index}:${change}`);
        for (const other of alive) if (other !== index) workers[other]?.hear(change, service);
      },
    });
  });
  return { workers, announced, kill: (index: number) => alive.delete(index) };
}

describe('Announcer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('announces a change once, in whatever order the workers notice it', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { workers, announced } = createWorkers(3);
      for (const rank of order) workers[rank]?.notice('registered', service);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(announced).toEqual(['0:registered']);
    }
  });

  it('has the next worker announce what the first one dies over, as soon as that is found out', async () => {
    const { workers, announced, kill } = createWorkers(4);
    kill(0);
    kill(1);
    workers[2]?.notice('expired', service);
    workers[3]?.notice('expired', service);
    await vi.advanceTimersByTimeAsync(49);
    expect(announced).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(announced).toEqual(['2:expired']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(announced).toEqual(['2:expired']);
  });

  it('has the next worker announce in its turn what the first one does not, though it seems to be there', async () => {
    const { workers, announced } = createWorkers(3);
    workers[2]?.notice('registered', service);
    workers[1]?.notice('registered', service);
    await vi.advanceTimersByTimeAsync(549);
    expect(announced).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(announced).toEqual(['1:registered']);
  });

  it('announces the same change again when it happens again', async () => {
    const { workers, announced } = createWorkers(2);
    const changes = ['registered', 'deregistered', 'registered', 'deregistered'] as const;
    for (const change of changes) workers[1]?.notice(change, service);
    for (const change of changes) workers[0]?.notice(change, service);
    for (const change of changes) workers[0]?.notice(change, service);
    for (const change of changes) workers[1]?.notice(change, service);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(announced).toEqual([...changes, ...changes].map((change) => `0:${change}`));
  });

  it('does not count an announcement of long ago for a change of now', async () => {
    const publish = vi.fn();
    const announcer = new Announcer({ rank: () => 0, checkSeniors: async () => undefined, publish });
    announcer.hear('registered', service);
    await vi.advanceTimersByTimeAsync(5_001);
    announcer.notice('registered', service);
    expect(publish).toHaveBeenCalledTimes(1);
  });

  it('announces nothing behind its end', async () => {
    const publish = vi.fn();
    const announcer = new Announcer({ rank: () => 1, checkSeniors: async () => undefined, publish });
    announcer.notice('registered', service);
    announcer.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(publish).not.toHaveBeenCalled();
  });
});

describe('Peers', () => {
  it('counts those that are there longer, until they leave or fall silent', () => {
    const peers = new Peers('M', 1_000);
    expect(peers.seniors(0)).toEqual([]);
    peers.hear({ type: 'here', id: 'older', started: 999 }, 0);
    peers.hear({ type: 'here', id: 'younger', started: 1_001 }, 0);
    peers.hear({ type: 'hello', id: 'A', started: 1_000 }, 0);
    peers.hear({ type: 'hello', id: 'Z', started: 1_000 }, 0);
    peers.hear({ type: 'here', id: 'M', started: 1 }, 0);
    expect(peers.seniors(0)).toEqual(['older', 'A']);
    peers.hear({ type: 'bye', id: 'A', started: 1_000 }, 0);
    expect(peers.seniors(3_500)).toEqual(['older']);
    expect(peers.seniors(3_501)).toEqual([]);
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
