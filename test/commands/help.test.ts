import { describe, expect, it } from 'vitest';
import { globalFlags } from '../../src/commands/global-flags.js';
import { allTopics, commandText, helpText, overviewText } from '../../src/commands/help-text.js';
import { commands } from '../../src/commands/index.js';
import { parseCommandLine } from '../../src/commands/parse.js';
import { SETTINGS } from '../../src/connection/settings.js';
import { EXIT_CODES } from '../../src/errors.js';
import { flagTerm } from '../../src/help/flag-terms.js';
import { MOST_LINES, TOPIC_NAMES } from '../../src/help/index.js';
import { runCommand } from './run-command.js';

const linesOf = (text: string): string[] => text.split('\n');
const widest = (text: string): number => Math.max(...linesOf(text).map((line) => line.length));
const topics = allTopics();

/** The pages of all commands and of their subcommands. */
const pages = await Promise.all(
  commands.map(async (entry) => {
    const { subcommands = {} } = await entry.load();
    const paths = [[entry.name], ...Object.keys(subcommands).map((name) => [entry.name, name])];
    return paths.map((path) => ({ path, title: path.join(' ') }));
  }),
).then((lists) => lists.flat());

describe('the help of each command', () => {
  it.each(pages)('$title fits a screen', async ({ path, title }) => {
    const text = await helpText(path, 80);
    expect(widest(text)).toBeLessThanOrEqual(80);
    // What a pool may be told is more than one screen.
    expect(linesOf(text).length).toBeLessThanOrEqual(title === 'serve' ? 62 : MOST_LINES);
    expect(widest(await helpText(path, 300))).toBeLessThanOrEqual(100);
  });

  it.each(commands)('$name shows each flag but the hidden ones, once', async (entry) => {
    const { flags, subcommands = {}, flagsOnSubcommands = false } = await entry.load();
    const ways = flagsOnSubcommands ? Object.keys(subcommands).map((subcommand) => [subcommand]) : [[]];
    const texts = await Promise.all(ways.map((path) => commandText(entry, path, 80)));
    for (const [name, flag] of Object.entries(flags)) {
      const shown = texts.map(
        (text) => linesOf(text).filter((line) => `${line}  `.startsWith(`  ${flagTerm(name, flag)}  `)).length,
      );
      expect(Math.max(...shown), name).toBe(flag.hidden ? 0 : 1);
    }
  });

  it.each(commands)('$name has three worked examples or more, and its exit codes', async (entry) => {
    const { examples } = await entry.load();
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(await commandText(entry, [], 80)).toMatch(/exit codes?\b/i);
  });

  it('leaves the connection out where a command brings its own server', async () => {
    expect(await helpText(['run'], 80)).not.toContain('--server');
    expect(await helpText(['request'], 80)).toContain('--server');
  });
});

describe('the help of the program', () => {
  it('fits a small screen, and names all that there is', () => {
    const text = overviewText(80);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(linesOf(text).length).toBeLessThanOrEqual(30);
    for (const name of Object.keys(globalFlags)) expect(text).toContain(`--${name}`);
    for (const name of TOPIC_NAMES) expect(text).toContain(name);
  });
});

describe('each topic', () => {
  it('is listed', async () => {
    expect(topics.map(({ name }) => name)).toEqual(TOPIC_NAMES);
    const list = await helpText(['topics'], 80);
    for (const { name, describe } of topics) {
      expect(list.replace(/\s+/g, ' ')).toContain(` ${name} ${describe}`);
    }
  });

  it.each(topics)('$name fits a screen', async ({ name }) => {
    const text = await helpText([name], 80);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(linesOf(text).length).toBeLessThanOrEqual(MOST_LINES);
  });

  it.each(topics)('$name shows command lines that natsctl takes', async ({ blocks }) => {
    const code = blocks.flatMap((block) => (typeof block === 'object' && 'code' in block ? block.code : []));
    for (const line of code.join('\n').replace(/ \\\n/g, ' ').split('\n')) {
      const command = /^(?:\w+=\S+ )?natsctl ([^#<>|&]*)/.exec(line.replaceAll(/'[^']*'/g, 'x'))?.[1];
      if (command === undefined) continue;
      await expect(parseCommandLine(command.trim().split(/\s+/), 80), line).resolves.toMatchObject({ kind: 'run' });
    }
  });

  it('exit-codes has every kind, environment every variable, connection every flag', async () => {
    for (const [kind, code] of Object.entries(EXIT_CODES)) {
      expect(await helpText(['exit-codes'], 80)).toContain(`  ${code}  ${kind} `);
    }
    for (const setting of Object.values(SETTINGS)) {
      if ('env' in setting) expect(await helpText(['environment'], 80)).toContain(setting.env);
    }
    for (const name of Object.keys(globalFlags)) expect(await helpText(['connection'], 80)).toContain(`--${name}`);
  });
});

describe('natsctl help', () => {
  it.each([[[]], [['request']], [['req']], [['topics']], [['scripts']]])('prints to stdout: %j', async (path) => {
    const { stdout, stderr, code } = await runCommand(['help', ...path]);
    expect(code).toBe(0);
    expect(stdout.text()).toBe(`${await helpText(path, 80)}\n`);
    expect(stderr.text()).toBe('');
  });

  it('shows a command as --help does', async () => {
    expect(await parseCommandLine(['sub', '--help'], 90)).toEqual({
      kind: 'help',
      asked: true,
      text: await helpText(['sub'], 90),
    });
  });

  it.each([
    [['reqest'], 'no help for "reqest": neither a command nor a topic', 'did you mean natsctl help request?'],
    [['exitcodes'], 'no help for "exitcodes": neither a command nor a topic', 'did you mean natsctl help exit-codes?'],
    [['frobnicate'], expect.anything(), 'see natsctl --help and natsctl help topics'],
    [['stream'], expect.stringContaining('nats stream'), undefined],
  ])('names the nearest: %j', async (path, message, hint) => {
    expect((await runCommand(['help', ...path])).error).toMatchObject({ kind: 'usage', message, hint });
  });
});
