import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../support/guardian.js';
import { startNatsServer } from '../support/nats-server.js';
import { runProgram } from '../support/program.js';
import { tools } from '../support/tools.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'docs', 'services.md'), 'utf8');

interface Section {
  readonly name: string;
  /** Files by their names. */
  readonly files: ReadonlyMap<string, string>;
  readonly script: string;
  /** What the script says it prints, in comments. */
  readonly printed: readonly string[];
}

const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section): Section => {
    const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code = '']) => ({
      language,
      code,
    }));
    const scripts = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code);
    const files = blocks
      .filter(({ language }) => language === 'ts')
      .map(({ code }) => [/^\/\/ (\S+)\n/.exec(code)?.[1] ?? '', code] as const);
    const script = scripts.join('\n');
    return {
      name: section.split('\n')[0] as string,
      files: new Map(files),
      script,
      printed: [...script.matchAll(/ # (.*)$/gm)].map(([, comment]) => comment as string),
    };
  });

/** A folder with the files, what the section's reader has installed, and a natsctl on the PATH. */
function createProject(files: ReadonlyMap<string, string>) {
  const folder = createTempDir('services-docs');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'bin', 'natsctl.js'), join(folder, 'bin', 'natsctl'));
  symlinkSync(join(root, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'));
  for (const [name, code] of files) writeFileSync(join(folder, name), code);
  return folder;
}

describe.skipIf(tools.natsServer.path === undefined)('docs/services.md', () => {
  it.each(sections)('says what works: $name', async ({ files, script, printed }) => {
    const cwd = createProject(files);
    await using server = await startNatsServer();
    const env = { PATH: `${join(cwd, 'bin')}:${process.env['PATH']}`, NATS_URL: server.url, NO_COLOR: '1' };
    const result = await runProgram('sh', ['-c', `set -e\n${script}\nwait`], { cwd, env, timeoutMs: 20_000 });
    expect(result.code, result.stderr).toBe(0);
    if (printed.length > 0) expect(result.stdout.trim().split('\n')).toEqual(printed);
  });

  it('has no code that this test leaves out, and none that TypeScript refuses', async () => {
    const languages = [...text.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(new Set(languages)).toEqual(new Set(['ts', 'sh']));
    expect(sections.every(({ files, script }) => script !== '' && !files.has(''))).toBe(true);
    const cwd = createProject(new Map(sections.flatMap(({ files }) => [...files])));
    // As the package gives it: the types of the build.
    symlinkSync(root, join(cwd, 'node_modules', 'natsctl'));
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const flags = '--noEmit --strict --target es2023 --module nodenext --skipLibCheck false --types node'.split(' ');
    symlinkSync(join(root, 'node_modules', '@types'), join(cwd, 'node_modules', '@types'));
    writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
    const modules = sections.flatMap(({ files }) => [...files.keys()]);
    const result = await runProgram(tsc, [...flags, ...modules], { cwd, timeoutMs: 60_000 });
    expect(result).toMatchObject({ code: 0, stdout: '' });
  });

  it('names every field of a request and an endpoint', () => {
    const types = readFileSync(join(root, 'dist', 'types', 'services', 'define-service.d.ts'), 'utf8');
    for (const name of ['ServiceRequest', 'Endpoint']) {
      const body = new RegExp(`interface ${name}<.*?\\{(.*?)^\\}`, 'ms').exec(types)?.[1] ?? '';
      const fields = [...body.matchAll(/^ {4}readonly (\w+)/gm)].map(([, field]) => field as string);
      expect(fields.length).toBeGreaterThan(6);
      for (const field of fields.filter((one) => one !== 'handler')) expect(text).toMatch(new RegExp(`\`${field}\\b`));
    }
  });
});
