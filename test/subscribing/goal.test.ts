import { describe, expect, it } from 'vitest';
import { CliError, type ErrorKind } from '../../src/errors.js';
import { parseExpectation } from '../../src/messages/index.js';
import { type Ending, endingAt, type Goal, hasGoal, outcomeOf, worseOf } from '../../src/subscribing/goal.js';

const goalOf = (parts: Partial<Goal> = {}): Goal => ({
  count: undefined,
  expectation: undefined,
  forMs: undefined,
  idleMs: undefined,
  ...parts,
});
const done = parseExpectation({ expect: 'done' });
const body = (text: string) => Buffer.from(text);

it.each([
  [{}, false],
  [{ forMs: 1, idleMs: 1 }, false],
  [{ count: 1 }, true],
  [{ expectation: done }, true],
])('%j is a goal to reach: %j', (parts, expected) => {
  expect(hasGoal(goalOf(parts))).toBe(expected);
});

describe('a message', () => {
  it.each([
    [{}, 1, 'x', undefined],
    [{ count: 2 }, 1, 'x', undefined],
    [{ count: 2 }, 2, 'x', 'count'],
    [{ expectation: done }, 9, 'x', undefined],
    [{ expectation: done }, 1, 'done', 'match'],
    [{ expectation: done, count: 1 }, 1, 'done', 'match'],
    [{ expectation: done, count: 1 }, 1, 'x', 'count'],
  ] as const)('with %j, number %i, of %j, ends it by %s', (parts, received, text, by) => {
    expect(endingAt(goalOf(parts), received, body(text))?.by).toBe(by);
  });
});

describe('the outcome', () => {
  it.each([
    [{}, { by: 'for' }, 0],
    [{}, { by: 'idle' }, 0],
    [{}, { by: 'signal', signal: 'SIGINT' }, 0],
    [{ forMs: 1_000 }, { by: 'signal', signal: 'SIGTERM' }, 0],
    [{ count: 3 }, { by: 'count' }, 0],
    [{ count: 3 }, { by: 'signal', signal: 'SIGINT' }, 130],
    [{ expectation: done }, { by: 'signal', signal: 'SIGTERM' }, 143],
    [{ expectation: done, count: 3 }, { by: 'match' }, 0],
  ] as ReadonlyArray<[Partial<Goal>, Ending, number]>)('with %j, ended by %j, is %i', (parts, ending, code) => {
    expect(outcomeOf(goalOf(parts), ending, 3)).toBe(code);
  });

  it.each([
    [{ count: 3, forMs: 2_000 }, 'for', 1, 'timeout', '1 of 3 messages came within 2 s'],
    [{ count: 1, idleMs: 500 }, 'idle', 0, 'timeout', '0 of 1 message came until 500 ms of silence'],
    [
      { expectation: done, forMs: 1_000 },
      'for',
      0,
      'expectation',
      'no message came to meet --expect "done" within 1 s',
    ],
    [{ expectation: done, count: 2 }, 'count', 2, 'expectation', 'none of 2 messages met --expect "done"'],
    [
      { expectation: done, idleMs: 1_000 },
      'idle',
      1,
      'expectation',
      'none of 1 message met --expect "done" until 1 s of silence',
    ],
  ] as const)('with %j, ended by %s after %i, is %s', (parts, by, received, kind, message) => {
    expect(() => outcomeOf(goalOf(parts), { by }, received)).toThrow(expect.objectContaining({ kind, message }));
  });
});

describe('of two failures', () => {
  const failure = (kind: ErrorKind): CliError => new CliError(kind, kind);

  it.each([
    ['connection', 'service_error', 'connection'],
    ['service_error', 'timeout', 'timeout'],
    ['expectation', 'service_error', 'service_error'],
    ['authorization', 'connection', 'authorization'],
    ['timeout', 'timeout', 'timeout'],
  ] as const)('%s and %s, %s decides', (one, other, worse) => {
    expect(worseOf(failure(one), failure(other))).toMatchObject({ kind: worse });
  });

  it('a defect decides', () => {
    const defect = new TypeError('x');
    expect(worseOf(failure('usage'), defect)).toBe(defect);
    expect(worseOf(defect, failure('internal'))).toBe(defect);
  });
});
