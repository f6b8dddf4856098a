import { expect, it } from 'vitest';
import { LineSplitter } from '../../../src/services/programs/line-splitter.js';

/** What of these chunks is heard, where a line may have 5 bytes. */
function split(...chunks: readonly string[]): string[] {
  const heard: string[] = [];
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  const splitter = new LineSplitter(() => 5, {
    onLine: (line) => void heard.push(text(line)),
    onTooLong: (start) => void heard.push(`too long: ${text(start)}`),
  });
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return heard;
}

it.each([
  [[], []],
  [['a\nb\n'], ['a', 'b']],
  [
    ['a', 'b\nc', '\n'],
    ['ab', 'c'],
  ],
  [['\n\n'], ['', '']],
  [['a\nrest'], ['a', 'rest']],
  [['12345\n'], ['12345']],
  [['123456\nb\n'], ['too long: 123456', 'b']],
  [
    ['1234', '56', '7890', '1\nb', '\n'],
    ['too long: 1234', 'b'],
  ],
  [['1234567'], ['too long: 1234567']],
  [
    ['1234567', '89\n1234567\nb'],
    ['too long: 1234567', 'too long: 1234567', 'b'],
  ],
])('hears of %j %j', (chunks, heard) => {
  expect(split(...chunks)).toEqual(heard);
});
