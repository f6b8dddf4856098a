import { flagMeaning, flagTerm, groupFlags } from './flag-terms.js';
import type { HelpBlock, HelpEntry, HelpFlags, HelpPage, HelpTopic } from './page.js';

/** What the manual is made of. */
export interface Manual {
  readonly version: string;
  readonly commands: ReadonlyArray<HelpPage & Pick<HelpEntry, 'aliases'>>;
  readonly globalFlags: HelpFlags;
  readonly topics: readonly HelpTopic[];
}

/**
 * The manual page, section 1, in roff's man macros. The same definitions give the same text: no date is in it.
 */
export function manPage({ version, commands, globalFlags, topics }: Manual): string {
  const lines = [
    `.TH NATSCTL 1 "" "natsctl ${escapeText(version)}" "User Commands"`,
    '.SH NAME',
    'natsctl \\- serve, call and watch NATS services',
    '.SH SYNOPSIS',
    ...commands.map(({ usage }) => `.nf\n${escapeText(`natsctl ${usage}`)}\n.fi`),
    '.SH DESCRIPTION',
    escapeText(
      'natsctl is for people who build services on NATS, and for shell scripts: every outcome has its own exit code.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH GLOBAL FLAGS',
    ...flagLines(globalFlags, '.SS'),
    ...topics.flatMap((topic) => [`.SH ${escapeText(topic.name.toUpperCase())}`, ...topic.blocks.flatMap(blockLines)]),
    '.SH SEE ALSO',
    '.BR nats\\-server (8)',
  ];
  return `${lines.filter(isNeeded).join('\n')}\n`;
}

/** A paragraph begins of itself after a heading, and once only. */
function isNeeded(line: string, index: number, lines: readonly string[]): boolean {
  return line !== '.PP' || !/^\.(PP|S[HS] )/.test(lines[index - 1] ?? '');
}

function commandLines(page: HelpPage & Pick<HelpEntry, 'aliases'>): string[] {
  const also = (page.aliases ?? []).length === 0 ? '' : ` Also: ${page.aliases?.join(', ')}.`;
  return [
    `.SS ${quoted(`natsctl ${page.usage}`)}`,
    escapeText(`${page.describe}.${also}`),
    ...rowLines(Object.entries(page.operands)),
    ...flagLines(page.flags, '.PP'),
    ...(page.examples.length === 0 ? [] : ['.PP', 'Examples:']),
    ...page.examples.flatMap(([command, explanation]) => [
      ...(explanation === '' ? ['.PP'] : ['.PP', escapeText(`${explanation}:`)]),
      ...codeLines([command]),
    ]),
    ...(page.epilogue ?? '').split('\n\n').flatMap((text) => (text === '' ? [] : ['.PP', escapeText(text)])),
  ];
}

/** @param macro what starts a heading */
function flagLines(flags: HelpFlags, macro: '.SS' | '.PP'): string[] {
  return groupFlags(flags).flatMap(([heading, members]) => [
    ...(macro === '.SS' ? [`.SS ${quoted(heading.replace(/:$/, ''))}`] : ['.PP', escapeText(heading)]),
    ...rowLines(members.map(([name, flag]) => [flagTerm(name, flag), flagMeaning(flag)])),
  ]);
}

function rowLines(rows: ReadonlyArray<readonly [string, string]>): string[] {
  return rows.flatMap(([term, meaning]) => ['.TP', `\\fB${escapeText(term)}\\fR`, escapeText(meaning)]);
}

function codeLines(lines: readonly string[]): string[] {
  return ['.PP', '.RS 4', '.nf', ...lines.map(escapeText), '.fi', '.RE'];
}

function blockLines(block: HelpBlock): string[] {
  if (typeof block === 'string') return ['.PP', escapeText(block)];
  return 'code' in block ? codeLines(block.code) : rowLines(block.rows);
}

/**
 * A line of text as roff takes it: a backslash, a dash and quotes are what they are, so that an example can be copied,
 * and neither a dot nor a quote at the start is a request. Other than ASCII goes by its code point.
 */
function escapeText(text: string): string {
  const escaped = text
    // Not every terminal's font has it.
    .replaceAll('…', '...')
    .replace(/[\\\-'`^~"]/g, (character) => ESCAPES[character] ?? character)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII starts where the control characters of ASCII end
    .replace(/[^\u0000-\u007f]/gu, (character) => `\\[u${hex(character)}]`);
  return /^[.]/.test(escaped) ? `\\&${escaped}` : escaped;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\(rs',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
};

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

function quoted(text: string): string {
  return `"${escapeText(text)}"`;
}
