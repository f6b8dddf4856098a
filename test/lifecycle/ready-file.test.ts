import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdReadyFile, prepareReadyFile } from '../../src/lifecycle/ready-file.js';
import { createTempDir } from '../support/guardian.js';

const state = {
  pid: 42,
  service: 'greeter',
  subjects: ['greeter.greet'],
  queue: 'greeters',
  workers: 3,
  url: 'nats://127.0.0.1:4222',
};

describe('a ready file', () => {
  it('is one line of JSON, with nothing beside it', async () => {
    const directory = createTempDir('ready');
    const path = join(directory, 'ready.json');
    await (await prepareReadyFile(path)).write(state);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(text)).toEqual(state);
    expect(readdirSync(directory)).toEqual(['ready.json']);
  });

  it('is put in place of the last one, so that a reader never sees a half', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    const ready = await prepareReadyFile(path);
    await ready.write({ the: 'old one' });
    await using reader = await open(path);
    await ready.write(state);
    expect(await reader.readFile('utf8')).toBe('{"the":"old one"}\n');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(state);
  });

  it('refuses a directory that is not there, from the beginning', async () => {
    const path = join(createTempDir('ready'), 'missing', 'ready.json');
    await expect(prepareReadyFile(path)).rejects.toMatchObject({
      kind: 'usage',
      message: `cannot use the ready file ${path}: no such directory`,
    });
  });

  it('leaves nothing behind where it cannot be written', async () => {
    const directory = createTempDir('ready');
    const path = join(directory, 'taken');
    const ready = await prepareReadyFile(path);
    mkdirSync(path);
    await expect(ready.write(state)).rejects.toMatchObject({ kind: 'usage' });
    expect(readdirSync(directory)).toEqual(['taken']);
  });

  it('is taken away at the end, also where it is gone already', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    const ready = await prepareReadyFile(path);
    await ready.remove();
    await ready.write(state);
    await ready.remove();
    expect(existsSync(path)).toBe(false);
    await ready.remove();
  });

  it('takes the place of a stale one, and lets alone that of a successor', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    writeFileSync(path, 'stale');
    const [first, successor] = [await prepareReadyFile(path), await prepareReadyFile(path)];
    expect(existsSync(path)).toBe(false);
    await first.write(state);
    await successor.write({ ...state, pid: 43 });
    await first.write(state);
    await first.remove();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: 43 });
    await successor.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('is written again where somebody has removed it', async () => {
    const path = join(createTempDir('ready'), 'ready.json');
    const ready = await prepareReadyFile(path);
    await ready.write(state);
    rmSync(path);
    await ready.write(state);
    expect(existsSync(path)).toBe(true);
  });

  const kinds: [string, (path: string) => void][] = [
    ['a directory', (path) => mkdirSync(path)],
    ['a device, by a link as /dev/stdout is one', (path) => symlinkSync('/dev/null', path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ];
  for (const [kind, make] of kinds) {
    it(`does not take the place of ${kind}`, async () => {
      const path = join(createTempDir('ready'), 'taken');
      make(path);
      const failure = { kind: 'usage', message: `cannot use the ready file ${path}: it is no regular file` };
      await expect(prepareReadyFile(path)).rejects.toMatchObject(failure);
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
