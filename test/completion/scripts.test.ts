import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadProgramModel } from '../../src/commands/completion-model.js';
import { makeScripts, type ProgramModel } from '../../src/completion/index.js';

const root = new URL('../../', import.meta.url);
const make = (model: ProgramModel) => makeScripts(model, new URL('src/completion/', root));

it('the scripts in completions/ are those of the commands as they are (else: npm run completions)', async () => {
  for (const [file, script] of Object.entries(make(await loadProgramModel()))) {
    expect(readFileSync(new URL(`completions/${file}`, root), 'utf8'), file).toBe(script);
  }
});

it('offers no flag that is hidden, and knows that it takes a value', () => {
  const flag = { names: [], silentNames: ['--old'], describe: '', value: { kind: 'text' as const }, repeats: false };
  const command = {
    name: 'x',
    aliases: [],
    describe: '',
    flags: [flag],
    operands: [],
    furtherOperands: { kind: 'text' as const },
    runsProgram: false,
    subcommands: [],
  };
  const scripts = make({ flags: [], commands: [command] });
  expect(scripts['natsctl.bash']).toContain("'x --old') due=text");
  expect(scripts['natsctl.bash']).not.toContain("names+=' --old'");
  expect(scripts['natsctl.fish']).toContain("case 'x --old'");
  expect(scripts['natsctl.fish']).not.toContain('-l old');
  expect(scripts['_natsctl']).toContain("'!--old=");
});

it('quotes what a description holds', () => {
  const flag = { names: ['--x'], silentNames: [], describe: "it's [a: b] \\$(c)", value: undefined, repeats: false };
  const scripts = make({ flags: [flag], commands: [] });
  expect(scripts['_natsctl']).toContain(String.raw`'--x[it'\''s \[a\: b\] \\$(c)]'`);
  expect(scripts['natsctl.fish']).toContain(String.raw`-d 'it\'s [a: b] \\$(c)'`);
});
