import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { globalFlags } from '../../src/commands/global-flags.js';
import { commands } from '../../src/commands/index.js';
import { runProgram } from '../support/program.js';
import { hasBash } from '../support/terminal.js';

const script = fileURLToPath(new URL('../../completions/natsctl.bash', import.meta.url));

/** What bash offers where the cursor stands at the end of these words. */
async function complete(...words: readonly string[]): Promise<string[]> {
  const line = ['natsctl', ...words].map((word) => `'${word}'`).join(' ');
  const body = `source '${script}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _natsctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await runProgram('bash', ['-c', body]);
  return stdout.split('\n').filter((offer) => offer !== '');
}

describe.skipIf(!hasBash)('the completion of bash', () => {
  it('offers the commands', async () => {
    expect(await complete('')).toEqual(commands.map(({ name }) => name));
    expect(await complete('-j', 're')).toEqual(['request']);
  });

  it('offers all flags of each command, and those that are there for every command', async () => {
    for (const { name, load } of commands) {
      const own = Object.keys((await load()).flags);
      const offered = await complete(name, '--');
      const all = [...Object.keys(globalFlags), 'help', 'version', ...own].map((flag) => `--${flag}`);
      expect(offered.sort()).toEqual(all.sort());
    }
  });

  it('offers services, formats, and files where a file is due', async () => {
    expect(await complete('serve', '')).toEqual(['greeter']);
    expect(await complete('serve', 'greeter', '--log', '')).toEqual(['text', 'json', 'off']);
    expect(await complete('request', 'a.b', '--file', `${script.slice(0, -2)}`)).toEqual([script]);
  });
});
