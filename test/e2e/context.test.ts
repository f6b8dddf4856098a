import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperator } from '../support/credentials.js';
import { createTempDir } from '../support/guardian.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import type { RunOptions } from '../support/program.js';
import { natsctl, peer, startNatsctl } from '../support/run.js';
import { hasTerminal, startInTerminal } from '../support/terminal.js';
import { tools } from '../support/tools.js';

const launcher = fileURLToPath(new URL('../../bin/natsctl.js', import.meta.url));

/** A home with contexts of its own. */
function createHome() {
  const home = createTempDir('contexts');
  const env = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), NATS_URL: undefined };
  const nats = join(home, 'config', 'nats');
  const file = (name: string) => join(nats, 'context', `${name}.json`);
  const run =
    (command: typeof natsctl | typeof peer) =>
    (args: readonly string[], options: RunOptions = {}) =>
      command(['context', ...args], { ...options, cwd: home, env: { ...env, ...options.env } });
  return {
    home,
    env,
    nats,
    file,
    /** `natsctl context`, and what it says where it does not end well. */
    context: run(natsctl),
    peer: run(peer),
    read: (name: string) => JSON.parse(readFileSync(file(name), 'utf8')) as Record<string, unknown>,
    write(name: string, fields: object) {
      mkdirSync(join(nats, 'context'), { recursive: true });
      writeFileSync(file(name), JSON.stringify(fields));
    },
  };
}

const modeOf = (path: string) => statSync(path).mode & 0o777;
const DONE = { code: 0, stdout: '' };

describe('natsctl context', () => {
  it('saves, lists, selects, shows and removes', async () => {
    const { context, read, file, nats } = createHome();
    const args = ['add', 'ci', '-s', 'nats://h:1', '--user', 'u', '--password', 'hush', '--description', 'for CI'];
    expect(await context(args)).toMatchObject({ ...DONE, stderr: 'saved context ci: nats://h:1\n' });
    expect(read('ci')).toMatchObject({ url: 'nats://h:1', user: 'u', password: 'hush', description: 'for CI' });
    expect([modeOf(file('ci')), modeOf(nats)]).toEqual([0o600, 0o700]);
    expect(await context(['add', 'a', '--select', '-q'])).toMatchObject({ ...DONE, stderr: '' });

    expect((await context(['ls'])).stdout).toBe('* a   nats://127.0.0.1:4222\n  ci  nats://h:1             for CI\n');
    expect((await context(['list', '--names'])).stdout).toBe('a\nci\n');
    expect(
      (await context(['ls', '--json'])).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { name: 'a', selected: true, url: 'nats://127.0.0.1:4222' },
      { name: 'ci', selected: false, url: 'nats://h:1', description: 'for CI' },
    ]);

    expect(await context(['select', 'ci'])).toMatchObject({ ...DONE, stderr: 'selected context ci\n' });
    const shown = await context(['show']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^name +ci \(selected\)\n(.*\n)*password +\*{8}\n/);
    expect(JSON.parse((await context(['info', 'ci', '--json'])).stdout)).toEqual({
      ...{ name: 'ci', selected: true, description: 'for CI', url: 'nats://h:1', user: 'u', password: '********' },
      path: file('ci'),
    });
    expect((await context(['previous'])).stderr).toBe('selected context a\n');
    expect((await context(['-'])).stderr).toBe('selected context ci\n');
    expect((await context(['unselect'])).stderr).toBe('context ci is no longer selected\n');
    expect(await context(['show'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no context is selected'),
    });
    expect(await context(['rm', 'ci', '--force'])).toMatchObject({ ...DONE, stderr: 'removed context ci\n' });
    expect(await context(['rm', 'ci', '-f'])).toMatchObject({ ...DONE, stderr: 'there is no context ci\n' });
    expect((await context(['ls', '--names'])).stdout).toBe('a\n');
  });

  it('changes what is named and keeps the rest, fields of other programs too', async () => {
    const { context, read, write, file, home } = createHome();
    write('x', { url: 'nats://h:1', zork: { deep: [1] }, nsc: '', creds: '/c', name: 'x' });
    chmodSync(file('x'), 0o644);
    expect((await context(['save', 'x', '--token', 't'])).stderr).toBe(
      'saved context x: nats://h:1\nit no longer has "creds"\nwarning: context x: natsctl does not support "zork"\n',
    );
    expect(read('x')).toEqual({ url: 'nats://h:1', zork: { deep: [1] }, nsc: '', creds: '', token: 't' });
    expect(modeOf(file('x'))).toBe(0o600);
    await context(['copy', 'x', 'y', '-s', 'nats://other', '--tlsca', 'ca.pem', '--description', 'd']);
    const { url, zork, ca, token } = read('y');
    expect({ url, zork, ca, token }).toEqual({
      ...{ url: 'nats://other', zork: { deep: [1] }, token: 't' },
      ca: join(home, 'ca.pem'),
    });
    await context(['add', 'z', '--context', 'x', '-s', 'nats://z']);
    expect(read('z')).toMatchObject({ url: 'nats://z', token: 't' });
    expect(readdirSync(join(file('x'), '..')).sort()).toEqual(['x.json', 'y.json', 'z.json']);
  });

  it('says what it did not save of the environment, and what goes before a selected context', async () => {
    const { context, read } = createHome();
    const env = { NATS_URL: 'nats://env', NATS_TOKEN: 'hush', NATS_CONTEXT: 'other' };
    const { stderr } = await context(['add', 'a'], { env });
    expect(stderr).toContain('warning: NATS_URL is set, and is not saved');
    expect(stderr).toContain('warning: NATS_TOKEN is set, and is not saved');
    expect(JSON.stringify(read('a'))).not.toMatch(/env|hush/);
    expect((await context(['select', 'a'], { env })).stderr).toContain('NATS_CONTEXT is set, and goes before');
  });

  it.each<[readonly string[], string]>([
    [[], 'SUBCOMMAND is missing'],
    [['ad', 'x'], 'did you mean natsctl context add?'],
    [['add'], 'NAME is missing'],
    [['add', '../x'], 'invalid context name "../x"'],
    [['add', '.x'], 'invalid context name ".x"'],
    [['add', 'x', '--creds', 'a', '--token', 'b'], '"creds" and "token" exclude each other'],
    [['add', 'x', '--timeout', '1s'], '--timeout means nothing here'],
    [['add', 'x', '--force'], '--force means nothing to context add'],
    [['add', 'x', '--embed'], 'use nats context --embed'],
    [['add', 'is', '--context', 'is'], 'context is is there already'],
    [['add', 'x', '--context', 'none'], 'there is no context "none"'],
    [['copy', 'is'], 'NAME is missing'],
    [['copy', 'none', 'x'], 'there is no context "none"'],
    [['copy', 'is', 'is'], 'there is a context "is" already'],
    [['edit', 'is'], 'there is no editor'],
    [['edit', 'none'], 'there is no context "none"'],
    [['show', 'none'], 'there are: is'],
    [['show', '--server', 'x'], '--server means nothing here'],
    [['validate', '--timeout', '1s'], '--timeout means nothing here'],
    [['select'], 'there are: is'],
    [['select', 'none'], 'there is no context "none"'],
    [['previous'], 'no context was selected before'],
    [['rm', 'is'], 'there is no terminal to ask on\nremove it without asking: --force'],
    [['rm', 'none'], 'there is no context "none"'],
    [['ls', 'is'], 'one argument too many: "is"'],
    [['ls', '--connect'], '--connect means nothing to context ls'],
  ])('%j is an error of usage', async (args, message) => {
    const { context, write, nats } = createHome();
    write('is', { url: 'nats://h' });
    const { code, stdout, stderr } = await context(args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(readdirSync(nats)).toEqual(['context']);
    expect(readdirSync(join(nats, 'context'))).toEqual(['is.json']);
  });

  it('shows no secret, anywhere', async () => {
    const { context, home } = createHome();
    const all = [
      await context(['add', 'a', '-s', 'nats://u:hush@h:1', '--token', 'hush']),
      await context(['add', 'b', '--user', 'u', '--password', 'hush', '--json']),
      await context(['add', 'c', '--nkey', 'hush\nhush']),
      await context(['add', 'c', '--server', 'x://u:hush@h']),
      await context(['show', 'a', '--verbose']),
      await context(['show', 'b', '--json']),
      await context(['ls']),
      await context(['ls', '--json']),
      await context(['validate', '--verbose']),
      await context(['edit', 'a'], { env: { EDITOR: `sed -i s/{/x/` } }),
    ];
    for (const { stdout, stderr } of all) expect(stdout + stderr).not.toContain('hush');
    expect(readFileSync(join(home, 'config/nats/context/a.json'), 'utf8')).toContain('hush');
  });

  it('lists and removes a context that cannot be read', async () => {
    const { context, file, write } = createHome();
    write('good', { url: 'nats://h' });
    writeFileSync(file('bad'), '{');
    expect(await context(['ls'])).toMatchObject({
      ...{ code: 0, stdout: '  bad\n  good  nats://h\n' },
      stderr: expect.stringContaining('warning: context bad is not valid JSON'),
    });
    expect(await context(['rm', 'bad', '--force'])).toMatchObject(DONE);
  });

  it('says of itself what it says, whatever fields a file has', async () => {
    const { context, write, file } = createHome();
    write('x', { name: 'y', selected: 'z', path: '/p' });
    expect(JSON.parse((await context(['show', 'x', '--json'])).stdout)).toEqual({
      ...{ name: 'x', selected: false, path: file('x') },
    });
  });

  it('names the context that is of no use, not its copy', async () => {
    const { context, file, write } = createHome();
    write('x', {});
    writeFileSync(file('x'), '{');
    for (const args of [
      ['copy', 'x', 'y'],
      ['add', 'y', '--context', 'x'],
    ]) {
      expect((await context(args)).stderr).toContain('context x is not valid JSON');
    }
  });

  it('takes a name that looks like a flag behind --', async () => {
    const { context, write } = createHome();
    write('-x', { url: 'nats://h' });
    expect((await context(['rm', '--force', '--', '-x'])).stderr).toBe('removed context -x\n');
  });

  it('has help of each subcommand, under each of its names', async () => {
    const { context } = createHome();
    const { stdout } = await context(['save', '--help']);
    expect(stdout).toMatch(/^natsctl context add NAME\n/);
    expect((await natsctl(['help', 'ctx', 'create'])).stdout).toBe(stdout);
    expect(await natsctl(['help', 'context', 'shw'])).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('did you mean natsctl context show?') },
    });
  });
});

describe('natsctl context edit', () => {
  it('keeps what the editor leaves, to the last field', async () => {
    const { context, write, file } = createHome();
    write('a', { url: 'nats://h:1', zork: 1 });
    const { code, stderr } = await context(['edit', 'a'], { env: { EDITOR: "sed -i 's/h:1/h:2/'" } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^saved context a\n/) });
    expect(readFileSync(file('a'), 'utf8')).toBe('{"url":"nats://h:2","zork":1}');
    expect(modeOf(file('a'))).toBe(0o600);
    expect((await context(['vi', 'a'], { env: { VISUAL: 'true', EDITOR: 'false' } })).stderr).toContain('unchanged');
  });

  it.each([
    ['what is no JSON', 'sed -i s/{/[/', 'context a is not valid JSON'],
    ['a wrong type', `sed -i 's/"1"/1/'`, 'context a: "url" has the wrong type'],
    ['a failing editor', 'false', 'ended with exit 1: nothing was changed'],
  ])('changes nothing at %s', async (_, editor, message) => {
    const { context, write, file } = createHome();
    write('a', { url: '1' });
    const before = readFileSync(file('a'), 'utf8');
    const { code, stderr } = await context(['edit', 'a'], { env: { EDITOR: editor } });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(readFileSync(file('a'), 'utf8')).toBe(before);
  });

  it('leaves no copy behind where it is ended', async () => {
    const { write, env, home } = createHome();
    write('a', { token: 'hush' });
    const script = join(home, 'editor');
    writeFileSync(script, '#!/bin/sh\necho "editing $1"\nexec sleep 60\n', { mode: 0o755 });
    await using running = startNatsctl(['context', 'edit', 'a'], { env: { ...env, EDITOR: script, TMPDIR: home } });
    const [, copy = ''] = await running.waitForLine('stdout', /editing (.*)/);
    expect(copy.startsWith(home)).toBe(true);
    expect(readFileSync(copy, 'utf8')).toContain('hush');
    expect(modeOf(copy)).toBe(0o600);
    const { code, stderr } = await running.stop();
    expect({ code, stderr }).toEqual({ code: 143, stderr: expect.stringContaining('nothing was changed') });
    expect(existsSync(copy)).toBe(false);
    expect(readdirSync(home)).not.toContainEqual(expect.stringMatching(/^natsctl-/));
    expect(tmpdir()).not.toBe(home);
  });
});

describe.skipIf(!hasTerminal)('natsctl context on a terminal', () => {
  const start = (home: ReturnType<typeof createHome>, args: readonly string[], env: Record<string, string> = {}) =>
    startInTerminal(process.execPath, [launcher, 'context', ...args], { env: { ...home.env, ...env } });

  it('asks which one to select, and takes a number or a name', async () => {
    const home = createHome();
    for (const name of ['a', 'b']) home.write(name, { url: 'nats://h' });
    for (const [answer, selected] of [
      ['2', 'b'],
      ['a', 'a'],
    ]) {
      await using running = start(home, ['select']);
      await running.stdout.waitForLine(/2 {2}b/);
      running.stdin?.write(`${answer}\n`);
      expect((await running.finished).stdout).toContain(`selected context ${selected}`);
    }
    await using running = start(home, ['select']);
    await running.stdout.waitForLine(/2 {2}b/);
    running.stdin?.write('\u0003');
    expect((await running.finished).code).toBe(130);
  });

  it('asks before it removes', async () => {
    const home = createHome();
    home.write('a', { url: 'nats://h' });
    await home.context(['select', 'a']);
    for (const [answer, isThere] of [
      ['', true],
      ['no', true],
      ['y', false],
    ] as const) {
      await using running = start(home, ['rm', 'a']);
      running.stdin?.write(`${answer}\n`);
      const { code, stdout } = await running.finished;
      expect(code).toBe(0);
      expect(stdout).toContain('Remove context a, which is selected? [y/N]');
      expect(existsSync(home.file('a'))).toBe(isThere);
    }
    expect(existsSync(join(home.nats, 'context.txt'))).toBe(false);
  });

  it('offers to mend what is of no use', async () => {
    const home = createHome();
    home.write('a', { url: 'nats://one' });
    const script = join(home.home, 'editor');
    // First it breaks the file, then it mends it.
    writeFileSync(script, '#!/bin/sh\ngrep -q ^x "$1" && sed -i "s/^x//; s/one/two/" "$1" || sed -i "s/^/x/" "$1"\n', {
      mode: 0o755,
    });
    await using running = start(home, ['edit', 'a'], { EDITOR: script });
    running.stdin?.write('\n');
    const { code, stdout } = await running.finished;
    expect(stdout).toContain('Edit it again? [Y/n]');
    expect(code).toBe(0);
    expect(home.read('a')).toEqual({ url: 'nats://two' });
  });
});

describe.skipIf(tools.natsServer.path === undefined)('natsctl context validate', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer({ config: 'authorization { token: right }' });
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  it('tells of each whether it is of use, and ends with the worst', async () => {
    const { context, write, file } = createHome();
    write('good', { url: server.url, token: 'right' });
    expect(await context(['validate'])).toMatchObject({ code: 0, stdout: 'good: ok\n' });
    chmodSync(file('good'), 0o600);
    expect(await context(['validate', '--connect'])).toMatchObject({ code: 0, stdout: 'good: ok\n', stderr: '' });
    write('refused', { url: server.url, token: 'wrong' });
    write('gone', { url: 'nats://127.0.0.1:1' });
    expect((await context(['validate', 'gone', '--connect'])).code).toBe(3);
    const both = await context(['validate', '--connect', '--json']);
    expect(both.code).toBe(4);
    expect(
      both.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { name: 'gone', ok: false, problems: [{ kind: 'connection' }] },
      { name: 'good', ok: true },
      { name: 'refused', ok: false, problems: [{ kind: 'authorization' }] },
    ]);
    expect(JSON.parse(both.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { kind: 'authorization', message: '2 of 3 contexts are of no use' },
    });
    write('lost', { url: server.url, creds: '/none.creds' });
    expect(await context(['validate', '--connect', 'gone', 'lost'])).toMatchObject({
      ...{ code: 2, stdout: expect.stringContaining('lost: cannot read the creds file /none.creds: no such file\n') },
    });
    expect((await context(['validate', 'none'])).code).toBe(2);
  });

  it('is what show --connect does for one', async () => {
    const { context, write } = createHome();
    write('good', { url: server.url, token: 'right' });
    write('refused', { url: server.url, token: 'wrong' });
    expect(await context(['show', 'good', '--connect'])).toMatchObject({ code: 0, stderr: 'connected\n' });
    expect((await context(['show', 'refused', '--connect'])).code).toBe(4);
  });

  it('saves what the next command connects with', async () => {
    const { context, env } = createHome();
    await context(['add', 'ci', '-s', server.url, '--token', 'env://CI_TOKEN', '--select']);
    const request = (token: string) => natsctl(['request', 'nobody', 'x'], { env: { ...env, CI_TOKEN: token } });
    expect([(await request('right')).code, (await request('wrong')).code]).toEqual([5, 4]);
  });
});

describe.skipIf(tools.nats.path === undefined)('contexts of the nats command', () => {
  it('are listed, shown, selected and changed by natsctl', async () => {
    const { context, peer: nats, read, file } = createHome();
    await nats(['add', 'theirs', '-s', 'nats://h:1', '--user', 'u', '--password', 'p', '--description', 'd']);
    await nats(['add', 'other', '-s', 'nats://o:1']);
    await nats(['select', 'theirs']);
    const fields = read('theirs');
    expect((await context(['ls'])).stdout).toBe('  other   nats://o:1\n* theirs  nats://h:1  d\n');
    expect(JSON.parse((await context(['show', '--json'])).stdout)).toMatchObject({ name: 'theirs', user: 'u' });
    await context(['save', 'theirs', '-s', 'nats://h:2']);
    expect(read('theirs')).toEqual({ ...fields, url: 'nats://h:2' });
    expect(Object.keys(read('theirs'))).toEqual(Object.keys(fields));
    expect(modeOf(file('theirs'))).toBe(0o600);
  });

  it('are what natsctl saves, too', async () => {
    const { context, peer: nats, home } = createHome();
    writeFileSync(join(home, 'x.creds'), '');
    await context(['add', 'a', '-s', 'nats://h:1,nats://h:2', '--creds', 'x.creds', '--description', 'ours']);
    await context(['add', 'b', '--user', 'u', '--password', 'p', '--inbox-prefix', '_INBOX.b', '--select']);
    expect((await nats(['ls', '--names'])).stdout).toBe('a\nb\n');
    expect(JSON.parse((await nats(['show', 'a', '--json'])).stdout)).toMatchObject({
      ...{ url: 'nats://h:1,nats://h:2', creds: join(home, 'x.creds'), description: 'ours', user: '' },
    });
    expect((await nats(['show', 'a'])).stdout).toContain(`${join(home, 'x.creds')} (OK)`);
    expect((await nats(['show'])).stdout).toContain('Configuration Context "b"');
    await context(['select', 'a']);
    expect((await nats(['ls'])).stdout).toContain('a*');
    expect((await nats(['previous'])).stdout).toContain('Context "b"');
    expect((await context(['previous'])).stderr).toBe('selected context a\n');
    await nats(['unselect']);
    expect((await context(['previous'])).stderr).toBe('selected context a\n');
    await context(['copy', 'a', 'c']);
    await context(['rm', 'a', '--force']);
    expect((await nats(['ls', '--names'])).stdout).toBe('b\nc\n');
    expect((await nats(['show'])).stderr).toContain('no default context');
    await nats(['copy', 'b', 'd', '--description', 'theirs']);
    await nats(['rm', 'b', '--force']);
    expect((await context(['ls', '--names'])).stdout).toBe('c\nd\n');
  });
});

describe.skipIf(tools.nats.path === undefined || tools.natsServer.path === undefined)(
  'what one of the two saved',
  () => {
    /** Saves with one, selected, and then has both publish with it. */
    async function expectBothToConnect(server: NatsServer, flags: readonly string[], save: 'natsctl' | 'nats') {
      const { context, peer: nats, env } = createHome();
      const args = ['add', 'it', '-s', server.url, ...flags, '--select'];
      expect((await (save === 'natsctl' ? context : nats)(args)).code).toBe(0);
      const told = (await peer(['pub', 'x', 'y'], { env })).stderr;
      expect({ told, code: (await natsctl(['request', 'nobody', 'x'], { env })).code }).toEqual({
        ...{ told: expect.stringContaining('Published'), code: 5 },
      });
    }

    it.each(['natsctl', 'nats'] as const)('connects both, with a password, by %s', async (save) => {
      await using server = await startNatsServer({ config: 'authorization { user: u, password: "p\\"w" }' });
      await expectBothToConnect(server, ['--user', 'u', '--password', 'p"w'], save);
    });

    it('connects both, with the creds, or the files of a JWT and its seed', async () => {
      const operator = await createOperator();
      const user = await operator.createUser();
      await using server = await startNatsServer({ config: operator.config });
      await expectBothToConnect(server, ['--creds', user.credsFile], 'nats');
      await expectBothToConnect(server, ['--creds', relative(user.credsFile)], 'natsctl');
      await expectBothToConnect(server, ['--jwt', user.jwtFile, '--seed', user.seedFile], 'natsctl');
      await expectBothToConnect(server, ['--jwt', user.jwt, '--seed', user.seed], 'natsctl');
    });
  },
);

/** The path as it is from a home of {@link createHome}: all temporary folders of a test file have the same parent. */
function relative(path: string): string {
  return join('..', basename(dirname(path)), basename(path));
}
