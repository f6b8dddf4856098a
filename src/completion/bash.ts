import {
  type FlagModel,
  flatCommands,
  namesOf,
  type Offer,
  ORIGIN,
  type ProgramModel,
  type SubcommandModel,
  spellings,
} from './model.js';

/**
 * The completion script of bash. It keeps to what the bash 3.2 of macOS has: no `mapfile`, no maps. Nothing that comes
 * from elsewhere is ever given to `compgen -W`, which would expand it.
 *
 * @param functions the part that is the same whatever the commands are, `functions.bash`
 */
export function bashScript(model: ProgramModel, functions: string): string {
  return [
    '# bash completion for natsctl: natsctl completion --help says where to put it.',
    ...ORIGIN,
    '',
    ...flagTable(model),
    '',
    ...operandTable(model),
    '',
    ...flagNames(model),
    '',
    ...commandNames(model),
    '',
    functions,
  ].join('\n');
}

/** A line of a `case`: the patterns, quoted, and what the value or operand is that is due after such words. */
type Due = readonly [pattern: string, offer: Offer];

function flagTable(model: ProgramModel): readonly string[] {
  const ofAll = model.flags.flatMap((flag) => dueAfter(flag, (name) => `*${quote(` ${name}`)}`));
  const own = flatCommands(model).flatMap((command) =>
    command.flags.flatMap((flag) => dueAfter(flag, (name) => quote(`${command.name} ${name}`))),
  );
  return [
    "# What a flag's value is, in `due`: nothing where it takes none, `text` where there is nothing to offer.",
    '__natsctl_flag() { # COMMAND FLAG',
    '  case "$1 $2" in',
    ...cases([...ofAll, ...own]),
    "    *) due='' ;;",
    '  esac',
    '}',
  ];
}

function dueAfter(flag: FlagModel, pattern: (name: string) => string): readonly Due[] {
  const { value } = flag;
  return value === undefined ? [] : spellings(flag).map((name) => [pattern(name), value]);
}

function operandTable(model: ProgramModel): readonly string[] {
  const commands = flatCommands(model);
  const subcommands = model.commands.flatMap((command): readonly Due[] =>
    command.subcommands.length === 0
      ? []
      : [[quote(`${command.name} 1`), { kind: 'choices', choices: command.subcommands.map(({ name }) => name) }]],
  );
  const places = commands.flatMap(({ name, operands }) =>
    operands.map((offer, index): Due => [quote(`${name} ${index + 1}`), offer]),
  );
  const further = commands.flatMap(({ name, furtherOperands }): readonly Due[] =>
    furtherOperands.kind === 'text' ? [] : [[`${quote(`${name} `)}*`, furtherOperands]],
  );
  return [
    '# What an operand is, in `due`.',
    '__natsctl_operand() { # COMMAND POSITION',
    '  case "$1 $2" in',
    // A place of its own comes before what holds for all that follow.
    ...cases([...subcommands, ...places]),
    ...cases(further),
    '    *) due=text ;;',
    '  esac',
    '}',
  ];
}

/** Those that are alike on one line. */
function cases(dues: readonly Due[]): readonly string[] {
  const patterns = new Map<string, string[]>();
  for (const [pattern, offer] of dues) {
    const due = offer.kind === 'choices' ? `choices ${offer.choices.join(' ')}` : offer.kind;
    patterns.set(due, [...(patterns.get(due) ?? []), pattern]);
  }
  return [...patterns].map(([due, alike]) => `    ${alike.join(' | ')}) due=${quote(due)} ;;`);
}

function flagNames(model: ProgramModel): readonly string[] {
  const list = (own: SubcommandModel['flags']): string => own.flatMap(({ names }) => names.slice(0, 1)).join(' ');
  return [
    '# The names of the flags that may stand there, in `names`.',
    '__natsctl_flags() { # COMMAND',
    `  names='${list(model.flags)}'`,
    '  case $1 in',
    ...flatCommands(model)
      .filter((command) => command.flags.length > 0)
      .map((command) => `    ${quote(command.name)}) names+=' ${list(command.flags)}' ;;`),
    '  esac',
    '}',
  ];
}

function commandNames({ commands }: ProgramModel): readonly string[] {
  const running = commands.filter(({ runsProgram }) => runsProgram).map(({ name }) => name);
  return [
    `__natsctl_commands='${commands.map(({ name }) => name).join(' ')}'`,
    '',
    '# The command that a word names, in `command`.',
    '__natsctl_command() { # WORD',
    '  case $1 in',
    ...commands.map((command) => `    ${namesOf(command).join(' | ')}) command=${command.name} ;;`),
    "    *) command='?' ;;",
    '  esac',
    '}',
    '',
    '# The command that a word behind another command names, in `command`; fails where it names none.',
    '__natsctl_subcommand() { # COMMAND WORD',
    '  case "$1 $2" in',
    ...flatCommands({ commands })
      .filter(({ name }) => name.includes(' '))
      .map((command) => `    ${namesOf(command).map(quote).join(' | ')}) command=${quote(command.name)} ;;`),
    '    *) return 1 ;;',
    '  esac',
    '}',
    '',
    '# Whether what follows "--" is a program and its arguments.',
    '__natsctl_runs_program() { # COMMAND',
    `  [[ ' ${running.join(' ')} ' == *" $1 "* ]]`,
    '}',
  ];
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
