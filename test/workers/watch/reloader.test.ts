import { describe, expect, it, vi } from 'vitest';
import { createOutput } from '../../../src/output/streams.js';
import type { Replacement } from '../../../src/workers/replacement.js';
import { Reloader } from '../../../src/workers/watch/reloader.js';
import { memoryStream } from '../../output/memory-stream.js';

/** A reloader with a pool whose replacements end as the test says. */
function createReloader(workers = 4) {
  const runs: { readonly signal: AbortSignal | undefined; end(outcome: Replacement): Promise<void> }[] = [];
  const sources = { beginLoading: vi.fn(), endLoading: vi.fn() };
  const onReloaded = vi.fn();
  const stderr = memoryStream();
  const output = createOutput(
    { json: false, quiet: false, verbose: false, color: false },
    { stdout: memoryStream(), stderr, env: {} },
  );
  const reloader = new Reloader({
    pool: {
      replaceAll: ({ signal } = {}) =>
        new Promise<Replacement>((resolve) => {
          signal?.addEventListener('abort', () => resolve({ kind: 'aborted' }));
          const end = async (outcome: Replacement) => {
            resolve(outcome);
            await new Promise(setImmediate);
          };
          runs.push({ signal, end });
        }),
    },
    workers,
    output,
    sources,
    onReloaded,
    folder: '/project',
  });
  const change = (...files: string[]) => void reloader.change(files, performance.now());
  const lines = () => stderr.text().trim().split('\n');
  return { reloader, change, runs, sources, onReloaded, lines, settle: () => new Promise(setImmediate) };
}

const failed = (replaced: number, hint?: string): Replacement => ({
  kind: 'failed',
  replaced,
  worker: replaced + 1,
  failure: { kind: 'usage', message: 'cannot load a.ts, line 3: no', hint, details: {} },
});

describe('Reloader', () => {
  it('says what changed, and how long it took until all serve it', async () => {
    const { change, runs, lines, sources, onReloaded } = createReloader();
    change('/project/a.ts', '/project/lib/b.ts', '/other/c.ts');
    expect(lines()).toEqual(['a.ts and 2 more changed: replacing 4 workers']);
    expect(sources.beginLoading).toHaveBeenCalledOnce();
    expect(sources.endLoading).not.toHaveBeenCalled();
    await runs[0]?.end({ kind: 'done' });
    expect(lines()[1]).toMatch(/^4 workers serve the new a\.ts and 2 more after \d+ ms$/);
    expect(sources.endLoading).toHaveBeenCalledOnce();
    expect(onReloaded).toHaveBeenCalledOnce();
  });

  it('speaks of one worker as of one', async () => {
    const { change, runs, lines } = createReloader(1);
    change('/other/c.ts');
    await runs[0]?.end({ kind: 'done' });
    expect(lines()[0]).toBe('../other/c.ts changed: replacing 1 worker');
    expect(lines()[1]).toMatch(/^1 worker serves the new \.\.\/other\/c\.ts after/);
  });

  it.each([
    [failed(0), 'warning: cannot load a.ts, line 3: no; what was served before is served on'],
    [
      failed(0, 'install it'),
      'warning: cannot load a.ts, line 3: no (install it); what was served before is served on',
    ],
    [failed(2), 'warning: worker-3 was not replaced: cannot load a.ts, line 3: no; 2 of 4 workers serve the new a.ts'],
  ])('says why it failed, and what is served: %#', async (outcome, line) => {
    const { change, runs, lines, sources, onReloaded } = createReloader();
    change('/project/a.ts');
    await runs[0]?.end(outcome);
    expect(lines()[1]).toBe(line);
    expect(sources.endLoading).not.toHaveBeenCalled();
    expect(onReloaded).not.toHaveBeenCalled();
    change('/project/a.ts');
    await runs[1]?.end({ kind: 'done' });
    expect(lines()[2]).toBe('a.ts changed: replacing 4 workers');
  });

  it('starts over with the newest where it changes meanwhile', async () => {
    const { change, runs, lines, settle } = createReloader();
    change('/project/a.ts');
    change('/project/b.ts');
    change('/project/c.ts');
    await settle();
    expect(runs).toHaveLength(2);
    expect(runs[0]?.signal?.aborted).toBe(true);
    await runs[1]?.end({ kind: 'done' });
    expect(lines().slice(0, 2)).toEqual([
      'a.ts changed: replacing 4 workers',
      'b.ts and 1 more changed: starting over',
    ]);
    expect(lines()[2]).toMatch(/^4 workers serve the new a\.ts and 2 more after/);
    change('/project/a.ts');
    expect(lines()[3]).toBe('a.ts changed: replacing 4 workers');
  });

  it('stops in the middle, and says no more', async () => {
    const { reloader, change, runs, lines, settle } = createReloader();
    change('/project/a.ts');
    reloader.stop();
    await settle();
    change('/project/a.ts');
    expect(runs).toHaveLength(1);
    expect(lines()).toHaveLength(1);
  });
});
