import { CliError, gravestOf } from '../../errors.js';
import { escapeLine } from '../../output/index.js';
import { type ContextScope, flagsOf, PATIENCE_FLAGS, problemsOf, type Subcommand } from './subcommand.js';

export const validate: Subcommand = {
  usage: 'context validate [NAME…]',
  describe: 'Check contexts: what they hold, that their files are there and of use',
  operands: { NAME: 'The contexts; default: all of them' },
  flags: flagsOf('connect'),
  examples: [
    ['natsctl context validate', ''],
    ['natsctl context validate prod eu --connect --timeout 2s', 'and log in to their servers'],
    ["natsctl context validate --json | jq 'select(.ok | not)'", 'name, ok, problems'],
  ],
  epilogue:
    'Exit codes: 0 all are of use, 2 what a context holds is wrong, a file missing or of no use; with --connect 4 refused, 3 no connection. The first that occurs of 2, 4, 3. --timeout and --wait-server bound each connection.',
  takes: [[], ['NAME']],
  repeats: true,
  offline: true,
  connectionFlags: PATIENCE_FLAGS,

  async run(scope) {
    const { store, operands, output } = scope;
    const names = operands.length > 0 ? operands : store.names();
    if (names.length === 0) output.notice('no contexts are saved on this machine');
    const all: CliError[] = [];
    let bad = 0;
    for (const name of names) {
      const problems = await problemsAt(name, scope);
      if (problems.length > 0) bad += 1;
      all.push(...problems);
      await report(name, problems, scope);
    }
    if (bad === 0) return 0;
    const count = names.length === 1 ? `context ${names[0]} is` : `${bad} of ${names.length} contexts are`;
    throw new CliError(gravestOf(all)?.kind ?? 'usage', `${count} of no use`);
  },
};

async function problemsAt(name: string, scope: ContextScope): Promise<readonly CliError[]> {
  let text: string;
  try {
    text = scope.store.read(name);
    if (scope.store.isOpenToOthers(name)) {
      scope.output.warn(`others may read context ${name}: chmod 600 ${scope.store.path(name)}`);
    }
  } catch (error) {
    if (error instanceof CliError) return [error];
    throw error;
  }
  return problemsOf(name, text, scope);
}

async function report(name: string, problems: readonly CliError[], { output }: ContextScope): Promise<void> {
  const ok = problems.length === 0;
  if (output.style.json) {
    const told = problems.map(({ kind, message, hint }) => ({ kind, message, hint }));
    await output.record({ name, ok, problems: ok ? undefined : told });
    return;
  }
  const lines = ok ? ['ok'] : problems.map(({ message }) => escapeLine(message));
  await output.data(lines.map((line) => `${escapeLine(name)}: ${line}\n`).join(''));
}
