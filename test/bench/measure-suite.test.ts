import { describe, expect, it } from 'vitest';
import type { Benchmark } from '../../src/bench/benchmark.js';
import { SuiteRun } from '../../src/bench/measure-suite.js';
import { CliError } from '../../src/errors.js';

/** An entry that ends, in its first turn, before it could be measured. */
function entryThat(name: string, setUp: Benchmark['setUp']) {
  return { name, benchmark: { task: undefined as never, setUp } };
}

function watching(signal: AbortSignal) {
  const turns: string[] = [];
  return {
    turns,
    options: {
      signal,
      onTurn: (turn: number, of: number, name: string) => turns.push(`${turn}/${of} ${name}`),
      onProgress: () => undefined,
      onReconnected: () => undefined,
    },
  };
}

describe('a suite', () => {
  it('takes its turns until one fails, and says of which entry that is', async () => {
    const { turns, options } = watching(new AbortController().signal);
    const fails = entryThat('b', async () => {
      throw new CliError('connection', 'no server', { hint: 'start one' });
    });
    const skips = entryThat('a', async () => undefined);
    const { entries, failure } = await new SuiteRun([skips, fails, skips], 2).measure(options);
    expect(turns).toEqual(['1/6 a', '2/6 b']);
    expect(entries).toEqual([]);
    expect(failure).toMatchObject({ kind: 'connection', message: 'b: no server', hint: 'start one' });
  });

  it('takes no turn where it was ended before', async () => {
    const { turns, options } = watching(AbortSignal.abort());
    const { entries, failure } = await new SuiteRun([entryThat('a', async () => undefined)], 1).measure(options);
    expect({ turns, entries, failure }).toEqual({ turns: [], entries: [], failure: undefined });
  });

  it('lets a defect fly', async () => {
    const { options } = watching(new AbortController().signal);
    const broken = entryThat('a', async () => {
      throw new TypeError('a defect');
    });
    await expect(new SuiteRun([broken], 1).measure(options)).rejects.toThrow('a defect');
  });
});
