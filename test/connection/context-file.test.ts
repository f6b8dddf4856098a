import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/connection/context-file.js';
import { type ConnectionFlags, contextFor } from '../../src/connection/index.js';
import { createTempDir } from '../support/guardian.js';
import { everythingIn, failureOf, filesOf, HOME } from './planning.js';

const DIRECTORY = `${HOME}/.config/nats/context`;

/** The context that holds, with these files below the directory of contexts. */
function find(
  files: Readonly<Record<string, string>>,
  flags: ConnectionFlags = {},
  env: Readonly<Record<string, string>> = {},
): Context | undefined {
  const paths = Object.entries(files).map(([name, text]) => [
    name.startsWith('/') ? name : `${DIRECTORY}/${name}`,
    text,
  ]);
  return contextFor(flags, env, HOME, filesOf(Object.fromEntries(paths)));
}

const SELECTED = `${HOME}/.config/nats/context.txt`;
const url = (host: string) => JSON.stringify({ url: host });

describe('the context in use', () => {
  const files = { 'a.json': url('a'), 'b.json': url('b'), 'c.json': url('c'), [SELECTED]: 'c\n' };

  it.each<[string, ConnectionFlags, Record<string, string>, object | undefined]>([
    ['named by flag', { context: 'a' }, { NATS_CONTEXT: 'b' }, { name: 'a', origin: 'flag', fields: { url: 'a' } }],
    ['named by environment', {}, { NATS_CONTEXT: 'b' }, { name: 'b', origin: 'environment', fields: { url: 'b' } }],
    ['selected', {}, {}, { name: 'c', origin: 'selected', fields: { url: 'c' } }],
    ['selected, the variable empty', {}, { NATS_CONTEXT: '', NATS_URL: '' }, { name: 'c' }],
    ['named and merged with a named server', { context: 'a', server: 's' }, { NATS_URL: 'u' }, { name: 'a' }],
    ['named by environment, merged too', { server: 's' }, { NATS_CONTEXT: 'b' }, { name: 'b' }],
    ['selected, but a server is named by flag', { server: 's' }, {}, undefined],
    ['selected, but a server is named by environment', {}, { NATS_URL: 'u' }, undefined],
    ['--no-context', { noContext: true }, {}, undefined],
    ['--no-context over the environment', { noContext: true }, { NATS_CONTEXT: 'b' }, undefined],
  ])('%s', (_, flags, env, expected) => {
    const found = find(files, flags, env);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it.each([
    ['no file of a selection', {}],
    ['an empty selection', { [SELECTED]: ' \n' }],
  ])('is none with %s', (_, present) => {
    expect(find(present)).toBeUndefined();
  });

  it('is read below XDG_CONFIG_HOME', () => {
    const elsewhere = { '/xdg/nats/context/a.json': url('x'), 'a.json': url('home') };
    expect(find(elsewhere, { context: 'a' }, { XDG_CONFIG_HOME: '/xdg' })).toMatchObject({ fields: { url: 'x' } });
    expect(find(elsewhere, { context: 'a' }, { XDG_CONFIG_HOME: '' })).toMatchObject({ fields: { url: 'home' } });
  });

  it.each(['/tmp/mine.json', '/a/../mine.json'])('may be the path of a JSON file: %s', (path) => {
    expect(find({ [path]: url('m') }, { context: path })).toEqual({
      name: 'mine',
      origin: 'flag',
      fields: { url: 'm' },
    });
  });

  it('may have .json in its name', () => {
    expect(find({ 'a.json.json': url('j') }, { context: 'a.json' })).toMatchObject({ name: 'a.json' });
  });

  it('is found on the disk', async () => {
    const home = createTempDir('home');
    const directory = join(home, '.config', 'nats', 'context');
    expect(contextFor({}, {}, home)).toBeUndefined();
    expect(await failureOf(() => contextFor({ context: 'a' }, {}, home))).toMatchObject({ kind: 'usage' });
    mkdirSync(join(directory, 'd.json'), { recursive: true });
    writeFileSync(join(directory, 'a.json'), url('disk'));
    writeFileSync(join(directory, '..', 'context.txt'), 'a');
    expect(contextFor({}, {}, home)).toEqual({ name: 'a', origin: 'selected', fields: { url: 'disk' } });
    const unreadable = await failureOf(() => contextFor({ context: 'd' }, {}, home));
    expect(unreadable.message).toMatch(/^cannot read .*d\.json: it is a directory$/);
  });
});

describe('a context of no use is a usage error', () => {
  it('a missing one, with those there are', async () => {
    const files = { 'b.json': url('b'), 'a.json': url('a'), 'notes.txt': '' };
    expect(await failureOf(() => find(files, { context: 'c' }))).toMatchObject({
      kind: 'usage',
      message: 'there is no context "c"',
      hint: 'there are: a, b',
    });
    expect(await failureOf(() => find({}, {}, { NATS_CONTEXT: 'c' }))).toMatchObject({
      message: 'there is no context "c"',
      hint: 'no contexts are saved on this machine',
    });
  });

  it('a selected one that is gone', async () => {
    const failure = await failureOf(() => find({ [SELECTED]: 'gone' }));
    expect(failure).toMatchObject({ kind: 'usage', message: 'the selected context "gone" does not exist' });
    expect(failure.hint).toContain('--no-context');
  });

  it.each([
    ['../a', 'invalid context name "../a"'],
    ['a..b', 'invalid context name "a..b"'],
    ['a/b', 'invalid context name "a/b"'],
    ['a\\b', 'invalid context name "a\\b"'],
    ['./missing.json', 'there is no context file ./missing.json'],
  ])('the name %j', async (name, message) => {
    const files = { [`${HOME}/.config/nats/a.json`]: url('outside') };
    for (const call of [
      () => find(files, { context: name }),
      () => find(files, {}, { NATS_CONTEXT: name }),
      () => find({ ...files, [SELECTED]: name }),
    ]) {
      const failure = await failureOf(call);
      expect(failure.kind).toBe('usage');
      expect(failure.message).toContain(message);
    }
  });

  it.each<[ConnectionFlags, string]>([
    [{ context: '' }, '--context is empty'],
    [{ context: 'a', noContext: true }, '--context and --no-context exclude each other'],
  ])('the flags %j', async (flags, message) => {
    expect(await failureOf(() => find({}, flags))).toMatchObject({ kind: 'usage', message });
  });

  it.each([
    ['{', 'context a is not valid JSON'],
    ['', 'context a is not valid JSON'],
    ['[]', 'context a is not a JSON object'],
    ['null', 'context a is not a JSON object'],
    ['"hunter2"', 'context a is not a JSON object'],
    ['{"password": 1234}', 'context a: "password" has the wrong type'],
    ['{"url": ["nats://a"]}', 'context a: "url" has the wrong type'],
    ['{"tls_first": "yes"}', 'context a: "tls_first" has the wrong type'],
    ['{"token": true}', 'context a: "token" has the wrong type'],
    ['{"nsc": "nsc://o/a/u"}', 'context a: natsctl does not support "nsc"'],
    ['{"socks_proxy": "socks5://p"}', 'context a: natsctl does not support "socks_proxy"'],
    ['{"windows_cert_store": "user"}', 'context a: natsctl does not support "windows_cert_store"'],
    ['{"windows_ca_certs_match": ["x"]}', 'context a: natsctl does not support "windows_ca_certs_match"'],
    ['{"from_the_future": "x"}', 'context a: natsctl does not support "from_the_future"'],
  ])('the content %s', async (text, message) => {
    const failure = await failureOf(() => find({ 'a.json': text }, { context: 'a' }));
    expect(failure).toMatchObject({ kind: 'usage', message });
    expect(everythingIn(failure)).not.toMatch(/hunter2|1234/);
  });
});

describe('the format of the nats command', () => {
  /** What `nats context save` writes, all fields there are. */
  const saved = {
    name: 'a',
    description: 'All of it',
    url: 'nats://a:1,nats://b:2',
    socks_proxy: '',
    token: '',
    user: 'me',
    password: 'pw',
    creds: '',
    nkey: '',
    cert: '/c',
    key: '/k',
    ca: '/ca',
    nsc: '',
    jetstream_domain: 'hub',
    jetstream_api_prefix: 'API',
    jetstream_event_prefix: 'EVENT',
    inbox_prefix: '_INBOX.me',
    user_jwt: '',
    user_seed: '',
    color_scheme: 'dark',
    tls_first: true,
    windows_cert_store: '',
    windows_cert_match_by: '',
    windows_cert_match: '',
    windows_ca_certs_match: null,
  };

  it('is read: what says how to connect stays, what is empty or of no bearing goes', () => {
    const context = find({ 'a.json': JSON.stringify(saved, null, 2) }, { context: 'a' });
    expect(context?.fields).toEqual({
      url: 'nats://a:1,nats://b:2',
      user: 'me',
      password: 'pw',
      cert: '/c',
      key: '/k',
      ca: '/ca',
      inbox_prefix: '_INBOX.me',
      tls_first: true,
    });
  });

  it('may have empty fields of any type, known or not', () => {
    const empty = { url: '', tls_first: false, windows_ca_certs_match: [], new_field: null, other_field: '' };
    expect(find({ 'a.json': JSON.stringify(empty) }, { context: 'a' })?.fields).toEqual({});
  });
});
