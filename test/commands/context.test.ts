import { describe, expect, it } from 'vitest';
import { findSubcommand, type SubcommandPage } from '../../src/commands/command.js';
import { contextFlags, type Subcommand } from '../../src/commands/context/subcommand.js';
import { context } from '../../src/commands/context.js';
import { globalFlags } from '../../src/commands/global-flags.js';
import { parseCommandLine } from '../../src/commands/parse.js';
import { peer } from '../support/run.js';
import { tools } from '../support/tools.js';

const subcommands = Object.entries(context.subcommands ?? {}) as Array<[string, Subcommand]>;
const find = (name: string): SubcommandPage => findSubcommand('context', context.subcommands ?? {}, name);

describe('the subcommands of context', () => {
  it.each(subcommands)('%s has a usage that begins with its name, and names what it takes', (name, page) => {
    const [required, optional] = page.takes;
    const operands = [...required, ...optional.map((operand) => `[${operand}${page.repeats ? '…' : ''}]`)];
    expect(page.usage).toBe(['context', name, ...operands].join(' '));
    expect(Object.keys(page.operands)).toEqual([...required, ...optional]);
  });

  it.each(subcommands)('%s gives examples that it would take itself', async (name, page) => {
    for (const [example] of page.examples) {
      const line = example.replace(/^EDITOR='[^']*' /, '').replace(/ \| .*/, '');
      const argv = (line.match(/"[^"]*"|\S+/g) ?? []).slice(1);
      expect(await parseCommandLine(argv, 80), example).toMatchObject({
        kind: 'run',
        command: { usage: context.usage },
      });
      expect(argv.slice(0, 2)).toEqual(['context', name]);
      const known = { ...globalFlags, ...page.flags };
      for (const flag of argv.filter((word) => word.startsWith('--'))) expect(known).toHaveProperty([flag.slice(2)]);
    }
  });

  it('take each flag that there is', () => {
    const taken = subcommands.flatMap(([, { flags }]) => Object.keys(flags));
    expect(new Set(taken)).toEqual(new Set(Object.keys(contextFlags)));
  });

  it.each([
    ['save', 'context add NAME'],
    ['info', 'context show [NAME]'],
    ['-', 'context previous'],
  ])('are found by another name: %s', (name, usage) => {
    expect(find(name)).toMatchObject({ usage });
  });

  it.each([
    ['selct', 'did you mean natsctl context select?'],
    ['__proto__', expect.stringContaining('there are: add, copy, ')],
    ['', expect.stringContaining('there are: add, copy, ')],
  ])('%j is none of them', (name, hint) => {
    expect(() => find(name)).toThrow(expect.objectContaining({ kind: 'usage', hint }));
  });

  it.skipIf(tools.nats.path === undefined)('are those of nats, with all names that they have there', async () => {
    const { stdout } = await peer(['context', '--help']);
    const theirs = [...stdout.matchAll(/^ {2}context (\w+)/gm)].map(([, name]) => name as string);
    expect(theirs.length).toBeGreaterThan(8);
    for (const name of theirs) {
      const help = (await peer(['context', name, '--help'])).stdout;
      const aliases = /^Command Aliases: (.*)$/m.exec(help)?.[1]?.split(', ') ?? [];
      const page = find(name);
      for (const alias of aliases) expect(find(alias), alias).toBe(page);
    }
  });
});
