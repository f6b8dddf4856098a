import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToken, TOKEN_CHARACTERS, writeToken } from '../../../src/bench/load/request-token.js';
import { findSubjectProblem } from '../../../src/protocol/subjects.js';

function written(token: number): Buffer {
  const bytes = Buffer.alloc(TOKEN_CHARACTERS);
  writeToken(bytes, 0, token);
  return bytes;
}

describe('the token of a request', () => {
  it('is read as it was written, and is part of a subject', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (token) => {
        const bytes = written(token);
        expect(findSubjectProblem(bytes.toString(), { wildcards: false })).toBeUndefined();
        expect(readToken(bytes, 0, bytes.length)).toBe(token);
      }),
    );
  });

  it.each(['', 'AAAAA', 'AAAAAAA', 'AAAA.A', 'AAAA\u00fcA', '______', 'CAAAAA', 'EAAAAA'])('is not %j', (text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(readToken(bytes, 0, bytes.length)).toBe(-1);
  });
});
