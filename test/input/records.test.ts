import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/input/index.js';

async function cut(chunks: readonly string[], largestBytes?: number): Promise<string[][]> {
  async function* bytes() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const batches: string[][] = [];
  for await (const batch of readRecords(bytes(), 0x0a, largestBytes)) {
    batches.push(batch.map((record) => Buffer.from(record).toString()));
  }
  return batches;
}

describe('readRecords', () => {
  it.each([
    ['nothing', [], []],
    ['records of a chunk together', ['a\nb\n'], [['a', 'b']]],
    ['a last record without its end', ['a\nb'], [['a'], ['b']]],
    ['empty records', ['\n\na\n'], [['', '', 'a']]],
    ['a record over many chunks', ['a', 'b', '', 'c\nd', '\n'], [['abc'], ['d']]],
    ['a separator at the beginning of a chunk', ['a', '\nb\n'], [['a', 'b']]],
    ['CR as it stands', ['a\r\n'], [['a\r']]],
  ])('gives %s', async (_, chunks, batches) => {
    expect(await cut(chunks)).toEqual(batches);
  });

  it('ends with usage where a record has no end in sight', async () => {
    await expect(cut(['a\nbb', 'bb', 'bb'], 5)).rejects.toMatchObject({
      kind: 'usage',
      message: 'record 2 of the input has more than 5 bytes, which no server takes',
    });
  });
});
