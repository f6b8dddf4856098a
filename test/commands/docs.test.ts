import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dashed } from '../../src/commands/flags.js';
import { commands } from '../../src/commands/index.js';
import { parseCommandLine } from '../../src/commands/parse.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const pages = ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs'), ...markdownIn('docs/commands')];

/** What a heading is linked by, as GitHub makes it. */
function anchorOf(heading: string): string {
  const text = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '');
  return text.replaceAll(' ', '-');
}

function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** The lines that are indented by four, outside of fences: a terminal's, as a reader types them. */
function typedLines(markdown: string): string[] {
  const plain = markdown.replaceAll(/^```.*?^```$/gms, '');
  return [...plain.matchAll(/^ {4}(?:\$ )?(.*\bnatsctl .*)$/gm)].map(([, line = '']) => line);
}

/** The arguments of each natsctl in a line of a shell, as far as the pages need it. */
function natsctlIn(line: string): string[][] {
  const calls: string[][] = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (word === '#') break;
    if (/^(\||&|;|<|>.*)$/.test(word)) calls.push([]);
    else calls.at(-1)?.push(word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2').replace(/;$/, ''));
  }
  return calls.filter(([program]) => program === 'natsctl').map(([, ...args]) => args);
}

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links to what is there', () => {
    for (const [, target = ''] of text.replaceAll(/`[^`]*`/g, '``').matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(root, file)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(file)), target).toContain(anchor);
    }
  });

  const calls = typedLines(text).flatMap(natsctlIn);
  it.runIf(calls.length > 0)('shows command lines that natsctl takes', async () => {
    for (const args of calls) {
      await expect(parseCommandLine(args, 80), args.join(' ')).resolves.toMatchObject({ kind: expect.any(String) });
    }
  });
});

/** Where the flags of a command are told of; else in a page of its own name. */
const TOLD_IN: Readonly<Record<string, string>> = {
  service: 'README.md',
  run: 'docs/testing.md',
  rtt: 'docs/commands/doctor.md',
};

describe('the flags', () => {
  it.each(commands)('of $name are all told of', async ({ name, load }) => {
    const { flags } = await load();
    const told = Object.entries(flags).filter(([, { hidden }]) => !hidden);
    const text = told.length === 0 ? '' : read(TOLD_IN[name] ?? `docs/commands/${name}.md`);
    for (const [flag] of told) expect(text).toMatch(new RegExp(`${dashed(flag)}\\b`));
  });
});
