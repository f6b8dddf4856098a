import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/connection/context-file.js';
import { effectiveSettings } from '../../src/connection/effective-settings.js';
import type { ConnectionFlags, Environment } from '../../src/connection/index.js';
import { contextOf, HOME } from './planning.js';

/** Each setting as `name value (from)`, and why it is not used. */
function shownOf(flags: ConnectionFlags, env: Environment = {}, context?: Context): string[] {
  const shown = effectiveSettings({ flags, env, home: HOME, context });
  return shown.map(
    ({ name, value, from, unused }) => `${name} ${value} (${from})${unused === undefined ? '' : ` - ${unused}`}`,
  );
}

const DEFAULTS = ['server nats://127.0.0.1:4222 (default)', 'timeout 5s (default)'];

describe('the effective settings', () => {
  it('are the defaults where nothing is said', () => expect(shownOf({})).toEqual(DEFAULTS));

  it('come from the nearest level; those farther away are shown as not used', () => {
    const context = contextOf({ url: 'c', creds: '~/c.creds', tls_first: true, inbox_prefix: '_X' });
    expect(shownOf({ server: 'f', timeout: '1s' }, { NATS_URL: 'e', NATS_TIMEOUT: '2s' }, context)).toEqual([
      'server f (--server)',
      'server e (NATS_URL) - --server comes first',
      'server c (context prod) - --server comes first',
      'creds ~/c.creds (context prod)',
      'inbox-prefix _X (context prod)',
      'timeout 1s (--timeout)',
      'timeout 2s (NATS_TIMEOUT) - --timeout comes first',
      'tlsfirst true (context prod)',
    ]);
  });

  it('say which credentials are used', () => {
    const shown = shownOf({ creds: 'a' }, { NATS_USER: 'anna', NATS_PASSWORD: 'hunter2', NATS_SEED: 'x' });
    expect(shown).toEqual([
      DEFAULTS[0],
      'creds a (--creds)',
      'seed x (NATS_SEED) - no --jwt goes with it',
      'user anna (NATS_USER) - the credentials of --creds come first',
      'password [masked] (NATS_PASSWORD) - no --user goes with it',
      DEFAULTS[1],
    ]);
    expect(shownOf({ creds: 'a', nkey: 'b' })).toContain('nkey b (--nkey) - --creds is there too');
    expect(shownOf({ user: 'anna' }, { NATS_PASSWORD: 'hunter2' })).toContain('password [masked] (NATS_PASSWORD)');
  });

  it.each<[ConnectionFlags, Environment, Context | undefined]>([
    [{ password: 'hunter2', user: 'a' }, {}, undefined],
    [{ token: 'hunter2' }, {}, undefined],
    [{ user: 'hunter2' }, {}, undefined],
    [{}, { NATS_USER: 'hunter2' }, undefined],
    [{}, {}, contextOf({ token: 'hunter2', password: 'hunter2', user_seed: `S${'A'.repeat(57)}hunter2` })],
    [{ server: 'nats://a:hunter2@b' }, {}, undefined],
    [{ server: 'nats://hunter2@b,nats://a:hunter2@c' }, {}, undefined],
    [{ server: 'nats://a:hunter2,x@b' }, {}, undefined],
    [{ jwt: 'eyJhunter2' }, {}, undefined],
    [{ creds: '-----BEGIN NATS USER JWT-----\nhunter2' }, {}, undefined],
    [{ creds: 'data:;base64,hunter2' }, {}, undefined],
    [{ token: 'data:;base64,hunter2' }, {}, undefined],
  ])('show no secret of %j', (flags, env, context) => {
    const shown = shownOf(flags, env, context).join('\n');
    expect(shown).not.toContain('hunter2');
    expect(shown).toMatch(/masked|…/);
  });

  it('show where a secret is, and the user whom a password goes with', () => {
    expect(shownOf({ token: 'env://TOKEN' })).toContain('token env://TOKEN (--token)');
    expect(shownOf({ user: 'anna', password: 'x' })).toContain('user anna (--user)');
    expect(shownOf({}, {}, contextOf({ user: 'anna' }))).toContain('user anna (context prod)');
  });

  it('leave out a flag that is empty, which is an error of its own', () => {
    expect(shownOf({ creds: '' })).toEqual(DEFAULTS);
  });
});
