import type { Msg } from 'nats';
import { expect, it, vi } from 'vitest';
import { Intake } from '../../src/subscribing/intake.js';
import { messageOf } from '../output/message.js';
import { waitUntil } from '../support/wait-until.js';

const message = (subject: string): Msg => messageOf({ subject });

/** A sink that takes its time over what it is told to, and what it has taken. */
function setUp(slowSubjects: readonly string[] = []) {
  const taken: string[] = [];
  const doors = new Map<string, () => void>();
  const connection = { pauseReading: vi.fn(), resumeReading: vi.fn() };
  const intake = new Intake(connection, {
    take({ subject }) {
      taken.push(subject);
      return slowSubjects.includes(subject) ? new Promise<void>((resolve) => doors.set(subject, resolve)) : undefined;
    },
    end: async () => undefined,
  });
  return { taken, connection, intake, open: (subject: string) => doors.get(subject)?.() };
}

it('hands messages on as they come, and leaves the connection alone', async () => {
  const { taken, connection, intake } = setUp();
  for (const subject of ['a', 'b', 'c']) intake.receive(message(subject));
  await intake.emptied();
  expect(taken).toEqual(['a', 'b', 'c']);
  expect(intake.isBehind).toBe(false);
  expect(connection.pauseReading).not.toHaveBeenCalled();
});

it('holds the server back while the sink is behind, and keeps the order', async () => {
  const { taken, connection, intake, open } = setUp(['b', 'd']);
  for (const subject of ['a', 'b', 'c', 'd', 'e']) intake.receive(message(subject));
  expect(taken).toEqual(['a', 'b']);
  expect(intake.isBehind).toBe(true);
  expect(connection.pauseReading).toHaveBeenCalledOnce();

  open('b');
  await waitUntil(() => taken.length === 4);
  intake.receive(message('f'));
  expect(taken).toEqual(['a', 'b', 'c', 'd']);
  expect(connection.resumeReading).not.toHaveBeenCalled();

  open('d');
  await intake.emptied();
  expect(taken).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(connection.resumeReading).toHaveBeenCalledOnce();
  intake.receive(message('g'));
  expect(taken.at(-1)).toBe('g');
});

it('waits in emptied() for all that was received', async () => {
  const { taken, intake, open } = setUp(['a', 'b']);
  intake.receive(message('a'));
  intake.receive(message('b'));
  let isEmptied = false;
  const emptied = intake.emptied().then(() => {
    isEmptied = true;
  });
  open('a');
  await waitUntil(() => taken.length === 2);
  expect(isEmptied).toBe(false);
  open('b');
  await emptied;
});

it.each([
  [
    'at once',
    () => {
      throw new Error('full');
    },
  ],
  ['later', () => Promise.reject(new Error('full'))],
])('hands nothing more to a sink that failed %s, and tells of it', async (_, take) => {
  const connection = { pauseReading: vi.fn(), resumeReading: vi.fn() };
  const taken = vi.fn(take);
  const intake = new Intake(connection, { take: taken, end: async () => undefined });
  intake.receive(message('a'));
  intake.receive(message('b'));
  await expect(intake.failure).rejects.toThrow('full');
  await expect(intake.emptied()).rejects.toThrow('full');
  intake.receive(message('c'));
  expect(taken).toHaveBeenCalledOnce();
  expect(connection.resumeReading).not.toHaveBeenCalled();
});
