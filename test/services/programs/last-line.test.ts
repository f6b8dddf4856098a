import { expect, it } from 'vitest';
import { LastLine } from '../../../src/services/programs/last-line.js';

it.each([
  [[], ''],
  [['a\n'], 'a'],
  [['a\nb\n'], 'b'],
  [['a\n', 'b'], 'b'],
  [['a\n\n  \n'], 'a'],
  [['a\n', '\n'], 'a'],
  [['x'.repeat(10_000)], 'x'.repeat(4_096)],
])('of %j keeps %j', (pieces, line) => {
  const lastLine = new LastLine();
  for (const piece of pieces) lastLine.add(Buffer.from(piece));
  expect(lastLine.text).toBe(line);
});
