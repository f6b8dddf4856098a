import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asciiOnly } from '../../build/ascii-only.js';
import { forbidModules } from '../../build/forbid-modules.js';
import { createTempDir } from '../support/guardian.js';
import { bundle } from './bundle.js';

function moduleWith(text: string): string {
  const file = join(createTempDir('module'), 'part.js');
  writeFileSync(file, `export const part = ${JSON.stringify(text)};`);
  return `export { part } from ${JSON.stringify(file)};`;
}

describe('a build that forbids modules', () => {
  const plugins = [forbidModules([/\/part\.js$/])];

  it('fails where one is in the bundle, and names it', async () => {
    await expect(bundle(moduleWith('x'), { plugins })).rejects.toThrow(
      /these modules must not be in the bundle:\s+\S+part\.js/,
    );
  });

  it('passes where none is', async () => {
    await expect(bundle('export const own = 1;', { plugins })).resolves.toMatch(/bundle\.mjs$/);
  });
});

describe('a build in ASCII', () => {
  it('fails where a character is beyond it, and says where', async () => {
    await expect(bundle(moduleWith('Grüße'), { plugins: [asciiOnly()] })).rejects.toThrow(
      /bundle\.mjs has a character beyond ASCII at offset \d+/,
    );
  });

  it('passes where all characters are in it', async () => {
    await expect(bundle(moduleWith('greetings'), { plugins: [asciiOnly()] })).resolves.toMatch(/bundle\.mjs$/);
  });
});
