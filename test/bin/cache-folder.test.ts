import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { findCacheFolder } from '../../bin/cache-folder.js';
import { createTempDir } from '../support/guardian.js';

let home: string;

beforeEach(() => {
  home = createTempDir('home');
});

const permissions = (folder: string): number => statSync(folder).mode & 0o777;

describe('the folder for compiled code', () => {
  it("is made in the user's cache, for the user alone", () => {
    const folder = findCacheFolder({ HOME: home });
    expect(folder).toBe(join(home, '.cache', 'natsctl'));
    expect(permissions(join(home, '.cache', 'natsctl'))).toBe(0o700);
  });

  it('is found again', () => {
    expect(findCacheFolder({ HOME: home })).toBe(findCacheFolder({ HOME: home }));
  });

  it('follows XDG_CACHE_HOME, unless that is not absolute', () => {
    expect(findCacheFolder({ HOME: home, XDG_CACHE_HOME: join(home, 'xdg') })).toBe(join(home, 'xdg', 'natsctl'));
    expect(findCacheFolder({ HOME: home, XDG_CACHE_HOME: 'xdg' })).toBe(join(home, '.cache', 'natsctl'));
  });

  it('follows NODE_COMPILE_CACHE', () => {
    const env = { HOME: home, XDG_CACHE_HOME: join(home, 'xdg'), NODE_COMPILE_CACHE: join(home, 'node') };
    expect(findCacheFolder(env)).toBe(join(home, 'node', 'natsctl'));
  });

  it.each(['NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'])('is none with %s', (variable) => {
    expect(findCacheFolder({ HOME: home, [variable]: '1' })).toBeUndefined();
    expect(existsSync(join(home, '.cache'))).toBe(false);
  });

  it('is none without a home', () => {
    expect(findCacheFolder({})).toBeUndefined();
  });

  it('is none where others may write to it', () => {
    mkdirSync(join(home, '.cache', 'natsctl'), { recursive: true });
    for (const mode of [0o777, 0o720, 0o702]) {
      chmodSync(join(home, '.cache', 'natsctl'), mode);
      expect(findCacheFolder({ HOME: home }), mode.toString(8)).toBeUndefined();
    }
    chmodSync(join(home, '.cache', 'natsctl'), 0o755);
    expect(findCacheFolder({ HOME: home })).toBeDefined();
  });

  it("is none in somebody else's home, and none is made there", () => {
    const owner = statSync(home).uid;
    vi.spyOn(process, 'getuid').mockReturnValue(owner + 1);
    expect(findCacheFolder({ HOME: home })).toBeUndefined();
    expect(existsSync(join(home, '.cache'))).toBe(false);
    vi.restoreAllMocks();
  });

  it("is none where it is somebody else's", () => {
    findCacheFolder({ HOME: home });
    vi.spyOn(process, 'getuid').mockReturnValue(statSync(home).uid + 1);
    expect(findCacheFolder({ HOME: home })).toBeUndefined();
    vi.restoreAllMocks();
  });

  it('is none where it cannot be made', () => {
    writeFileSync(join(home, '.cache'), 'a file');
    expect(findCacheFolder({ HOME: home })).toBeUndefined();
    expect(findCacheFolder({ HOME: '/proc/natsctl' })).toBeUndefined();
  });

  it('is none where a file has its name', () => {
    mkdirSync(join(home, '.cache'));
    writeFileSync(join(home, '.cache', 'natsctl'), 'a file');
    expect(findCacheFolder({ HOME: home })).toBeUndefined();
  });
});
