import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReferenceScope, readSecret, secretSource } from '../../src/connection/secret.js';
import { createTempDir } from '../support/guardian.js';
import { everythingIn, failureOf } from './planning.js';

const scope: ReferenceScope = {
  env: { SECRET: 'hunter2', EMPTY: '', DIR: '/etc/nats' },
  home: '/home/me',
  setting: '"creds" in context prod',
  variables: true,
};
const base64 = Buffer.from('hunter2').toString('base64');
const SEED = 'SUAHUNTER2HUNTER2HUNTER2HUNTER2HUNTER2HUNTER2HUNTER2HUNTER';

describe('a reference', () => {
  it.each([
    [`data:;base64,${base64}`, { kind: 'text', text: 'hunter2', label: 'data:' }],
    [`data:text/plain;base64,${base64}`, { kind: 'text', text: 'hunter2', label: 'data:' }],
    ['env://SECRET', { kind: 'text', text: 'hunter2', label: 'env://SECRET' }],
    ['file:///a/b', { kind: 'file', path: '/a/b', label: '/a/b' }],
    ['file://~/b', { kind: 'file', path: '/home/me/b', label: '~/b' }],
  ])('%s is one, path or not', (reference, source) => {
    expect(secretSource(reference, 'path', scope)).toEqual(source);
    expect(secretSource(reference, 'literal', scope)).toEqual(source);
  });

  it.each([
    ['/a/b', '/a/b'],
    ['a/b', 'a/b'],
    ['~', '/home/me'],
    ['~/a', '/home/me/a'],
    ['~other/a', '~other/a'],
    ['$DIR/a', '/etc/nats/a'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form is the subject of the test
    ['${DIR}x/a', '/etc/natsx/a'],
    ['$MISSING/a', '/a'],
  ])('%s is a path', (reference, path) => {
    expect(secretSource(reference, 'path', scope)).toEqual({ kind: 'file', path, label: reference });
  });

  it('keeps $NAME in a flag, where the shell has done its work', () => {
    const inFlag = { ...scope, variables: false };
    expect(secretSource('~/$DIR', 'path', inFlag)).toEqual({ kind: 'file', path: '/home/me/$DIR', label: '~/$DIR' });
  });

  it('is the secret itself where it has no form', () => {
    expect(secretSource('~/hunter2$DIR', 'literal', scope)).toEqual({ kind: 'text', text: '~/hunter2$DIR', label: '' });
  });

  it.each([
    ['nsc://o/a/u', 'natsctl does not support nsc:// references'],
    ['op://vault/item/field', 'natsctl does not support op:// references'],
    ['env://', 'the environment variable (no name) is not set'],
    ['env://MISSING', 'the environment variable MISSING is not set'],
    ['env://EMPTY', 'the environment variable EMPTY is not set'],
    [`data:,hunter2`, 'a data: reference must have the form data:;base64,…'],
    [`data:;base64hunter2`, 'a data: reference must have the form data:;base64,…'],
    [`data:;base64,hunter2!`, 'the data: reference is not valid base64'],
    [`data:;base64,hunter2`, 'the data: reference is not valid base64'],
  ])('%s is a usage error', async (reference, message) => {
    for (const otherwise of ['path', 'literal'] as const) {
      const failure = await failureOf(() => secretSource(reference, otherwise, scope));
      expect(failure).toMatchObject({ kind: 'usage', message: `"creds" in context prod: ${message}` });
      expect(everythingIn(failure)).not.toContain('hunter2');
    }
  });

  it.each([
    ['a seed', SEED],
    ['a seed that lost its end', SEED.slice(0, -3)],
    ['a JWT', 'eyJhbGciOiJIUNTER2.HUNTER2.HUNTER2'],
    ['the content of a creds file', `-----BEGIN NATS USER JWT-----\nHUNTER2\n`],
    ['the content of a key file', '-----BEGIN PRIVATE KEY-----HUNTER2'],
  ])('%s in the place of a path is refused without being shown', async (_, content) => {
    for (const reference of [content, `file://${content}`]) {
      const failure = await failureOf(() => secretSource(reference, 'path', scope));
      expect(failure.kind).toBe('usage');
      expect(failure.message).toContain('the path of one is wanted');
      expect(everythingIn(failure)).not.toContain('HUNTER2');
    }
  });
});

describe('reading', () => {
  it('gives the text as it stands', async () => {
    const path = join(createTempDir('secret'), 'a');
    writeFileSync(path, ' hunter2\n');
    expect(await readSecret({ kind: 'file', path, label: '~/a' }, 'password')).toBe(' hunter2\n');
    expect(await readSecret({ kind: 'text', text: 'hunter2', label: '' }, 'password')).toBe('hunter2');
  });

  it('names the setting, the path as it was written, and the reason', async () => {
    const directory = createTempDir('secret');
    mkdirSync(join(directory, 'sub'));
    const read = (name: string): Promise<string> =>
      readSecret({ kind: 'file', path: join(directory, name), label: `~/${name}` }, 'creds');
    expect(await failureOf(() => read('none'))).toMatchObject({
      kind: 'usage',
      message: 'cannot read the creds file ~/none: no such file',
    });
    expect(await failureOf(() => read('sub'))).toMatchObject({
      kind: 'usage',
      message: 'cannot read the creds file ~/sub: it is a directory',
    });
  });
});
