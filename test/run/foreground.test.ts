import { describe, expect, it } from 'vitest';
import { isForeground } from '../../src/run/foreground.js';

/** A line of /proc/self/stat: process 100 of this group, terminal and foreground group. */
function stat({ group = 100, terminal = 34816, foreground = 100, name = 'node' }): () => string {
  return () => `100 (${name}) S 1 ${group} 90 ${terminal} ${foreground} 4194304 0 0`;
}

describe('a process', () => {
  it.each<[what: string, facts: Parameters<typeof stat>[0], expected: boolean]>([
    ['of the terminal’s foreground group is in the foreground', {}, true],
    ['of another group is not', { foreground: 70 }, false],
    ['without a terminal is not', { terminal: 0, foreground: -1 }, false],
    ['in a session whose terminal is gone is not', { terminal: 0, group: -1, foreground: -1 }, false],
    ['may be called anything', { name: 'a) S 1 2 3 4 5' }, true],
  ])('%s', (_, facts, expected) => {
    expect(isForeground(stat(facts), false)).toBe(expected);
  });

  it.each([true, false])('elsewhere than on Linux is in the foreground where stdin is a terminal: %s', (isTerminal) => {
    const noProc = (): never => {
      throw new Error('ENOENT');
    };
    expect(isForeground(noProc, isTerminal)).toBe(isTerminal);
  });
});
