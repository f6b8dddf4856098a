import { describe, expect, it } from 'vitest';
import type { ConnectionFlags } from '../../src/connection/index.js';
import { planConnection } from '../../src/connection/index.js';
import { CliError } from '../../src/errors.js';
import { embeddedPolicy, withEmbeddedHint } from '../../src/workers/embedded-server.js';

type Environment = Readonly<Record<string, string>>;

function decide(embedded: readonly string[], flags: ConnectionFlags = {}, env: Environment = {}) {
  const plan = planConnection({ flags, env, home: '/nowhere', context: undefined, name: 'test' });
  const given = { embedded: embedded.includes('--embedded'), noEmbedded: embedded.includes('--no-embedded') };
  return embeddedPolicy(given, env, plan);
}

describe('a pool brings a server of its own', () => {
  it.each<[when: string, given: string[], flags: ConnectionFlags, env: Environment, kind: string]>([
    ['where nothing is said', [], {}, {}, 'where_missing'],
    ['with --embedded', ['--embedded'], {}, {}, 'where_missing'],
    ['in production with --embedded', ['--embedded'], {}, { NODE_ENV: 'production' }, 'where_missing'],
    ['in a test', [], {}, { NODE_ENV: 'test' }, 'where_missing'],
    ['with NATSCTL_EMBEDDED=1', [], {}, { NATSCTL_EMBEDDED: '1' }, 'where_missing'],
    ['not with --no-embedded', ['--no-embedded'], {}, {}, 'never'],
    ['not with NATSCTL_EMBEDDED=0', [], {}, { NATSCTL_EMBEDDED: '0' }, 'never'],
    ['not where a flag names a server', [], { server: 'nats://127.0.0.1:4222' }, {}, 'never'],
    ['not where the environment names one', [], {}, { NATS_URL: 'nats://a:4222' }, 'never'],
    ['not in production', [], {}, { NODE_ENV: 'production' }, 'never'],
    ['not in a cluster', [], {}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'never'],
    ['not where credentials were given', [], { user: 'me', password: 'p' }, {}, 'never'],
    ['not where TLS is asked for', [], { tlsfirst: true }, {}, 'never'],
  ])('%s', (_, given, flags, env, kind) => {
    expect(decide(given, flags, env).kind).toBe(kind);
  });

  it('or refuses what contradicts itself', () => {
    expect(() => decide(['--embedded', '--no-embedded'])).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => decide(['--embedded'], { server: 'nats://a:4222' })).toThrow(
      expect.objectContaining({ kind: 'usage', message: '--embedded: a server is named already, by --server' }),
    );
    expect(() => decide(['--embedded'], { tlsfirst: true })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: '--embedded: the server that it starts speaks no TLS, and TLS was asked for',
      }),
    );
    expect(() => decide(['--embedded'], {}, { NATS_CA: '/nowhere/ca.pem' })).toThrow(CliError);
  });

  it('or says to whom asked for TLS why there is none', () => {
    expect(decide([], { tlsfirst: true })).toMatchObject({ hint: expect.not.stringContaining('--embedded') });
    expect(decide([], { user: 'me', password: 'p' })).toMatchObject({ hint: expect.stringContaining('--embedded') });
  });
});

describe('where no server is found', () => {
  const unreachable = new CliError('connection', 'no connection', { hint: 'start nats-server' });

  it.each<[where: string, given: string[], env: Environment]>([
    ['production', [], { NODE_ENV: 'production' }],
    ['a cluster', [], { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    ['who forbade one', ['--no-embedded'], {}],
    ['who forbade one for good', [], { NATSCTL_EMBEDDED: '0' }],
  ])('%s hears how to have one for development', (_, given, env) => {
    expect(withEmbeddedHint(unreachable, decide(given, {}, env))).toMatchObject({
      kind: 'connection',
      message: 'no connection',
      hint: expect.stringContaining('--embedded'),
    });
  });

  it('who named one hears nothing of it', () => {
    expect(withEmbeddedHint(unreachable, decide([], { server: 'nats://a:4222' }))).toBe(unreachable);
  });

  it('any other error stays as it is', () => {
    const refused = new CliError('authorization', 'refused');
    expect(withEmbeddedHint(refused, decide([], {}, { NODE_ENV: 'production' }))).toBe(refused);
  });
});
