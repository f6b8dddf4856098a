import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FolderWatches } from '../../../src/workers/watch/folder-watches.js';
import { type WatchFolder, watchFolder } from '../../../src/workers/watch/watch-folder.js';
import { createTempDir } from '../../support/guardian.js';

/** Watches that never hear anything but what the test says. */
function createWatches() {
  const open = new Map<string, Parameters<WatchFolder>[1]>();
  const fail = new Map<string, string>();
  const onEvent = vi.fn();
  const onWarning = vi.fn();
  const watches = new FolderWatches(
    (folder, tell) => {
      const code = fail.get(folder);
      if (code !== undefined) throw Object.assign(new Error('no'), { code });
      if (open.has(folder)) throw new Error(`${folder} is watched twice`);
      open.set(folder, tell);
      return { close: () => open.delete(folder) };
    },
    onEvent,
    onWarning,
  );
  return { watches, open, fail, onEvent, onWarning };
}

describe('FolderWatches', () => {
  it('watches the folders of the files, each once, and hears of those files alone', () => {
    const folder = createTempDir('watch');
    const { watches, open, onEvent } = createWatches();
    watches.watch([join(folder, 'a.ts'), join(folder, 'b.ts')]);
    expect([...open.keys()]).toEqual([folder]);
    open.get(folder)?.('database.sqlite');
    expect(onEvent).not.toHaveBeenCalled();
    for (const name of ['a.ts', 'b.ts', undefined, basename(folder)]) open.get(folder)?.(name);
    expect(onEvent).toHaveBeenCalledTimes(4);
    watches.watch([join(folder, 'b.ts')]);
    open.get(folder)?.('a.ts');
    expect(onEvent).toHaveBeenCalledTimes(4);
    watches.close();
    expect(open.size).toBe(0);
  });

  it('watches for a folder that is not there in the nearest one that is', () => {
    const folder = createTempDir('watch');
    const { watches, open, onEvent } = createWatches();
    const files = [join(folder, 'lib', 'deep', 'a.ts')];
    watches.watch(files);
    expect([...open.keys()]).toEqual([folder]);
    open.get(folder)?.('lib');
    expect(onEvent).toHaveBeenCalledOnce();
    mkdirSync(join(folder, 'lib', 'deep'), { recursive: true });
    watches.watch(files);
    expect([...open.keys()]).toEqual([join(folder, 'lib', 'deep')]);
    rmSync(join(folder, 'lib'), { recursive: true });
    watches.watch(files);
    expect([...open.keys()]).toEqual([folder]);
  });

  it('watches a folder anew where it is another one of the same name', () => {
    const folder = createTempDir('watch');
    const [lib, other] = [join(folder, 'lib'), join(folder, 'other')];
    mkdirSync(lib);
    mkdirSync(other);
    const { watches, open } = createWatches();
    watches.watch([join(lib, 'a.ts')]);
    const first = open.get(lib);
    renameSync(lib, join(folder, 'away'));
    renameSync(other, lib);
    watches.watch([join(lib, 'a.ts')]);
    expect(open.get(lib)).toBeDefined();
    expect(open.get(lib)).not.toBe(first);
  });

  it.each([
    ['ENOSPC', 'the system watches as many as it may (ENOSPC)'],
    ['EACCES', 'EACCES'],
  ])('warns once of a folder that cannot be watched: %s', (code, why) => {
    const folder = createTempDir('watch');
    const { watches, fail, onWarning } = createWatches();
    fail.set(folder, code);
    watches.watch([join(folder, 'a.ts')]);
    watches.watch([join(folder, 'a.ts')]);
    expect(onWarning.mock.calls).toEqual([[`changes in ${folder} are not seen: ${why}`]]);
  });

  it('hears of writes, renames, and the end of a folder from the system', async () => {
    const folder = join(createTempDir('watch'), 'lib');
    mkdirSync(folder);
    let tell: () => void = () => undefined;
    const watches = new FolderWatches(watchFolder, () => tell(), vi.fn());
    const file = join(folder, 'a.ts');
    watches.watch([file]);
    for (const act of [
      () => writeFileSync(file, '1'),
      () => renameSync(file, `${file}~`),
      () => renameSync(`${file}~`, file),
      () => rmSync(folder, { recursive: true }),
    ]) {
      const heard = new Promise<void>((resolve) => {
        tell = resolve;
      });
      act();
      await heard;
    }
    watches.close();
  });
});
