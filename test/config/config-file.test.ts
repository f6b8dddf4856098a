import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConfig, readConfig } from '../../src/config/index.js';
import { createTempDir } from '../support/guardian.js';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = createTempDir('config');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('findConfig', () => {
  it('finds the file of a folder', () => {
    expect(findConfig(folderWith({}))).toBeUndefined();
    const folder = folderWith({ 'natsctl.config.json': '{}', 'natsctl.config.yaml': '' });
    expect(findConfig(folder)).toBe(join(folder, 'natsctl.config.json'));
  });

  it('does not choose between two', () => {
    const folder = folderWith({ 'natsctl.config.json': '{}', 'natsctl.config.ts': '' });
    const hint = 'remove one, or name one with --config';
    expect(() => findConfig(folder)).toThrow(
      expect.objectContaining({ message: 'there are natsctl.config.ts and natsctl.config.json', hint }),
    );
  });
});

describe('readConfig', () => {
  it('reads JSON; modules are read by the built program alone', async () => {
    const folder = folderWith({ 'pools.json': '{ "pools": { "orders": { "service": "greeter" } } }' });
    expect(await readConfig(join(folder, 'pools.json'), 'pools.json')).toEqual({
      given: 'pools.json',
      folder,
      shared: {},
      pools: [{ name: 'orders', fields: { service: ['greeter'] } }],
    });
  });

  it.each([
    ['a.json', '{\n  "pools": {,}\n}', 'a.json is not valid JSON', 'see line 2 of it'],
    ['a.yaml', 'pools:', 'a.yaml is no config file: its name ends neither in .json nor like TypeScript', undefined],
  ])('says what is wrong with %s', async (name, text, message, hint) => {
    const reading = readConfig(join(folderWith({ [name]: text }), name), name);
    await expect(reading).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message), hint });
  });

  it('says that there is none', async () => {
    await expect(readConfig('/nowhere/a.json', 'a.json')).rejects.toMatchObject({
      kind: 'usage',
      message: 'there is no file a.json',
    });
  });
});
