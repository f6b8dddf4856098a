import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openFilesOfSuite } from '../../../src/bench/report/suite-files.js';
import { createTempDir } from '../../support/guardian.js';
import { FULL_REPORT } from './sample-reports.js';

let dir: string;
beforeEach(() => {
  dir = createTempDir('suite-files');
});

const small = { ...FULL_REPORT, name: 'small' };
const large = { ...FULL_REPORT, name: '8 KB, large/2' };
const names = [small.name, large.name];

describe('the files of a suite', () => {
  it('are one of all entries, and of histograms one for each', async () => {
    const paths = { csv: join(dir, 'a.csv'), hdr: join(dir, 'l-{name}.hgrm'), html: join(dir, 'a.html') };
    const files = await openFilesOfSuite(paths, names);
    expect(readdirSync(dir)).toEqual([]);
    await files.write([small, large]);
    expect(readdirSync(dir).sort()).toEqual(['a.csv', 'a.html', 'l-8-KB-large-2.hgrm', 'l-small.hgrm']);
    const lines = readFileSync(paths.csv, 'utf8').split('\r\n');
    expect(lines[0]).toMatch(/^name,t_s,/);
    expect(lines[1]).toMatch(/^small,0,1,/);
    expect(lines.at(-2)).toMatch(/^"8 KB, large\/2",/);
    expect(lines).toHaveLength(2 + small.series.length + large.series.length);
    expect(readFileSync(join(dir, 'l-small.hgrm'), 'utf8')).toMatch(/^ *Value +Percentile/);
    expect(readFileSync(paths.html, 'utf8')).toContain('8 KB, large/2');
  });

  it('are of those entries alone that have run', async () => {
    const files = await openFilesOfSuite({ hdr: join(dir, '{name}') }, names);
    await files.write([small]);
    expect(readdirSync(dir)).toEqual(['small']);
  });

  it.each([
    ['all.hgrm', ['a', 'b'], /each entry of a suite has a histogram/],
    ['{name}.hgrm', ['a b', 'a/b'], /the entries "a b" and "a\/b" would both go to .*a-b\.hgrm/],
    ['none/{name}', ['a'], /cannot write .*none\/a \(--hdr\): no such directory/],
  ])('refuses --hdr %s for %j', async (hdr, entries, message) => {
    await expect(openFilesOfSuite({ hdr: join(dir, hdr) }, entries)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
  });
});
