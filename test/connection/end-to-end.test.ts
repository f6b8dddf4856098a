import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOperator } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { natsctl } from '../support/run.js';
import { createCertificates, tlsConfig } from '../support/tls.js';
import { describeOnEachServer, startOwnServer, unusedPort, welcome } from './serving.js';

const certificates = await createCertificates();
const operator = await createOperator();
const user = await operator.createUser();

/** A directory of the peer's configuration with these contexts. */
function configHome(contexts: Readonly<Record<string, object>>, selected?: string): string {
  const home = createTempDir('config');
  mkdirSync(join(home, 'nats', 'context'), { recursive: true });
  for (const [name, fields] of Object.entries(contexts)) {
    writeFileSync(join(home, 'nats', 'context', `${name}.json`), JSON.stringify(fields));
  }
  if (selected !== undefined) writeFileSync(join(home, 'nats', 'context.txt'), selected);
  return home;
}

/** Asks where nobody serves: connected, it ends with 5. */
const ask = ['request', 'nobody.serves', 'x', '--timeout', '5s'];
const CONNECTED = 5;

describeOnEachServer('the program', ({ binary }) => {
  it('connects by a context named by flag, by environment, by its file, or selected', async () => {
    await using server = await startNatsServer({ binary, config: operator.config });
    const right = { description: 'x', url: server.url, creds: user.credsFile, password: '', tls_first: false };
    const env = { XDG_CONFIG_HOME: configHome({ right, wrong: { url: server.url } }, 'right') };
    const byFile = join(env.XDG_CONFIG_HOME, 'nats', 'context', 'right.json');
    const runs = await Promise.all([
      natsctl([...ask, '--context', 'right'], { env: { ...env, NATS_CONTEXT: 'wrong' } }),
      natsctl(ask, { env: { ...env, NATS_CONTEXT: 'right' } }),
      natsctl([...ask, '--context', byFile], {}),
      natsctl(ask, { env }),
    ]);
    for (const { stderr } of runs) expect(stderr).toMatch(/no responders/);
    expect(runs.map(({ code }) => code)).toEqual([CONNECTED, CONNECTED, CONNECTED, CONNECTED]);
  });

  it('tells whose credentials were refused, and where they were set, with exit 4', async () => {
    await using server = await startNatsServer({ binary, config: 'authorization { user: me, password: right }' });
    const env = { XDG_CONFIG_HOME: configHome({ prod: { url: server.url, user: 'me', password: 'hunter2' } }, 'prod') };
    const { code, stdout, stderr } = await natsctl(ask, { env });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(
      `${server.url} refused the credentials (Authorization Violation): user "me", from context prod`,
    );
    expect(stderr).not.toContain('hunter2');
    const json = await natsctl([...ask, '--json'], { env });
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { kind: 'authorization' } });
    const ours = await natsctl([...ask, '-s', `nats://me:hunter2@127.0.0.1:${server.port}`, '--verbose']);
    expect(ours.code).toBe(4);
    expect(ours.stderr).not.toContain('hunter2');
  });

  it('speaks TLS, and does not to a server that it does not trust, with exit 3', async () => {
    await using server = await startNatsServer({ binary, config: tlsConfig(certificates) });
    const [trusted, mistrusted] = await Promise.all([
      natsctl([...ask, '-s', server.url, '--tlsca', certificates.ca]),
      natsctl([...ask, '-s', server.url]),
    ]);
    expect(trusted.code).toBe(CONNECTED);
    expect(mistrusted.code).toBe(3);
    expect(mistrusted.stderr).toContain('its TLS certificate is not trusted');
    expect(mistrusted.stderr.trim().split('\n').length).toBeLessThan(3);
  });

  it('waits for a server with --wait-server, and without ends with 3', async () => {
    const port = await unusedPort();
    expect(await natsctl([...ask, '-s', `127.0.0.1:${port}`])).toMatchObject({ code: 3, stdout: '' });
    const waiting = natsctl([...ask, '-s', `127.0.0.1:${port}`, '--wait-server', '10s']);
    await using _server = await startNatsServer({ binary, port });
    expect(await waiting).toMatchObject({ code: CONNECTED });
  });
});

describe('the program', () => {
  it('gives a named server nothing of a context that was merely selected', async () => {
    const lines: string[] = [];
    await using server = await startOwnServer((socket) => welcome(socket, (line) => lines.push(line)));
    const secrets = { url: 'nats://127.0.0.1:1', user: 'me', password: 'hunter2', inbox_prefix: '_SECRET' };
    const env = { XDG_CONFIG_HOME: configHome({ prod: secrets }, 'prod') };
    const short = ['request', 'a.b', 'x', '--timeout', '2s'];
    await natsctl([...short, '-s', server.url], { env });
    await natsctl(short, { env: { ...env, NATS_URL: server.url } });
    expect(lines.filter((line) => line.startsWith('CONNECT '))).toHaveLength(2);
    expect(lines.join('\n')).not.toMatch(/hunter2|"me"|_SECRET/);
    lines.length = 0;
    await natsctl([...short, '-s', server.url, '--context', 'prod'], { env });
    expect(lines.join('\n')).toMatch(/hunter2/);
    expect(lines.join('\n')).toMatch(/_SECRET/);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['a creds file that is missing', ['--creds', '/none.creds'], {}, 'cannot read the creds file /none.creds'],
    ['a context that is missing', ['--context', 'none'], {}, 'there is no context "none"'],
    ['a proxy', [], { NATS_SOCKS_PROXY: 'socks5://127.0.0.1:1' }, 'NATS_SOCKS_PROXY'],
    ['credentials of two kinds', ['--token', 't', '--creds', 'c'], {}, '--creds and --token exclude each other'],
    ['a bad address', ['-s', 'nats://me:hunter2@host:port'], {}, 'invalid server address "nats://…@host:port"'],
  ])('ends with 2 for %s', async (_, flags, env, message) => {
    await using server = await startOwnServer((socket) => welcome(socket));
    const { code, stderr } = await natsctl([...ask, ...flags], { env: { NATS_URL: server.url, ...env } });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('hunter2');
  });

  it('ends with 2 for a context that asks for what it cannot do, naming the field', async () => {
    const env = { XDG_CONFIG_HOME: configHome({ a: { creds: 'nsc://o/a/u' }, b: { socks_proxy: 'socks5://p' } }) };
    const [nsc, proxy] = await Promise.all(['a', 'b'].map((name) => natsctl([...ask, '--context', name], { env })));
    expect(nsc).toMatchObject({ code: 2, stderr: expect.stringContaining('"creds" in context a: natsctl does not') });
    expect(proxy).toMatchObject({ code: 2, stderr: expect.stringContaining('does not support "socks_proxy"') });
  });
});
