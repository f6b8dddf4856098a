import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { digestOf } from '../../../src/services/loading/digest.js';
import { candidatesFor, LoadedFiles } from '../../../src/services/loading/loaded-files.js';
import { project } from '../../support/project.js';

describe('LoadedFiles', () => {
  it('tells of each file of the user once, with the digest of what is in it', () => {
    const folder = project({ 'a.ts': 'a', 'b.ts': 'b', 'node_modules/c/index.js': '' });
    const tell = vi.fn();
    const files = new LoadedFiles(tell, (file) => file.startsWith('/own/'));
    files.add(join(folder, 'a.ts'), 'as it was loaded');
    files.add(join(folder, 'a.ts'));
    files.add(join(folder, 'b.ts'));
    files.add(join(folder, 'gone.ts'));
    files.add(join(folder, 'node_modules', 'c', 'index.js'));
    files.add('/own/index.js');
    expect(tell.mock.calls).toEqual([
      [join(folder, 'a.ts'), digestOf('as it was loaded')],
      [join(folder, 'b.ts'), digestOf('b')],
      [join(folder, 'gone.ts'), undefined],
    ]);
  });

  it('tells of the nearest settings', () => {
    const folder = project({ 'package.json': '{}', 'tsconfig.json': '{}', 'src/package.json': '{ }' });
    const tell = vi.fn();
    new LoadedFiles(tell, () => false).addSettings(join(folder, 'src', 'lib', 'a.ts'));
    expect(tell.mock.calls).toEqual([
      [join(folder, 'src', 'package.json'), digestOf('{ }')],
      [join(folder, 'tsconfig.json'), digestOf('{}')],
    ]);
  });
});

it('tells of what the paths of a tsconfig.json would have found', async () => {
  const folder = project({ 'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }' });
  const tell = vi.fn();
  await new LoadedFiles(tell, () => false).addMissing('@lib/gone', join(folder, 'a.ts'));
  expect(tell.mock.calls).toContainEqual([join(folder, 'lib', 'gone.ts'), undefined]);
});

describe('candidatesFor', () => {
  it.each([
    ['./gone', ['/p/src/gone', '/p/src/gone.ts', '/p/src/gone.json', '/p/src/gone/index.ts']],
    ['../gone.js', ['/p/gone.js', '/p/gone.ts']],
    ['./gone.mjs', ['/p/src/gone.mjs', '/p/src/gone.mts']],
    ['/abs/gone.ts', ['/abs/gone.ts']],
    ['left-pad', ['/p/src/node_modules/left-pad/package.json', '/p/node_modules/left-pad/package.json']],
  ])('of %s', (specifier, files) => {
    expect(candidatesFor(specifier, '/p/src/a.ts')).toEqual(expect.arrayContaining(files));
  });
});
