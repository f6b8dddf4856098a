import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openContexts, requireNewContextName } from '../../src/contexts/index.js';
import { createTempDir } from '../support/guardian.js';

function create() {
  const configHome = join(createTempDir('config'), 'deep');
  const nats = join(configHome, 'nats');
  return { store: openContexts({ XDG_CONFIG_HOME: configHome }, '/nowhere'), nats, folder: join(nats, 'context') };
}

const modeOf = (path: string) => statSync(path).mode & 0o777;
const contentOf = (path: string) => readFileSync(path, 'utf8');

describe('the store of contexts', () => {
  it('is empty where there are no folders', () => {
    const { store, nats } = create();
    expect([store.names(), store.selected(), store.previous(), store.find('a')]).toEqual([
      [],
      ...Array(3).fill(undefined),
    ]);
    expect(existsSync(nats)).toBe(false);
  });

  it('is below ~/.config where nothing else is said', () => {
    expect(openContexts({ XDG_CONFIG_HOME: '' }, '/home/me').path('a')).toBe('/home/me/.config/nats/context/a.json');
  });

  it('writes for the owner alone, whatever was there', () => {
    const { store, nats, folder } = create();
    store.write('a', '1');
    expect([modeOf(folder), modeOf(nats), modeOf(join(folder, 'a.json'))]).toEqual([0o700, 0o700, 0o600]);
    chmodSync(join(folder, 'a.json'), 0o644);
    expect(store.isOpenToOthers('a')).toBe(true);
    store.write('a', '2');
    expect([store.read('a'), store.isOpenToOthers('a')]).toEqual(['2', false]);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('replaces a link and leaves alone what it leads to', () => {
    const { store, folder } = create();
    const elsewhere = join(createTempDir('elsewhere'), 'file');
    writeFileSync(elsewhere, 'theirs');
    mkdirSync(folder, { recursive: true });
    symlinkSync(elsewhere, join(folder, 'a.json'));
    expect(store.read('a')).toBe('theirs');
    store.write('a', 'ours');
    expect([contentOf(elsewhere), store.read('a')]).toEqual(['theirs', 'ours']);
  });

  it('leaves nothing behind where it cannot write', () => {
    const { store, folder } = create();
    mkdirSync(join(folder, 'a.json'), { recursive: true });
    expect(() => store.write('a', 'x')).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(readdirSync(folder)).toEqual(['a.json']);
    expect(() => store.write('n'.repeat(300), 'x')).toThrow('cannot write');
    store.write('n'.repeat(250), 'x');
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('lists what nats lists', () => {
    const { store, folder } = create();
    for (const name of ['b', 'a']) store.write(name, '{}');
    mkdirSync(join(folder, 'folder.json'));
    for (const [file, text] of [
      ['empty.json', ''],
      ['x.txt', '{}'],
      ['x..y.json', '{}'],
      ['a.json.tmp-1', '{}'],
    ] as const) {
      writeFileSync(join(folder, file), text);
    }
    symlinkSync('nowhere', join(folder, 'lost.json'));
    expect(store.names()).toEqual(['a', 'b']);
  });

  it('names those that there are where one is not', () => {
    const { store } = create();
    store.write('prod', '{}');
    expect(() => store.read('prd')).toThrow(
      expect.objectContaining({ message: 'there is no context "prd"', hint: 'there are: prod' }),
    );
    expect(() => store.select('prd')).toThrow('there is no context "prd"');
    expect(store.selected()).toBeUndefined();
  });

  it.each(['', '..', '../x', 'a/b', 'a\\b', 'a..b', '/etc/passwd'])('refuses the name %j', (name) => {
    const { store } = create();
    for (const act of [
      () => store.find(name),
      () => store.write(name, ''),
      () => store.remove(name),
      () => store.select(name),
    ]) {
      expect(act).toThrow(expect.objectContaining({ kind: 'usage' }));
    }
  });

  it('remembers the one that was selected before', () => {
    const { store, nats } = create();
    for (const name of ['a', 'b']) store.write(name, '{}');
    store.select('a');
    expect([store.selected(), store.previous()]).toEqual(['a', undefined]);
    store.select('b');
    expect([store.selected(), store.previous()]).toEqual(['b', 'a']);
    expect(modeOf(join(nats, 'context.txt'))).toBe(0o600);
    store.select(undefined);
    expect([store.selected(), store.previous()]).toEqual([undefined, 'b']);
    expect(existsSync(join(nats, 'context.txt'))).toBe(false);
    store.select(undefined);
    expect(store.previous()).toBe('b');
  });

  it('takes the selection away with the context', () => {
    const { store } = create();
    for (const name of ['a', 'b']) store.write(name, '{}');
    store.select('a');
    expect([store.remove('b'), store.selected()]).toEqual([true, 'a']);
    expect([store.remove('a'), store.selected(), store.names()]).toEqual([true, undefined, []]);
    expect(store.remove('a')).toBe(false);
  });
});

describe('the name of a new context', () => {
  it.each(['a', 'prod.eu', 'Prod EU', 'ü', 'a_b-c'])('may be %j', (name) => {
    expect(requireNewContextName(name)).toBe(name);
  });

  it.each(['', '.', '.a', '-a', ' a', 'a ', 'a\nb', 'a\u0007', 'a.json', '../a', 'a/b'])('may not be %j', (name) => {
    expect(() => requireNewContextName(name)).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});
