import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');

const read = (file: string): string => readFileSync(join(dist, file), 'utf8');
const chunks = readdirSync(dist).filter((file) => file.endsWith('.cjs'));

/** The chunks that a program loads at once, before it decides anything. */
function loadedWith(entry: string, seen: string[] = []): string[] {
  if (seen.includes(entry)) return seen;
  const required = [...read(entry).matchAll(/^const \w+ = require\("\.\/(.+)"\);$/gm)].map(
    ([, file]) => file as string,
  );
  return required.reduce((all, file) => loadedWith(file, all), [...seen, entry]);
}

describe('the built program', () => {
  it('finds what it needs in Node and in itself', () => {
    for (const chunk of chunks) {
      const packages = [...read(chunk).matchAll(/\brequire\("([^"./][^"]*)"\)/g)].map(([, id]) => id as string);
      for (const id of packages) expect(process.getBuiltinModule(id), `${chunk} requires ${id}`).toBeDefined();
    }
  });

  it('loads no command, client or parser before it knows that it needs one', () => {
    const code = loadedWith('cli.cjs').map(read).join('\n');
    expect(code).not.toMatch(/node_modules\/(nats|yargs|chalk|ora)\//);
    expect(code.length).toBeLessThan(30_000);
  });

  it('loads no parser into a worker', () => {
    const code = loadedWith('worker.cjs').map(read).join('\n');
    expect(code).toMatch(/node_modules\/nats\//);
    expect(code).not.toMatch(/node_modules\/(yargs|chalk|ora|nkeys\.js|tweetnacl)\//);
  });

  it('tells nothing of the machine that it was built on', () => {
    for (const file of readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
      expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toContain(root);
    }
  });

  it.each([
    ['reports of benchmarks', 'src/bench/report/report.schema.json', 'report.schema.json'],
    ['natsctl.config.json', 'src/config/config.schema.json', 'config.schema.json'],
  ])('comes with the schema of %s', (_, source, name) => {
    expect(read(name)).toBe(readFileSync(join(root, source), 'utf8'));
    expect(createRequire(import.meta.url).resolve(`natsctl/${name}`)).toBe(join(dist, name));
  });

  it('comes with the licences of all packages inside', () => {
    const licenses = read('THIRD-PARTY-LICENSES.txt');
    const bundled = chunks.flatMap((chunk) => [
      ...read(chunk).matchAll(/^\s*\/\/ node_modules\/(?:.*node_modules\/)?((?:@[^/]+\/)?[^/]+)\//gm),
    ]);
    const names = new Set(bundled.map(([, name]) => name as string));
    expect(names).toContain('nats');
    for (const name of names) expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'));
    expect(licenses).toContain('Permission is hereby granted');
    expect(licenses).toContain('Apache License');
  });
});
