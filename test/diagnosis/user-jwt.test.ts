import { describe, expect, it } from 'vitest';
import { readUserJwt } from '../../src/diagnosis/user-jwt.js';
import { createOperator } from '../support/credentials.js';

function jwtOf(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part(claims)}.c2ln`;
}

describe("a user's JWT", () => {
  it('says who the user is, of which account, and until when', async () => {
    const expiresAt = new Date('2030-01-02T03:04:05Z');
    const { jwt, publicKey } = await (await createOperator()).createUser({ expiresAt });
    expect(readUserJwt(jwt)).toMatchObject({
      subject: publicKey,
      name: 'user',
      type: 'user',
      account: expect.stringMatching(/^A[A-Z2-7]{55}$/),
      expiresAt,
      isBearer: false,
    });
  });

  it('signed by a signing key is of the account that it names', () => {
    const claims = readUserJwt(jwtOf({ iss: 'ASIGN', nats: { issuer_account: 'AACC', bearer_token: true } }));
    expect(claims).toMatchObject({ issuer: 'ASIGN', account: 'AACC', isBearer: true, expiresAt: undefined });
  });

  it('with claims of other types says nothing of them', () => {
    const claims = readUserJwt(jwtOf({ iss: 1, name: '', exp: 'soon', nbf: 1e300, nats: [] }));
    expect(claims).toMatchObject({ issuer: undefined, name: undefined, expiresAt: undefined, notBefore: undefined });
  });

  it.each(['', 'eyJ', 'a.b', 'a.b.c', 'eyJ.bm9uc2Vuc2U.c', 'eyJ.W10.c', 'eyJ.bnVsbA.c'])('is none: %j', (text) => {
    expect(readUserJwt(text)).toBeUndefined();
  });
});
