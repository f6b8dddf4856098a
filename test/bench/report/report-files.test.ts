import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openReportFiles } from '../../../src/bench/report/report-files.js';
import { createTempDir } from '../../support/guardian.js';

let dir: string;
beforeEach(() => {
  dir = createTempDir('report-files');
});

const usage = (message: string | RegExp) =>
  expect.objectContaining({ kind: 'usage', message: expect.stringMatching(message) });

describe('the files of a report', () => {
  it('are checked before, which leaves nothing, and written whole', async () => {
    const files = await openReportFiles({ csv: join(dir, 'a.csv'), hdr: undefined, html: join(dir, 'a.html') });
    expect(files.forms).toEqual(['csv', 'html']);
    expect(readdirSync(dir)).toEqual([]);
    await files.write('csv', 'a,b\r\n');
    expect(readdirSync(dir)).toEqual(['a.csv']);
    expect(readFileSync(join(dir, 'a.csv'), 'utf8')).toBe('a,b\r\n');
  });

  it('take the place of what was there, with its mode, and where a link leads', async () => {
    const file = join(dir, 'a.csv');
    writeFileSync(file, 'before');
    chmodSync(file, 0o640);
    symlinkSync('a.csv', join(dir, 'link.csv'));
    const files = await openReportFiles({ csv: join(dir, 'link.csv') });
    expect(readFileSync(file, 'utf8')).toBe('before');
    await files.write('csv', 'after');
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(dir).sort()).toEqual(['a.csv', 'link.csv']);
  });

  it.each([
    ['no/such/a.csv', /^cannot write .*a\.csv \(--csv\): no such directory$/],
    ['folder', /^cannot write .*folder \(--csv\): it is a directory$/],
    ['file/a.csv', /^cannot write .*a\.csv \(--csv\): not a directory$/],
  ])('are refused before: %s', async (path, message) => {
    mkdirSync(join(dir, 'folder'));
    writeFileSync(join(dir, 'file'), '');
    await expect(openReportFiles({ csv: join(dir, path) })).rejects.toEqual(usage(message));
  });

  it.skipIf(process.getuid?.() === 0)('are refused where the folder or the file is not ours to write', async () => {
    writeFileSync(join(dir, 'a.csv'), '');
    chmodSync(join(dir, 'a.csv'), 0o444);
    await expect(openReportFiles({ csv: join(dir, 'a.csv') })).rejects.toEqual(usage('permission denied'));
    chmodSync(dir, 0o555);
    await expect(openReportFiles({ csv: join(dir, 'b.csv') })).rejects.toEqual(usage('permission denied'));
    chmodSync(dir, 0o755);
  });

  it('are refused where they are what is read, by whatever name', async () => {
    const input = join(dir, 'base.json');
    writeFileSync(input, 'x');
    await expect(openReportFiles({ html: `${dir}/./base.json` }, [undefined, input])).rejects.toEqual(
      usage(/^--html would overwrite .*base\.json, which is read$/),
    );
    await openReportFiles({ html: join(dir, 'other.html') }, ['/no/such/file', input]);
    expect(readFileSync(input, 'utf8')).toBe('x');
  });

  it('are refused without a name', async () => {
    await expect(openReportFiles({ hdr: '' })).rejects.toEqual(usage(/^--hdr is empty$/));
    await expect(openReportFiles({ csv: '-' })).rejects.toEqual(usage(/^--csv writes a file: stdout has the report$/));
  });

  it.each([
    ['the same name', 'a', 'a'],
    ['another way to it', 'a', './b/../a'],
    ['a link to it', 'a', 'link'],
    ['a link to the folder', 'a', 'folder-link/a'],
  ])('are refused where two are one: %s', async (_, csv, hdr) => {
    mkdirSync(join(dir, 'b'));
    writeFileSync(join(dir, 'a'), '');
    symlinkSync('a', join(dir, 'link'));
    symlinkSync('.', join(dir, 'folder-link'));
    await expect(openReportFiles({ csv: join(dir, csv), hdr: `${dir}/${hdr}` })).rejects.toEqual(
      usage(/^--csv and --hdr name the same file: /),
    );
  });

  it('may both be no file at all', async () => {
    const files = await openReportFiles({ csv: '/dev/null', hdr: '/dev/null' });
    await files.write('csv', 'x');
    await files.write('hdr', 'x');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('say what went wrong later, and leave nothing half written', async () => {
    const file = join(dir, 'a.csv');
    const files = await openReportFiles({ csv: file });
    mkdirSync(file);
    await expect(files.write('csv', 'x')).rejects.toEqual(usage(/^cannot write .*a\.csv \(--csv\): /));
    expect(readdirSync(dir)).toEqual(['a.csv']);
    expect(existsSync(file)).toBe(true);
  });
});
