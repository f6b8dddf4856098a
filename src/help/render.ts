import { flagMeaning, flagTerm, groupFlags } from './flag-terms.js';
import { helpWidth, table, wrap, wrapCommand } from './layout.js';
import type { HelpBlock, HelpEntry, HelpFlags, HelpPage, HelpTopic } from './page.js';

/** A screen: a help that would be longer is set closer. */
export const MOST_LINES = 50;
const CONNECTION = 'Connection:';
const HELP = '-h --help';
const SEE_CONNECTION = 'natsctl help connection';
/** Of the flags for the connection those that the page of a command names. */
const MOST_NEEDED: ReadonlySet<string> = new Set(['server', 'context', 'timeout']);

/**
 * The help of a command.
 *
 * @param globalFlags those that every command takes; they are only named
 * @param columns the terminal's width
 * @returns lines of text, the last without an end
 */
export function commandHelp(page: HelpPage, globalFlags: HelpFlags, columns: number): string {
  const width = helpWidth(columns);
  const operands = Object.entries(page.operands);
  const subcommands = Object.values(page.subcommands ?? {}).map(({ usage, describe }): [string, string] => [
    usage.slice(usage.indexOf(' ') + 1),
    describe,
  ]);
  const groups = groupFlags(page.flagsOnSubcommands ? {} : page.flags).map(([heading, flags]) => [
    heading,
    ...table(
      flags.map(([name, flag]) => [flagTerm(name, flag), flagMeaning(flag)]),
      width,
    ),
  ]);
  const before = [
    [...wrap(`natsctl ${page.usage}`, width, 0, 4), ...wrap(page.describe, width)],
    operands.length === 0 ? [] : table(operands, width),
    subcommands.length === 0 ? [] : ['Subcommands:', ...table(subcommands, width)],
  ];
  const after = [epilogueOf(page).flatMap((text) => wrap(text, width)), sharedFlags(globalFlags, width, page.offline)];
  const airy = joinParts([...before, ...groups, exampleLines(page.examples, width), ...after]);
  if (airy.length <= MOST_LINES) return airy.join('\n');
  const close = [...before, groups.flat(), exampleLines(page.examples, width, { close: true }), ...after];
  const lines = joinParts(close);
  return (lines.length <= MOST_LINES ? lines : close.flat()).join('\n');
}

/** What the flags' table cannot say, the exit codes among it. */
function epilogueOf({ epilogue }: HelpPage): string[] {
  const paragraphs = epilogue === undefined ? [] : epilogue.split('\n\n');
  const namesExitCodes = paragraphs.some((text) => /exit code/i.test(text));
  return namesExitCodes ? paragraphs : [...paragraphs, 'Exit codes: natsctl help exit-codes'];
}

/** The help of the program: its commands, its topics, and the names of the flags that all commands take. */
export function programHelp(
  entries: readonly HelpEntry[],
  topicNames: readonly string[],
  globalFlags: HelpFlags,
  columns: number,
): string {
  const width = helpWidth(columns);
  const rows = entries.map(({ name, aliases = [], describe }): [string, string] => [
    [name, ...aliases].join(', '),
    describe,
  ]);
  return joinParts([
    ['natsctl COMMAND', ...wrap('Serve, call and watch NATS services. Every outcome has its own exit code.', width)],
    ['Commands:', ...table(rows, width)],
    [
      ...wrap('Flags and examples of a command: natsctl COMMAND --help', width),
      ...wrap(`More: natsctl help TOPIC, one of ${topicNames.join(', ')}`, width),
    ],
    allSharedFlags(globalFlags, width),
  ]).join('\n');
}

/** A page that is about no single command. */
export function topicHelp(topic: HelpTopic, columns: number): string {
  const width = helpWidth(columns);
  return joinParts([[topic.describe], ...topic.blocks.map((block) => blockLines(block, width))]).join('\n');
}

/** The list of topics. */
export function topicsHelp(topics: readonly HelpEntry[], columns: number): string {
  const rows = topics.map(({ name, describe }): [string, string] => [name, describe]);
  return joinParts([['natsctl help TOPIC'], table(rows, helpWidth(columns))]).join('\n');
}

/** Flags with their meanings, a table for each group. */
export function flagTables(flags: HelpFlags): readonly HelpBlock[] {
  return groupFlags(flags).map(([, members]) => ({
    rows: members.map(([name, flag]) => [flagTerm(name, flag), flagMeaning(flag)] as const),
  }));
}

function blockLines(block: HelpBlock, width: number): string[] {
  if (typeof block === 'string') return wrap(block, width);
  return 'code' in block ? block.code.map((line) => `    ${line}`.trimEnd()) : table(block.rows, width);
}

/**
 * Each on one line with its explanation where that fits; else the explanation stands above, as a comment.
 *
 * @param close one that fits stands on one line also where another does not
 */
function exampleLines(examples: HelpPage['examples'], width: number, { close = false } = {}): string[] {
  if (examples.length === 0) return [];
  const longest = Math.max(...examples.map(([command]) => command.length));
  const inline = ([command, explanation]: HelpPage['examples'][number], start: number): string =>
    explanation === '' ? `  ${command}` : `  ${command.padEnd(start)}  # ${explanation}`;
  const fits = (line: string): boolean => line.length <= width;
  const aligned = examples.map((example) => inline(example, longest));
  if (aligned.every(fits)) return ['Examples:', ...aligned];
  const lines = examples.flatMap((example) => {
    const line = inline(example, 0);
    if (close && fits(line)) return [line];
    const [command, explanation] = example;
    const comment = explanation === '' ? [] : wrap(`# ${explanation}`, width, 2, 2);
    return [...comment, ...wrapCommand(command, width, 2)];
  });
  return ['Examples:', ...lines];
}

/** The names of the flags that all commands take: what they mean is a topic of its own. */
function allSharedFlags(flags: HelpFlags, width: number): string[] {
  return groupFlags(flags).flatMap(([heading, members], index, { length }) => {
    const names = [...namesOf(members), ...(index === length - 1 ? [HELP, '--version'] : [])];
    const see = heading === CONNECTION ? `; see ${SEE_CONNECTION}` : '';
    return wrap(`${heading} ${names.join(', ')}${see}`, width, 0, 2);
  });
}

/** The same on the page of one command: of those for the connection the most needed. */
function sharedFlags(flags: HelpFlags, width: number, offline = false): string[] {
  return groupFlags(flags).flatMap(([heading, members], index, { length }) => {
    if (heading !== CONNECTION) {
      const names = [...namesOf(members), ...(index === length - 1 ? [HELP] : [])];
      return wrap(`${heading} ${names.join(', ')}`, width, 0, 2);
    }
    if (offline) return [];
    const names = namesOf(members.filter(([name]) => MOST_NEEDED.has(name)));
    return wrap(`${heading} ${names.join(', ')}, and more: ${SEE_CONNECTION}`, width, 0, 2);
  });
}

function namesOf(flags: ReadonlyArray<readonly [string, HelpFlags[string]]>): string[] {
  return flags.map(([name, { alias }]) => (alias === undefined ? `--${name}` : `-${alias} --${name}`));
}

/** Puts a blank line between parts, where there are any. */
function joinParts(parts: ReadonlyArray<readonly string[]>): string[] {
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}
