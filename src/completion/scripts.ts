import { readFileSync } from 'node:fs';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import type { ProgramModel } from './model.js';
import { zshScript } from './zsh.js';

/**
 * Makes the completion scripts. They ship as files: to make them anew takes all commands' modules, which is too slow
 * for the start of a shell.
 *
 * @param folder where the parts are that are the same whatever the commands are, `functions.*`
 * @returns the scripts by the names of their files in completions/
 */
export function makeScripts(model: ProgramModel, folder: URL): Readonly<Record<string, string>> {
  const functionsOf = (shell: string): string => readFileSync(new URL(`functions.${shell}`, folder), 'utf8');
  return {
    'natsctl.bash': bashScript(model, functionsOf('bash')),
    _natsctl: zshScript(model, functionsOf('zsh')),
    'natsctl.fish': fishScript(model, functionsOf('fish')),
  };
}
