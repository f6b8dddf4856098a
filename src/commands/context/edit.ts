import { editorCommand, editText, requireUsable } from '../../contexts/index.js';
import { CliError } from '../../errors.js';
import { ask, mayAsk } from './ask.js';
import { NO_FLAGS, operandAt, type Subcommand, warnOfProblems } from './subcommand.js';

export const edit: Subcommand = {
  usage: 'context edit NAME',
  aliases: ['vi'],
  describe: 'Edit a context in $VISUAL, else $EDITOR',
  operands: { NAME: 'The context' },
  flags: {},
  examples: [
    ['natsctl context edit prod', ''],
    ["EDITOR='code --wait' natsctl context edit prod", 'the words of it, without a shell'],
  ],
  epilogue:
    'Edits a copy that only you can read, and replaces the context once that is of use. With neither variable it takes vi on a terminal; without one, that is an error.',
  takes: [['NAME'], []],
  offline: true,
  connectionFlags: NO_FLAGS,

  async run(scope) {
    const { store, output, env } = scope;
    const name = operandAt(scope, 0);
    const before = store.read(name);
    const isWithPerson = mayAsk(output);
    const editor = editorCommand(env, isWithPerson ? 'vi' : undefined);
    for (let text = before; ; ) {
      text = await editText(text, `${name}.json`, editor, env);
      if (text === before) {
        output.notice(`context ${name} is unchanged`);
        return 0;
      }
      try {
        requireUsable(text, name);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        const hint = error.hint === undefined ? '' : `${error.hint}; `;
        if (isWithPerson) output.warn(`${error.message}; ${hint}`.replace(/; $/, ''));
        if (isWithPerson && !/^n/i.test(await ask('Edit it again? [Y/n] '))) continue;
        throw new CliError(error.kind, error.message, { hint: `${hint}context ${name} is as it was` });
      }
      store.write(name, text);
      output.notice(`saved context ${name}`);
      await warnOfProblems(name, text, scope);
      return 0;
    }
  },
};
