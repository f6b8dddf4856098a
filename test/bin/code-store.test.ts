import { readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readStore, writeStore } from '../../bin/code-store.js';
import { createTempDir } from '../support/guardian.js';

const kept = new Map([
  ['cli.cjs', { state: '10 1 1', code: Buffer.from([0, 10, 13, 255]) }],
  ['parse.cjs', { state: '20 2 2', code: Buffer.alloc(5_000, 'code') }],
]);

let store: string;

beforeEach(() => {
  store = join(createTempDir('store'), 'cli-request-1');
  writeStore(store, 'node 20', kept);
});

describe('a store of compiled code', () => {
  it('gives back what was written', () => {
    expect(readStore(store, 'node 20')).toEqual(kept);
  });

  it('leaves no other file behind', () => {
    writeStore(store, 'node 20', kept);
    expect(readdirSync(dirname(store))).toEqual(['cli-request-1']);
  });

  it('removes what has stood for long', () => {
    writeFileSync(`${store}-of-an-old-node`, '');
    utimesSync(`${store}-of-an-old-node`, 0, 0);
    writeFileSync(`${store}-of-another-node`, '');
    writeStore(store, 'node 20', kept);
    expect(readdirSync(dirname(store)).sort()).toEqual(['cli-request-1', 'cli-request-1-of-another-node']);
  });

  it('is empty where it is missing', () => {
    expect(readStore(`${store}-2`, 'node 20').size).toBe(0);
  });

  it('is empty for another key, such as another Node', () => {
    expect(readStore(store, 'node 22').size).toBe(0);
  });

  it('is empty where a byte is not what it was, whichever', () => {
    const bytes = readFileSync(store);
    for (let at = 0; at < bytes.length; at += 97) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 4, at);
      writeFileSync(store, damaged);
      expect(readStore(store, 'node 20').size, `byte ${at}`).toBe(0);
    }
  });

  it('is empty where it was cut off, wherever', () => {
    for (let length = readFileSync(store).length - 1; length >= 0; length -= 97) {
      truncateSync(store, length);
      expect(readStore(store, 'node 20').size, `${length} bytes`).toBe(0);
    }
  });

  it.each([
    ['zeros', Buffer.alloc(10_000)],
    ['text', Buffer.from('no store\nno store\n')],
    ['half of a header', Buffer.from('{"key":"node 20"\n{"key":"node 20"\n')],
    ['a header without files', Buffer.from('{"key":"node 20"}\n{"key":"node 20"}\n')],
  ])('is empty where there is something else: %s', (_, content) => {
    writeFileSync(store, content);
    expect(readStore(store, 'node 20').size).toBe(0);
  });

  it('stays away in silence where it cannot be written', () => {
    const nowhere = join(store, 'below-a-file');
    expect(() => writeStore(nowhere, 'node 20', kept)).not.toThrow();
    expect(readStore(nowhere, 'node 20').size).toBe(0);
  });
});
