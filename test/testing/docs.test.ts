import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { type RunResult, runProgram } from '../support/program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Block {
  readonly language: string;
  readonly text: string;
  /** What its first line says, as a comment; a JSON block is package.json. */
  readonly file: string | undefined;
}

/** The code blocks of each section; those before the first heading under ''. */
const sections = readSections(readFileSync(join(root, 'docs', 'testing.md'), 'utf8'));

function readSections(markdown: string): ReadonlyMap<string, readonly Block[]> {
  return new Map(
    markdown.split(/^## /m).map((section, index) => {
      const name = index === 0 ? '' : (section.split('\n')[0] as string);
      const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
        language,
        text,
        file: language === 'json' ? 'package.json' : /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1],
      }));
      return [name, blocks];
    }),
  );
}

/** A project that has natsctl installed, and what the section's reader has as well. */
function createProject(blocks: readonly Block[]): string {
  const project = createTempDir('project');
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  mkdirSync(join(modules, '@jest'));
  for (const part of ['package.json', 'bin', 'dist'])
    cpSync(join(root, part), join(modules, 'natsctl', part), { recursive: true });
  symlinkSync('../natsctl/bin/natsctl.js', join(modules, '.bin', 'natsctl'));
  for (const name of ['nats', 'vitest', 'vite', 'jest', '@jest/globals']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  symlinkSync(join(root, 'node_modules', '.bin', 'vitest'), join(modules, '.bin', 'vitest'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  for (const { file, text } of blocks) if (file !== undefined) writeFileSync(join(project, file), text);
  return project;
}

/** Does what the section says, to the letter. */
async function follow(name: string): Promise<RunResult> {
  const blocks = [...(sections.get('') ?? []), ...(sections.get(name) ?? [])];
  const commands = blocks.filter(({ file }) => file === undefined);
  expect(commands).toHaveLength(1);
  const env = { NODE_OPTIONS: undefined, NO_COLOR: '1', CI: 'true', NATS_URL: 'nats://192.0.2.1' };
  return runProgram('sh', ['-c', (commands[0] as Block).text], { cwd: createProject(blocks), env, timeoutMs: 50_000 });
}

describe('docs/testing.md', () => {
  it.each<[section: string, told: RegExp]>([
    ['vitest', /Tests +3 passed/],
    ['node:test', /^(?:#|ℹ) pass 2$/m],
    ['jest', /Tests: +1 passed, 1 total/],
    ['Everything else: `natsctl run`', /^$/],
  ])('says how to use it with %s', async (name, told) => {
    const { code, stdout, stderr } = await follow(name);
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: expect.stringMatching(told) });
  });

  it('has no code that this test leaves out', () => {
    const languages = [...sections.values()].flat().map(({ language }) => language);
    expect(new Set(languages)).toEqual(new Set(['js', 'ts', 'json', 'sh']));
    expect([...sections].filter(([, blocks]) => blocks.length > 0).map(([name]) => name)).toEqual([
      '',
      'vitest',
      'node:test',
      'jest',
      'Everything else: `natsctl run`',
    ]);
  });

  it('names every member and option of the server', () => {
    const face = readFileSync(join(root, 'dist', 'types', 'testing', 'index.d.ts'), 'utf8');
    const members = /interface TestServer .*?\{(.*?)^\}/ms.exec(face)?.[1] ?? '';
    const options = /interface TestServerOptions \{(.*?)^\}/ms.exec(face)?.[1] ?? '';
    const table = readFileSync(join(root, 'docs', 'testing.md'), 'utf8').split('## What `startServer` gives')[1];
    const names = [...`${members}${options}`.matchAll(/^ {4}(?:readonly )?(\w+)[?(:]/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(table).toMatch(new RegExp(`\`${name}\\b`));
  });
});
