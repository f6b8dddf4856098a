import { readFileSync } from 'node:fs';
import { usageError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';
import { defineCommand, requireOperands } from './command.js';

/** Where the package keeps the script of each shell: one folder above what is built. */
const SCRIPTS = {
  bash: new URL('../completions/natsctl.bash', import.meta.url),
  zsh: new URL('../completions/_natsctl', import.meta.url),
  fish: new URL('../completions/natsctl.fish', import.meta.url),
} as const;
const SHELLS = Object.keys(SCRIPTS);

export const completion = defineCommand({
  usage: 'completion SHELL',
  describe: 'Print the completion script of a shell',
  operands: { SHELL: SHELLS.join(', ') },
  completes: [SHELLS],
  flags: {},
  examples: [
    ['natsctl completion bash > ~/.local/share/bash-completion/completions/natsctl', 'for bash-completion'],
    ['natsctl completion zsh > ~/.zfunc/_natsctl', 'with fpath+=~/.zfunc before compinit'],
    ['natsctl completion fish > ~/.config/fish/completions/natsctl.fish', ''],
  ],
  epilogue:
    'Or source it at each start. In ~/.bashrc and, after compinit, in ~/.zshrc: source <(natsctl completion bash), or zsh; in config.fish: natsctl completion fish | source.\n\nCompletes commands, flags, choices, files, contexts, and the subjects of live services: those it asks the server for that the line names, for 300 ms at most.',
  offline: true,

  async run({ operands, output }) {
    requireOperands(operands, ['SHELL']);
    const shell = operands[0] as string;
    const script = SCRIPTS[shell as keyof typeof SCRIPTS];
    if (!SHELLS.includes(shell)) {
      const nearest = nearestOf(shell, SHELLS);
      const guess = nearest === undefined ? '' : `did you mean ${nearest}? `;
      throw usageError(
        `no completion for the shell ${JSON.stringify(shell)}`,
        `${guess}there are: ${SHELLS.join(', ')}`,
      );
    }
    await output.data(readFileSync(script, 'utf8'));
    return 0;
  },
});
