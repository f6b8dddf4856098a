import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controlFolders, prepareFolder, stateOfFolder } from '../../src/control/folder.js';
import { createTempDir } from '../support/guardian.js';

const uid = process.getuid?.() as number;

describe('controlFolders', () => {
  it.each<[env: Record<string, string>, folders: string[]]>([
    [{ NATSCTL_RUNTIME_DIR: '/a', XDG_RUNTIME_DIR: '/b' }, ['/a']],
    [{ XDG_RUNTIME_DIR: '/b' }, ['/b/natsctl', '/run/user/7/natsctl', '/tmp/natsctl-7']],
    [{ XDG_RUNTIME_DIR: '/run/user/7' }, ['/run/user/7/natsctl', '/tmp/natsctl-7']],
    [{ TMPDIR: '/t' }, ['/run/user/7/natsctl', '/t/natsctl-7', '/tmp/natsctl-7']],
    [{ XDG_RUNTIME_DIR: 'relative', TMPDIR: '' }, ['/run/user/7/natsctl', '/tmp/natsctl-7']],
  ])('of %j are %j', (env, folders) => {
    expect(controlFolders({ env, uid: 7 })).toEqual(folders);
  });

  it('are none where there are no user ids', () => {
    expect(controlFolders({ env: {}, uid: undefined })).toEqual([]);
  });
});

describe('a folder', () => {
  it('is made for this user alone', () => {
    const folder = join(createTempDir('control'), 'run');
    expect(stateOfFolder(folder, uid)).toBe('absent');
    expect(prepareFolder(folder, uid, '1-a.sock')).toBeUndefined();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(stateOfFolder(folder, uid)).toBe('good');
    expect(prepareFolder(folder, uid, '1-a.sock')).toBeUndefined();
  });

  it('is refused where others may enter it, or it is theirs', () => {
    const folder = join(createTempDir('control'), 'run');
    mkdirSync(folder);
    chmodSync(folder, 0o710);
    expect(prepareFolder(folder, uid, '1-a.sock')).toBe(`${folder} is open to other users: chmod 700 closes it`);
    chmodSync(folder, 0o700);
    expect(prepareFolder(folder, uid + 1, '1-a.sock')).toBe(`${folder} belongs to another user`);
  });

  it('is refused where it is a link, a file, or in no folder', () => {
    const parent = createTempDir('control');
    mkdirSync(join(parent, 'real'), { mode: 0o700 });
    symlinkSync(join(parent, 'real'), join(parent, 'link'));
    writeFileSync(join(parent, 'file'), '');
    expect(prepareFolder(join(parent, 'link'), uid, 'x')).toBe(`${join(parent, 'link')} is no folder`);
    expect(prepareFolder(join(parent, 'file'), uid, 'x')).toBe(`${join(parent, 'file')} is no folder`);
    expect(prepareFolder(join(parent, 'no', 'run'), uid, 'x')).toMatch(/: the folder above it is missing$/);
  });

  it('is refused where the path of a socket in it is longer than the system takes', () => {
    const folder = `/tmp/${'x'.repeat(100)}`;
    expect(prepareFolder(folder, uid, '1-a.sock')).toMatch(/ is too long: a socket there has 114 bytes in its path/);
    expect(stateOfFolder(folder, uid)).toBe('absent');
  });
});
