import { fileURLToPath } from 'node:url';
import { connect, type NatsConnection } from 'nats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { childrenOf } from '../support/processes.js';
import type { RunningProgram } from '../support/program.js';
import { natsctl, startNatsctl } from '../support/run.js';
import { tools } from '../support/tools.js';

interface Listed {
  readonly name: string;
  readonly instance: string;
}

describe.skipIf(tools.natsServer.path === undefined)('natsctl serve registry', () => {
  let server: NatsServer;
  let client: NatsConnection;
  let events: string[];

  beforeEach(async () => {
    server = await startNatsServer();
    client = await connect({ servers: server.url });
    events = [];
    client.subscribe('service.events.*', {
      callback: (_error, message) => {
        const { event, service } = message.json<{ event: string; service?: Listed }>();
        events.push(`${event}${service === undefined ? '' : ` ${service.name}/${service.instance}`}`);
      },
    });
    await client.flush();
  });

  afterEach(async () => {
    await client.close();
    await server[Symbol.asyncDispose]();
  });

  const serve = async (...args: readonly string[]): Promise<RunningProgram> => {
    const program = startNatsctl(['serve', '-s', server.url, ...args]);
    await program.waitForLine('stderr', /^serving /);
    return program;
  };
  const register = async (name: string, more: object = {}) =>
    (await client.request('service.register', JSON.stringify({ name, ...more }), { timeout: 5_000 })).json();
  const list = async () => (await client.request('service.list', '', { timeout: 5_000 })).json<Listed[]>();
  const names = async () => (await list()).map(({ name }) => name);
  /** What all workers say, each of which answers some. */
  const answers = async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => names()));
    return [...new Set(all.map((one) => one.join(' ')))];
  };
  const until = <T>(look: () => T, expected: Awaited<T>) =>
    expect.poll(look, { timeout: 15_000, interval: 20 }).toEqual(expected);

  it('has three workers agree, also with one that came for another that was killed; each change is told once', async () => {
    await using pool = await serve('registry', '--workers', '3', '--log', 'off');
    await register('a');
    await register('b', { ttl: 2 });
    expect(await answers()).toEqual(['a b']);
    for (const [index, pid] of childrenOf(pool.pid).entries()) {
      process.kill(pid, 'SIGKILL');
      // It is heard although a worker is missing, perhaps the one that would have told of it.
      client.publish('service.register', JSON.stringify({ name: `during-${index}` }));
      await pool.waitForLine('stderr', new RegExp(`worker-${index + 1} serves registry again`));
      const known = Array.from({ length: index + 1 }, (_, one) => `during-${one}`);
      expect((await answers()).map((one) => one.replace(/ b\b/, ''))).toEqual([['a', ...known].join(' ')]);
    }
    await until(names, ['a', 'during-0', 'during-1', 'during-2']);
    await register('last', { ttl: 1 });
    await until(() => events.at(-1), 'expired last/last');
    // Two workers say so where one of them stood still, as it may on a busy machine.
    expect(events.filter((event) => event !== 'started').sort()).toEqual(
      [
        ...['registered a/a', 'registered b/b', 'expired b/b', 'registered last/last', 'expired last/last'],
        ...[0, 1, 2].map((one) => `registered during-${one}/during-${one}`),
      ].sort(),
    );
  });

  it('lists what `serve --register` serves when it is ready, and no more when it has ended', async () => {
    await using _registry = await serve('registry', '--workers', '2', '--log', 'off');
    await using pool = await serve('greeter', 'echo', '--workers', '3', '--register', '--log', 'off');
    const listed = await list();
    expect(listed.map(({ name }) => name)).toEqual(['echo', 'echo', 'echo', 'greeter', 'greeter', 'greeter']);
    expect(listed.at(-1)).toMatchObject({ version: '1.0.0', endpoints: ['greeter.greet'], metadata: {}, ttl: 30 });
    // The instances are those of discovery.
    const id = listed.at(-1)?.instance;
    const info = await client.request(`$SRV.INFO.greeter.${id}`, '', { timeout: 5_000 });
    expect(info.json()).toMatchObject({ name: 'greeter', id });

    expect((await pool.stop()).code).toBe(0);
    expect(await list()).toEqual([]);
    await until(() => events.filter((event) => event.startsWith('deregistered')).length, 6);
    expect(events.filter((event) => event !== 'started')).toHaveLength(12);
  });

  it('forgets a worker that was killed when its time is over, and knows the one that came for it', async () => {
    await using _registry = await serve('registry', '--log', 'off');
    await using pool = await serve('greeter', '--workers', '2', '--register', '--register-ttl', '3s', '--log', 'off');
    const before = await list();
    expect(before).toHaveLength(2);
    process.kill(childrenOf(pool.pid)[0] as number, 'SIGKILL');
    await pool.waitForLine('stderr', /worker-\d serves greeter again/);
    await until(() => events.filter((event) => event.startsWith('registered')).length, 3);
    await expect.poll(list).toHaveLength(2);
    const lost = events.filter((event) => event.startsWith('expired'));
    expect(lost).toHaveLength(1);
    expect(before.map(({ instance }) => `expired greeter/${instance}`)).toContain(lost[0]);
    expect(before.map(({ instance }) => instance)).not.toEqual(
      expect.arrayContaining((await list()).map(({ instance }) => instance)),
    );
    expect((await pool.stop()).stderr).not.toMatch(/registry/);
  });

  it('is whole again where all its workers were killed at once, long before a heartbeat', async () => {
    await using pool = await serve('greeter', '--workers', '3', '--register', '--register-ttl', '1h', '--log', 'off');
    await pool.waitForLine('stderr', /^warning: no registry answers on service\.register/);
    const registry = await serve('registry', '--workers', '2', '--log', 'off');
    await until(async () => (await list()).length, 3);
    await pool.waitForLine('stderr', /^a registry knows greeter now$/);
    const known = await list();
    registry.process.kill('SIGKILL');
    await registry.exited;
    const asked = () =>
      client.request('service.list').then(
        () => 'there',
        ({ code }) => code,
      );
    await until(asked, '503');
    const toldBefore = events.length;
    await using _again = await serve('registry', '--workers', '2', '--log', 'off');
    await until(list, known);
    expect(events.slice(toldBefore)).toContain('started');
    const { code, stderr } = await pool.stop();
    expect(code).toBe(0);
    expect(stderr.match(/no registry answers/g)).toHaveLength(1);
  });

  it('is left before the subscriptions close, so that nobody is sent to a worker that is gone', async () => {
    // This test is the registry.
    client.subscribe('service.register', { callback: (_error, message) => message.respond('{}') });
    let answered = '';
    client.subscribe('service.deregister', {
      callback: async (_error, message) => {
        answered = (await client.request('greeter.greet', 'World')).string();
        message.respond('{}');
      },
    });
    await client.flush();
    await using pool = await serve('greeter', '--register', '--log', 'off');
    expect((await pool.stop()).code).toBe(0);
    expect(answered).toBe('Hello, World!');
  });

  it('drains although the registry says nothing, and tells what it refuses', async () => {
    client.subscribe('service.register', {
      callback: (_error, message) => {
        const { headers } = message;
        headers?.set('Nats-Service-Error', 'not \u001b[31myou');
        headers?.set('Nats-Service-Error-Code', '403');
        if (headers !== undefined) message.respond('', { headers });
      },
    });
    client.subscribe('service.deregister', { callback: () => undefined });
    await client.flush();
    await using pool = await serve('greeter', '--register', '--log', 'off');
    await pool.waitForLine('stderr', /^warning: the registry refuses to register: 403: not \\e\[31myou$/);
    expect((await pool.stop()).code).toBe(0);
  });

  it('serves all the same where the server denies to register, and says so once', async () => {
    const permissions = '{ publish: { deny: "service.>" }, subscribe: { deny: "service.>" } }';
    await using strict = await startNatsServer({
      config: `authorization { users = [{ user: u, password: p, permissions: ${permissions} }] }`,
    });
    const url = strict.url.replace('//', '//u:p@');
    const flags = ['--register', '--register-ttl', '1s', '--workers', '2', '--log', 'off'];
    await using pool = startNatsctl(['serve', 'greeter', '-s', url, ...flags]);
    await pool.waitForLine('stderr', /^serving greeter/);
    expect((await natsctl(['request', '-s', url, 'greeter.greet', 'World'])).stdout).toBe('Hello, World!\n');
    const { code, stderr } = await pool.stop();
    expect(code).toBe(0);
    expect(stderr.match(/^warning: .*/gm)).toEqual([
      'warning: the server denies publishing to service.register: not registered',
    ]);
  });

  it('comes with `natsctl run --serve registry`', async () => {
    const script = `natsctl() { "$NODE" "$NATSCTL" "$@"; }
      natsctl request service.register '{"name":"mine","ttl":5}' && natsctl request service.lookup mine`;
    const env = { NODE: process.execPath, NATSCTL: fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url)) };
    const result = await natsctl(['run', '--serve', 'registry', '--workers', '2', '--', 'sh', '-c', script], { env });
    expect(result).toMatchObject({
      code: 0,
      stdout:
        '{"name":"mine","instance":"mine","ttl":5,"heartbeat":1.6666666666666667}\n' +
        '[{"name":"mine","instance":"mine","endpoints":[],"metadata":{},"ttl":5}]\n',
    });
  });
});
