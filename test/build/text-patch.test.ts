import { describe, expect, it } from 'vitest';
import { applyPatches } from '../../build/text-patch.js';

const file = 'greeter/index.js';
const why = 'greetings are slow';

describe('a patch of a dependency', () => {
  it('replaces each text as often as it is expected', () => {
    const patches = [
      { find: 'hello', replace: 'hi', times: 2 },
      { find: 'world', replace: '' },
    ];
    expect(applyPatches('hello hello world', { file, why, patches })).toBe('hi hi ');
  });

  it('takes both texts literally', () => {
    const patches = [{ find: 'a.*$1', replace: '$&$1' }];
    expect(applyPatches('[a.*$1]', { file, why, patches })).toBe('[$&$1]');
  });

  it.each([
    ['is gone', 'goodbye', 0],
    ['is there more often', 'hello hello', 2],
  ])('fails where the text %s, naming file, reason and text', (_, code, found) => {
    const patches = [{ find: 'hello', replace: 'hi' }];
    expect(() => applyPatches(code, { file, why, patches })).toThrow(
      `${file} has ${found} of 1 expected places of the text that is to be replaced (${why}); ` +
        'the dependency has changed, revise the patch: "hello"',
    );
  });
});
