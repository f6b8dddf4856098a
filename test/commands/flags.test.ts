import { describe, expect, it } from 'vitest';
import { type Flag, type Flags, readFlags } from '../../src/commands/flags.js';
import { globalFlags, outputStyle } from '../../src/commands/global-flags.js';
import { commands } from '../../src/commands/index.js';
import { parseCommandLine } from '../../src/commands/parse.js';

const flags = {
  json: { kind: 'switch', describe: '' },
  'ready-file': { kind: 'value', describe: '' },
  header: { kind: 'list', describe: '' },
} as const satisfies Flags;

/** What a flag of every command means to one as well, which tells by its value which is meant. */
const TWO_MEANINGS: Readonly<Record<string, readonly string[]>> = { bench: ['seed'] };

describe('readFlags', () => {
  it('gives each flag that was not given a value of its kind', () => {
    expect(readFlags({}, flags)).toEqual({ json: false, readyFile: undefined, header: [] });
  });

  it('gives the values by their names in camel case, as texts', () => {
    expect(readFlags({ json: true, 'ready-file': '007', header: 'A:1' }, flags)).toEqual({
      json: true,
      readyFile: '007',
      header: ['A:1'],
    });
  });

  it('lets the last of a repeated value win, and keeps all of a list', () => {
    expect(readFlags({ json: [true, true], 'ready-file': ['a', 'b'], header: ['A:1', 'A:1'] }, flags)).toEqual({
      json: true,
      readyFile: 'b',
      header: ['A:1', 'A:1'],
    });
  });
});

describe('the flags that every command takes', () => {
  it('have the names and short names of the nats command where it has them', () => {
    const ofThePeer = [
      ...['server', 'context', 'no-context', 'creds', 'nkey', 'jwt', 'seed', 'user', 'password', 'token'],
      ...['tlscert', 'tlskey', 'tlsca', 'tlsfirst', 'timeout', 'inbox-prefix', 'connection-name'],
    ];
    expect(Object.keys(globalFlags)).toEqual(expect.arrayContaining(ofThePeer));
    expect(globalFlags.server.alias).toBe('s');
  });

  it.each(commands)('leave $name names and short names of its own', async (entry) => {
    const own = Object.entries((await entry.load()).flags).filter(
      ([name]) => !TWO_MEANINGS[entry.name]?.includes(name),
    );
    const all: Array<[string, Flag]> = [...Object.entries(globalFlags), ...own];
    const names = all.flatMap(([name, { alias }]) => (alias === undefined ? [name] : [name, alias]));
    const taken = [...names, 'help', 'h', 'version'];
    expect(taken).toEqual([...new Set(taken)]);
  });

  it.each([
    [[], { json: false, quiet: false, verbose: false, color: true }],
    [['-j'], { json: true, quiet: false, verbose: false, color: true }],
    [['-q', '--verbose'], { json: false, quiet: true, verbose: true, color: true }],
    [['--no-color'], { json: false, quiet: false, verbose: false, color: false }],
  ])('say how to write: %j', async (argv, style) => {
    const invocation = await parseCommandLine(['request', 'a', ...argv], 80);
    expect(invocation.kind === 'run' && outputStyle(invocation.global)).toEqual(style);
  });
});

describe('each command', () => {
  it.each(commands)('$name is listed under the name of its usage', async (entry) => {
    expect((await entry.load()).usage.split(' ')[0]).toBe(entry.name);
  });

  it.each(commands)('$name describes each of its flags and operands, and gives examples', async (entry) => {
    const command = await entry.load();
    for (const { describe: sentence } of Object.values(command.flags)) expect(sentence).not.toBe('');
    for (const operand of Object.keys(command.operands)) expect(command.usage).toContain(operand);
    expect(command.examples.length).toBeGreaterThan(0);
  });

  it.each(commands)('$name gives examples that it would take itself', async (entry) => {
    const command = await entry.load();
    for (const [example] of command.examples) {
      // Of a pipe, its own part.
      const own = example.split(' | ').find((part) => part.split(' ').includes(entry.name)) ?? '';
      const argv = own.replace(/ &$/, '').split(' ').slice(1);
      expect(await parseCommandLine(argv, 80), example).toMatchObject({
        kind: 'run',
        command: { usage: command.usage },
      });
    }
  });
});
