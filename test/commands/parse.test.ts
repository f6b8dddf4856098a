import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { type Invocation, parseCommandLine } from '../../src/commands/parse.js';
import { nearestOf } from '../../src/nearest-name.js';

const names = commands.map(({ name }) => name).join(', ');

const parse = (...argv: string[]) => parseCommandLine(argv, 80);

/** The command that is to run, its operands, and the flags that were given. */
async function run(...argv: string[]) {
  const invocation = await parse(...argv);
  if (invocation.kind !== 'run') throw new Error(`not to run, but ${invocation.kind}`);
  const isGiven = ([, value]: [string, unknown]) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return {
    command: invocation.command.usage.split(' ')[0],
    operands: invocation.operands,
    flags: Object.fromEntries(Object.entries({ ...invocation.flags, ...invocation.global }).filter(isGiven)),
  };
}

async function help(...argv: string[]): Promise<Extract<Invocation, { kind: 'help' }>> {
  const invocation = await parse(...argv);
  if (invocation.kind !== 'help') throw new Error(`no help, but ${invocation.kind}`);
  return invocation;
}

const unwrap = (text: string) => text.replace(/\s+/g, ' ');

describe('operands arrive byte for byte', () => {
  it.each<[argv: string[], operands: string[]]>([
    [
      ['greeter.greet', 'World'],
      ['greeter.greet', 'World'],
    ],
    [
      ['a', '007'],
      ['a', '007'],
    ],
    [
      ['a', '0x10'],
      ['a', '0x10'],
    ],
    [
      ['a', '1e5'],
      ['a', '1e5'],
    ],
    [
      ['a', ''],
      ['a', ''],
    ],
    [
      ['', 'World'],
      ['', 'World'],
    ],
    [
      ['a', '-'],
      ['a', '-'],
    ],
    [
      ['a', '--', '-5'],
      ['a', '-5'],
    ],
    [
      ['a', '--', '--json'],
      ['a', '--json'],
    ],
    [
      ['a', '--', '--help'],
      ['a', '--help'],
    ],
    [
      ['a', '--', '--', 'b'],
      ['a', '--', 'b'],
    ],
    [
      ['--', 'a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'two words\n'],
      ['a', 'two words\n'],
    ],
    [
      ['a', '{"id":1}'],
      ['a', '{"id":1}'],
    ],
    [
      ['a', '"quoted"'],
      ['a', '"quoted"'],
    ],
    [
      ['a', "'quoted'"],
      ['a', "'quoted'"],
    ],
    [
      ['a', '👋'],
      ['a', '👋'],
    ],
    [
      ['a', 'true'],
      ['a', 'true'],
    ],
    [
      ['request', 'serve'],
      ['request', 'serve'],
    ],
    [
      ['a', 'help'],
      ['a', 'help'],
    ],
    [['help'], ['help']],
    [
      ['help', 'help'],
      ['help', 'help'],
    ],
    [
      ['a', 'version'],
      ['a', 'version'],
    ],
    [
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ],
    [[], []],
  ])('request %j', async (argv, operands) => {
    expect(await run('request', ...argv)).toEqual({ command: 'request', operands, flags: {} });
  });
});

describe('a flag that takes a value', () => {
  it.each<[argv: string[], operands: string[], flags: object]>([
    [['-H', 'A:1', 'greeter.greet', 'World'], ['greeter.greet', 'World'], { header: ['A:1'] }],
    [['-H', 'A:1', '-H', 'B:2', 'a'], ['a'], { header: ['A:1', 'B:2'] }],
    [['a', 'b', '--header=A:b=c', '-H', 'A:2'], ['a', 'b'], { header: ['A:b=c', 'A:2'] }],
    [['-H', '', 'a'], ['a'], { header: [''] }],
    [['-H', '"A:1"', 'a'], ['a'], { header: ['"A:1"'] }],
    [['--timeout', '1s', 'a', '--timeout', '2s'], ['a'], { timeout: '2s' }],
    [['--timeout=1s', '--timeout=2s', 'a'], ['a'], { timeout: '2s' }],
    [['--retries', '007', 'a'], ['a'], { retries: '007' }],
    [['-s', 'nats://a:4222', 'a'], ['a'], { server: 'nats://a:4222' }],
    [['-s=nats://a:4222', 'a'], ['a'], { server: 'nats://a:4222' }],
    [['--server', 'a', 'b'], ['b'], { server: 'a' }],
    [['a', '--user', '-5'], ['a'], { user: '-5' }],
    [['a', '--password', '--json'], ['a'], { password: '--json' }],
    [['a', '--password', '--help'], ['a'], { password: '--help' }],
    [['a', '--password', 'help'], ['a'], { password: 'help' }],
    [['a', '--password', ''], ['a'], { password: '' }],
    [['a', '--file='], ['a'], { file: '' }],
    [['a', '--connection-name', 'me'], ['a'], { connectionName: 'me' }],
  ])('takes exactly one: request %j', async (argv, operands, flags) => {
    expect(await run('request', ...argv)).toEqual({ command: 'request', operands, flags });
  });

  it.each([
    [['request', 'a', '--timeout'], '--timeout needs a value', 'see natsctl request --help'],
    [['request', 'a', '-H'], '-H needs a value', 'see natsctl request --help'],
    [['serve', 'greeter', '-w'], '-w needs a value', 'see natsctl serve --help'],
    [['bench', 'pub', 'a', '--rate'], '--rate needs a value', 'see natsctl bench pub --help'],
    [['--server'], '--server needs a value', 'see natsctl --help'],
  ])('is refused without one: %j', async (argv, message, hint) => {
    await expect(parse(...argv)).rejects.toMatchObject({ kind: 'usage', message, hint });
  });
});

describe('a switch', () => {
  it.each<[argv: string[], operands: string[], flags: object]>([
    [['--json', 'true'], ['true'], { json: true }],
    [['--json', 'a', 'false'], ['a', 'false'], { json: true }],
    [['-j', 'true'], ['true'], { json: true }],
    [['-jq', 'a'], ['a'], { json: true, quiet: true }],
    [['--json', '--json', 'a'], ['a'], { json: true }],
    [['a', '--no-color'], ['a'], { noColor: true }],
    [['--no-stdin', '--no-newline', '--raw', 'a'], ['a'], { noStdin: true, noNewline: true, raw: true }],
    [['--no-context', 'a'], ['a'], { noContext: true }],
  ])('takes no value: request %j', async (argv, operands, flags) => {
    expect(await run('request', ...argv)).toEqual({ command: 'request', operands, flags });
  });

  it.each([
    ['--json=true', '--json takes no value'],
    ['--json=false', '--json takes no value'],
    ['-j=true', '-j takes no value'],
    ['--no-color=false', '--no-color takes no value'],
  ])('is refused with one: %s', async (flag, message) => {
    await expect(parse('request', 'a', flag)).rejects.toMatchObject({ kind: 'usage', message });
  });
});

describe('flags before the command', () => {
  it.each<[argv: string[], operands: string[], flags: object]>([
    [['--json', 'request', 'a'], ['a'], { json: true }],
    [['-s', 'host', 'request', 'a'], ['a'], { server: 'host' }],
    [['--timeout', '1s', 'request', 'a', '--timeout', '2s'], ['a'], { timeout: '2s' }],
    [['-H', 'A:1', 'request', 'a'], ['a'], { header: ['A:1'] }],
  ])('count as those behind it: %j', async (argv, operands, flags) => {
    expect(await run(...argv)).toEqual({ command: 'request', operands, flags });
  });
});

describe('what is not known', () => {
  it.each([
    [['reqest', 'a'], 'unknown command "reqest"', 'did you mean request?'],
    [['Serve'], 'unknown command "Serve"', 'did you mean serve?'],
    [['publsh'], 'unknown command "publsh"', 'did you mean publish?'],
    [
      ['request', 'a', '--reply-timout', '1s'],
      'unknown flag --reply-timout',
      'did you mean --reply-timeout? see natsctl request --help',
    ],
    [['frobnicate'], 'unknown command "frobnicate"', `there are: ${names}`],
    [['--json', 'true'], 'unknown command "true"', `there are: ${names}`],
    [
      ['request', '--tiemout', '1s', 'a'],
      'unknown flag --tiemout',
      'did you mean --timeout? see natsctl request --help',
    ],
    [['request', 'a', '--headr=A:1'], 'unknown flag --headr', 'did you mean --header? see natsctl request --help'],
    [
      ['request', 'a', '--no-verbose'],
      'unknown flag --no-verbose',
      'did you mean --verbose? see natsctl request --help',
    ],
    [['bench', 'pub', 'a', '--xyzzy'], 'unknown flag --xyzzy', 'see natsctl bench pub --help'],
    [['request', '--halp'], 'unknown flag --halp', 'did you mean --help? see natsctl request --help'],
    [['--versoin'], 'unknown flag --versoin', 'did you mean --version? see natsctl --help'],
    [['request', 'a', '--frobnicate'], 'unknown flag --frobnicate', 'see natsctl request --help'],
    [['request', 'a', '-x'], 'unknown flag -x', 'see natsctl request --help'],
    [['request', 'a', '-jx'], 'unknown flag -x', 'see natsctl request --help'],
    [['request', 'a', '--workers', '3'], 'unknown flag --workers', 'see natsctl request --help'],
    [['request', 'a', '--user.x', '1'], 'unknown flag --user.x', 'did you mean --user? see natsctl request --help'],
    [
      ['request', 'a', '--connectionName', 'x'],
      'unknown flag --connectionName',
      expect.stringContaining('--connection-name'),
    ],
    [['--frobnicate', 'request', 'a'], 'unknown flag --frobnicate', 'see natsctl --help'],
  ])('is refused with the nearest: %j', async (argv, message, hint) => {
    await expect(parse(...argv)).rejects.toMatchObject({ kind: 'usage', message, hint });
  });
});

describe('help', () => {
  it.each([[['--help']], [['-h']], [['--help', '--json']], [['--help', '--frobnicate']]])(
    'of the program lists its commands: %j',
    async (argv) => {
      const { text, asked } = await help(...argv);
      expect(asked).toBe(true);
      for (const { name, aliases = [], describe } of commands) {
        expect(unwrap(text)).toContain(` ${[name, ...aliases].join(', ')} ${describe} `);
      }
      expect(text).toContain('--server');
    },
  );

  it('is shown unasked where there is no command', async () => {
    for (const argv of [[], ['--json']]) {
      const { text, asked } = await help(...argv);
      expect(asked).toBe(false);
      expect(text).toContain('natsctl COMMAND');
    }
  });

  it.each([
    ['request', '--retries', 'natsctl request greeter.greet World'],
    ['serve', '--ready-file', 'natsctl serve ./orders.ts --workers 3'],
  ])('of %s has its usage, its flags and worked examples', async (name, flag, example) => {
    const { text, asked } = await help(name, '--help');
    const unwrapped = unwrap(text);
    const entry = commands.find((command) => command.name === name);
    const command = await entry?.load();
    expect(asked).toBe(true);
    expect(text).toContain(`natsctl ${command?.usage}\n`);
    expect(unwrapped).toContain(command?.describe);
    for (const line of Object.entries(command?.operands ?? {})) expect(unwrapped).toContain(line.join(' '));
    expect(unwrapped).toContain(` ${flag} `);
    expect(unwrapped).toContain(` ${example} `);
  });

  it.each([
    [['request', '-h']],
    [['request', 'greeter.greet', 'World', '--help']],
    [['--help', 'request']],
    [['request', '--frobnicate', '--help']],
    [['request', '--help', '--timeout']],
  ])('of a command wins over all else: %j', async (argv) => {
    expect((await help(...argv)).text).toMatch(/^natsctl request SUBJECT/);
  });

  it.each([[['reqest', '--help']], [['stream', '--help']], [['--help', 'frobnicate']]])(
    'of what is no command is an error: %j',
    async (argv) => {
      await expect(parse(...argv)).rejects.toMatchObject({ kind: 'usage' });
    },
  );

  it('wraps to the terminal, and never wider than 100 columns', async () => {
    const widest = async (columns: number) => {
      const invocation = await parseCommandLine(['--help'], columns);
      const text = invocation.kind === 'help' ? invocation.text : '';
      return Math.max(...text.split('\n').map((line) => line.length));
    };
    expect(await widest(80)).toBeLessThanOrEqual(80);
    expect(await widest(300)).toBeLessThanOrEqual(100);
    expect(await widest(300)).toBeGreaterThan(80);
  });
});

it.each([[['--version']], [['request', '--version']], [['--version', 'request', 'a']]])(
  '%j asks for the version',
  async (argv) => {
    expect(await parse(...argv)).toEqual({ kind: 'version' });
  },
);

it.each([
  ['srve', 'serve'],
  ['REQUEST', undefined],
  ['sub', undefined],
  ['x', undefined],
  ['', undefined],
])('the command nearest to %j is %s', (name, nearest) => {
  expect(nearestOf(name, ['serve', 'request'])).toBe(nearest);
});
