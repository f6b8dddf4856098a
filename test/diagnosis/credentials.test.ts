import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Auth } from '../../src/connection/index.js';
import { checkCredentials, judgeCredentials } from '../../src/diagnosis/check-credentials.js';
import { createNkeyUser, createOperator } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const creds = (path: string): Auth => ({
  method: 'creds',
  creds: { kind: 'file', path, label: path },
  from: '--creds',
});
const days = (count: number): Date => new Date(NOW + count * 86_400_000);
const operator = await createOperator();

describe('the credentials', () => {
  it('are fine where there are none', async () => {
    expect(await checkCredentials({ method: 'none' })).toEqual([
      { check: 'credentials', status: 'ok', message: 'none were given' },
    ]);
  });

  it('in a creds file name user, account, and end', async () => {
    const { credsFile, publicKey } = await operator.createUser({ expiresAt: days(100) });
    const [who, end] = await checkCredentials(creds(credsFile), NOW);
    expect(who).toMatchObject({ status: 'ok', facts: { user: 'user', subject: publicKey, method: 'creds' } });
    expect(who?.message).toContain(`creds ${credsFile}, from --creds: user "user" ${publicKey}, account A`);
    expect(end).toMatchObject({ status: 'ok', message: 'the JWT expires on 2026-04-11 (in 100 days)' });
  });

  it.each<[number, string, string]>([
    [-3, 'failure', 'the JWT expired on 2025-12-29 (3 days ago)'],
    [0.125, 'warning', 'the JWT expires on 2026-01-01 03:00 UTC (in 3 hours)'],
    [13, 'warning', 'the JWT expires on 2026-01-14 (in 13 days)'],
  ])('that end %d days from now: %s', async (end, status, message) => {
    const { credsFile } = await operator.createUser({ expiresAt: days(end) });
    const finding = (await checkCredentials(creds(credsFile), NOW)).at(-1);
    expect(finding).toMatchObject({ status, message: expect.stringContaining(message), hint: expect.anything() });
    if (status === 'failure') expect(finding?.failure?.kind).toBe('authorization');
  });

  it('whose seed is of another user are refused before a server does it', async () => {
    const { jwt } = await operator.createUser();
    const other = createNkeyUser();
    const findings = judgeCredentials(creds('x'), jwt, other.publicKey, NOW);
    expect(findings.at(-1)).toMatchObject({
      status: 'failure',
      message: expect.stringContaining(`the seed belongs to ${other.publicKey}`),
    });
  });

  it('without a seed have to be a bearer token', async () => {
    const { jwt } = await operator.createUser();
    expect(judgeCredentials(creds('x'), jwt, undefined, NOW).at(-1)?.message).toContain('the JWT needs its seed');
  });

  it('in a file that others may read are warned of', async () => {
    const { credsFile } = await operator.createUser();
    chmodSync(credsFile, 0o644);
    expect((await checkCredentials(creds(credsFile), NOW)).at(-1)).toMatchObject({
      status: 'warning',
      message: `others on this machine may use ${credsFile}: its mode is 0644`,
      hint: `chmod 600 ${credsFile}`,
    });
  });

  it('that cannot be read, or are of another form, fail as usage', async () => {
    const path = join(createTempDir('creds'), 'nonsense.creds');
    writeFileSync(path, 'nonsense', { mode: 0o600 });
    for (const file of [path, '/there/is/none']) {
      const [finding] = await checkCredentials(creds(file), NOW);
      expect(finding).toMatchObject({ status: 'failure', failure: { kind: 'usage' } });
      expect(finding?.message).not.toContain('nonsense\n');
    }
  });

  it('of an nkey show the public key', async () => {
    const { seedFile, publicKey, seed } = createNkeyUser();
    const auth: Auth = { method: 'nkey', seed: { kind: 'file', path: seedFile, label: seedFile }, from: '--nkey' };
    const findings = await checkCredentials(auth, NOW);
    expect(findings[0]?.message).toContain(`public key ${publicKey}`);
    expect(JSON.stringify(findings)).not.toContain(seed);
  });
});
