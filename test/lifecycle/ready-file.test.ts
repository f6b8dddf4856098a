import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeReadyFile, writeReadyFile } from '../../src/lifecycle/ready-file.js';
import { createTempDir } from '../support/guardian.js';

const state = {
  pid: 42,
  service: 'greeter',
  subjects: ['greeter.greet'],
  queue: 'greeters',
  workers: 3,
  url: 'nats://127.0.0.1:4222',
};

describe('writeReadyFile', () => {
  it('writes the state as one line of JSON, and leaves nothing else', async () => {
    const directory = createTempDir('ready');
    const path = join(directory, 'ready.json');
    await writeReadyFile(path, state);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(text)).toEqual(state);
    expect(readdirSync(directory)).toEqual(['ready.json']);
  });

  it('puts a new file in place of an old one, so that a reader never sees a half', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    writeFileSync(path, 'the old one');
    await using reader = await open(path);
    await writeReadyFile(path, state);
    expect(await reader.readFile('utf8')).toBe('the old one');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(state);
  });

  it('refuses a directory that is not there', async () => {
    const path = join(createTempDir('ready'), 'missing', 'ready.json');
    await expect(writeReadyFile(path, state)).rejects.toMatchObject({
      kind: 'usage',
      message: `cannot use the ready file ${path}: no such directory`,
    });
  });

  it('leaves nothing behind where it fails', async () => {
    const directory = createTempDir('ready');
    const path = join(directory, 'taken');
    mkdirSync(path);
    await expect(writeReadyFile(path, state)).rejects.toMatchObject({ kind: 'usage' });
    expect(readdirSync(directory)).toEqual(['taken']);
  });
});

describe('removeReadyFile', () => {
  it('removes the file', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    writeFileSync(path, '');
    await removeReadyFile(path);
    expect(existsSync(path)).toBe(false);
  });

  it('is content where there is none', async () => {
    await expect(removeReadyFile(join(createTempDir('ready'), 'ready.json'))).resolves.toBeUndefined();
  });

  it('refuses to remove what is no file', async () => {
    const path = join(createTempDir('ready'), 'directory');
    mkdirSync(path);
    await expect(removeReadyFile(path)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(`cannot use the ready file ${path}: `),
    });
  });
});
