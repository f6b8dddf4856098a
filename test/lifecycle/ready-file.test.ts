import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdReadyFile, removeReadyFile, writeReadyFile } from '../../src/lifecycle/ready-file.js';
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

  const kinds: [string, (path: string) => void][] = [
    ['a directory', (path) => mkdirSync(path)],
    ['a device, by a link as /dev/stdout is one', (path) => symlinkSync('/dev/null', path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ];
  for (const [kind, make] of kinds) {
    it(`refuses to remove ${kind}`, async () => {
      const path = join(createTempDir('ready'), 'taken');
      make(path);
      const failure = { kind: 'usage', message: `cannot use the ready file ${path}: it is no regular file` };
      await expect(removeReadyFile(path)).rejects.toMatchObject(failure);
      await expect(holdReadyFile(path, new EventEmitter())).rejects.toMatchObject(failure);
      expect(lstatSync(path).isFile()).toBe(false);
    });
  }
});

describe('holdReadyFile', () => {
  it('takes away what is there, and what was written, at the end', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    writeFileSync(path, 'stale');
    const emitter = new EventEmitter();
    const ready = await holdReadyFile(path, emitter);
    expect(existsSync(path)).toBe(false);
    await ready.write(state);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(state);
    await ready.remove();
    expect(existsSync(path)).toBe(false);
    expect(emitter.listenerCount('exit')).toBe(0);
  });

  it('leaves nothing where the process exits in the middle', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    const emitter = new EventEmitter();
    await (await holdReadyFile(path, emitter)).write(state);
    emitter.emit('exit');
    expect(existsSync(path)).toBe(false);
  });
});
