import { expect, it } from 'vitest';
import { LiveText } from '../../src/output/live-text.js';

/** A terminal that shows what a real one would: cursor up, clear to the end of the line, clear below. */
function terminalOf(rows: number | undefined) {
  let lines = ['before'];
  let row = 1;
  const writes: string[] = [];
  const write = (text: string): void => {
    writes.push(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor
    for (const [token, up] of text.matchAll(/\u001b\[(\d+)A|\u001b\[\??\d*[KJhl]|\r|\n|[^\u001b\r\n]+/g)) {
      if (up !== undefined) row -= Number(up);
      else if (token === '\n') row += 1;
      else if (token === '\u001b[J') lines = lines.slice(0, row);
      else if (!token.startsWith('\u001b') && token !== '\r') lines[row] = token;
    }
  };
  return { terminal: { write, rows, columns: 80 }, writes, shown: () => lines, row: () => row };
}

it('writes its lines over, with one write each time', () => {
  const { terminal, writes, shown, row } = terminalOf(24);
  const live = new LiveText(terminal);
  live.show(['a', 'b', 'c']);
  live.show(['d']);
  expect(shown()).toEqual(['before', 'd']);
  live.show(['e', 'f']);
  expect(shown()).toEqual(['before', 'e', 'f']);
  expect(row()).toBe(3);
  expect(writes).toHaveLength(3);
});

it('takes its lines away once, and begins anew below', () => {
  const { terminal, writes, shown } = terminalOf(24);
  const live = new LiveText(terminal);
  live.clear();
  live.show(['a', 'b']);
  live.clear();
  live.clear();
  expect(shown()).toEqual(['before']);
  expect(writes).toHaveLength(2);
  terminal.write('told\n');
  live.show(['c']);
  expect(shown()).toEqual(['before', 'told', 'c']);
});

it('shows no more lines than can be written over', () => {
  const { terminal, shown } = terminalOf(4);
  const live = new LiveText(terminal);
  expect(live.room).toBe(3);
  live.show(['a', 'b', 'c', 'd']);
  expect(shown()).toEqual(['before', 'a', 'b', 'c']);
});

it.each([
  [undefined, 23],
  [0, 23],
  [1, 1],
])('has of %j rows room for %i lines', (rows, room) => {
  expect(new LiveText(terminalOf(rows).terminal).room).toBe(room);
});

it('leaves the terminal wrapping lines, whenever it ends', () => {
  const { terminal, writes } = terminalOf(24);
  new LiveText(terminal).show(['a']);
  const [noWrap, wrap] = ['\u001b[?7l', '\u001b[?7h'];
  expect(writes[0]?.split(noWrap)[1]?.endsWith(wrap)).toBe(true);
});
