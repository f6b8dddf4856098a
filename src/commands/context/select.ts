import { usageError } from '../../errors.js';
import { escapeLine } from '../../output/index.js';
import { ask, mayAsk } from './ask.js';
import { type ContextScope, NO_FLAGS, type Subcommand, tellOverrides } from './subcommand.js';

export const select: Subcommand = {
  usage: 'context select [NAME]',
  aliases: ['switch', 'set'],
  describe: 'Use a context in all commands that name no server and no other context',
  operands: { NAME: 'The context; on a terminal it is asked for' },
  flags: {},
  examples: [
    ['natsctl context select prod', ''],
    ['natsctl context select', 'asks which, on a terminal'],
  ],
  takes: [[], ['NAME']],
  offline: true,
  connectionFlags: NO_FLAGS,

  async run(scope) {
    const name = scope.operands[0] ?? (await askForName(scope));
    scope.store.select(name);
    scope.output.notice(`selected context ${name}`);
    tellOverrides(scope);
    return 0;
  },
};

export const unselect: Subcommand = {
  usage: 'context unselect',
  describe: 'Have no context selected',
  operands: {},
  flags: {},
  examples: [['natsctl context unselect', 'natsctl context previous selects it again']],
  takes: [[], []],
  offline: true,
  connectionFlags: NO_FLAGS,

  async run({ store, output }) {
    const selected = store.selected();
    if (selected !== undefined) store.select(undefined);
    output.notice(selected === undefined ? 'no context was selected' : `context ${selected} is no longer selected`);
    return 0;
  },
};

export const previous: Subcommand = {
  usage: 'context previous',
  aliases: ['-'],
  describe: 'Select the context that was selected before',
  operands: {},
  flags: {},
  examples: [['natsctl context previous', 'and once more to come back']],
  takes: [[], []],
  offline: true,
  connectionFlags: NO_FLAGS,

  async run(scope) {
    const name = scope.store.previous();
    if (name === undefined) throw usageError('no context was selected before');
    scope.store.select(name);
    scope.output.notice(`selected context ${name}`);
    tellOverrides(scope);
    return 0;
  },
};

/** @throws CliError `usage` where there is nobody to ask, or the answer is none of them */
async function askForName({ store, output }: ContextScope): Promise<string> {
  const names = store.names();
  const known = names.length === 0 ? 'no contexts are saved on this machine' : `there are: ${names.join(', ')}`;
  if (names.length === 0 || !mayAsk(output)) throw usageError('NAME is missing', known);
  const list = names.map((name, index) => `${String(index + 1).padStart(3)}  ${escapeLine(name)}\n`).join('');
  const answer = await ask(`${list}Which one, by number or name? `);
  if (answer === '') throw usageError('nothing was selected', known);
  return names.find((name) => name === answer) ?? names[Number(answer) - 1] ?? answer;
}
