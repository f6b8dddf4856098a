import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { makeManual } from '../../src/commands/manual.js';
import { manPage } from '../../src/help/index.js';

const manual = await makeManual();
/** What may start a line: the macros of a manual page that it uses. */
const REQUEST = /^\.(TH|SH|SS|PP|TP|RS|RE|nf|fi|BR)\b/;

describe('the manual page', () => {
  it('is what the build has left', () => {
    expect(readFileSync(new URL('../../dist/natsctl.1', import.meta.url), 'utf8')).toBe(manual);
  });

  it('is ASCII, in which no text is taken for a request', () => {
    expect(manual).toMatch(/^[\n -~]*$/);
    for (const line of manual.split('\n')) {
      if (/^[.']/.test(line)) expect(line).toMatch(REQUEST);
      expect(line.replaceAll(/\\(\(\w\w|\[u[0-9A-F]{4,6}\]|-|&|f[BR])/g, '')).not.toContain('\\');
    }
  });

  it('begins no paragraph twice, which mandoc warns of', () => {
    expect(manual).not.toMatch(/^\.(PP|S[HS] .*)\n\.PP$/m);
  });

  it('shows texts as they are', () => {
    const text = '.TH \'a\' \\n "b" -x – ~^`';
    const page = { usage: text, describe: text, operands: {}, flags: {}, examples: [[text, text]] } as const;
    const escaped = String.raw`\&.TH \(aqa\(aq \(rsn \(dqb\(dq \-x \[u2013] \(ti\(ha\(ga`;
    const roff = manPage({ version: '1', commands: [page], globalFlags: {}, topics: [] });
    expect(roff.split('\n').filter((line) => line === escaped)).toHaveLength(1);
    expect(roff).toContain(`.SS "natsctl ${escaped.slice(2)}"`);
  });

  const render = () =>
    spawnSync('groff', ['-man', '-Tascii', '-ww', '-P-c', '-rLL=200n'], { input: manual, encoding: 'utf8' });

  it.skipIf(render().error !== undefined)('renders without a warning, and holds every command and flag', async () => {
    const { stdout, stderr, status } = render();
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const text = stdout.replaceAll(/.[\b]/g, '');
    for (const entry of commands) {
      const { usage, flags, examples } = await entry.load();
      expect(text).toContain(`natsctl ${usage.replaceAll('…', '...')}`);
      for (const [name, { hidden }] of Object.entries(flags)) if (!hidden) expect(text).toContain(`--${name}`);
      for (const [example] of examples) expect(text).toContain(example.replaceAll('…', '...'));
    }
    expect(text).toContain('EXIT-CODES');
  });
});
