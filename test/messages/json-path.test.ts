import { describe, expect, it } from 'vitest';
import { parseJsonPath, valueAt } from '../../src/messages/index.js';

describe('parseJsonPath', () => {
  it.each([
    ['a', ['a']],
    ['a.b.0.c', ['a', 'b', '0', 'c']],
    ['.a.b', ['a', 'b']],
    ['$.a', ['a']],
    ['$', []],
    ['.', []],
    ['a\\.b.c', ['a.b', 'c']],
    ['a.b\\.', ['a', 'b.']],
    ['a\\\\.b', ['a\\', 'b']],
    ['a b.Ż', ['a b', 'Ż']],
  ])('reads %s', (text, keys) => {
    expect(parseJsonPath(text, '--path')).toEqual(keys);
  });

  it.each(['', 'a..b', 'a.', '..a'])('refuses %j', (text) => {
    expect(() => parseJsonPath(text, '--path')).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});

describe('valueAt', () => {
  const value = { a: { b: [1, { c: null }] }, 'x.y': 2 };

  it.each([
    ['a.b.0', 1],
    ['a.b.1.c', null],
    ['x\\.y', 2],
    ['$', value],
  ])('finds %s', (path, found) => {
    expect(valueAt(value, parseJsonPath(path, '--path'))).toEqual(found);
  });

  it.each(['b', 'a.b.2', 'a.b.0.c', 'a.b.1.c.d', 'a.constructor', 'a.b.length.x', '__proto__'])(
    'finds nothing at %s',
    (path) => {
      expect(valueAt(value, parseJsonPath(path, '--path'))).toBeUndefined();
    },
  );
});
