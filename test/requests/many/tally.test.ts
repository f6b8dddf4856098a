import { describe, expect, it } from 'vitest';
import { CliError, type ErrorKind, EXIT_CODES } from '../../../src/errors.js';
import { Tally } from '../../../src/requests/many/tally.js';

function tallyOf(...kinds: Array<ErrorKind | undefined>): Tally {
  const tally = new Tally();
  for (const [index, kind] of kinds.entries()) {
    const failure = kind && new CliError(kind, `it was ${kind}`, { hint: 'a hint', details: { subject: 'a.b' } });
    tally.note({ n: index + 1, failure });
  }
  return tally;
}

describe('Tally', () => {
  it('has no error where all went well', () => {
    const tally = tallyOf(undefined, undefined);
    expect(tally.error()).toBeUndefined();
    expect(tally.describe()).toMatch(/^2 requests: 2 replies in \d+(\.\d+)? ms$/);
    expect(tally.summary()).toEqual({ requests: 2, replies: 2, duration_ms: expect.any(Number) });
  });

  it('tells of one as of one, and of thousands with commas', () => {
    expect(tallyOf(undefined).describe()).toMatch(/^1 request: 1 reply in /);
    const tally = new Tally();
    for (let n = 1; n <= 1_234; n++) tally.note({ n, failure: undefined });
    expect(tally.describe()).toMatch(/^1,234 requests: 1,234 replies in /);
  });

  it('counts the failures by kind, the weightiest first', () => {
    const tally = tallyOf('expectation', undefined, 'no_responders', 'timeout', 'timeout', 'usage');
    expect(tally.describe()).toMatch(
      /^6 requests: 1 reply, 1 not sent, 1 no responders, 2 time-outs, 1 unexpected reply in /,
    );
    expect(tally.summary()).toMatchObject({
      requests: 6,
      replies: 1,
      usage: 1,
      no_responders: 1,
      timeout: 2,
      expectation: 1,
    });
  });

  it('makes the first of the worst failures the error of all', () => {
    expect(tallyOf(undefined, 'timeout', 'no_responders', 'no_responders').error()).toMatchObject({
      kind: 'no_responders',
      message: '3 of 4 requests failed; number 3: it was no_responders',
      hint: 'a hint',
      details: { subject: 'a.b', n: 3, requests: 4, failed: 3 },
    });
  });

  it('weighs kinds by the order of 1, 2, 4, 3, 5, 6, 7, 8', () => {
    const order = [1, 2, 4, 3, 5, 6, 7, 8];
    const kinds = order.map((code) => Object.entries(EXIT_CODES).find(([, of]) => of === code)?.[0] as ErrorKind);
    for (const [index, kind] of kinds.entries()) {
      expect(tallyOf(...kinds.slice(index).reverse()).error()?.kind).toBe(kind);
    }
  });
});
