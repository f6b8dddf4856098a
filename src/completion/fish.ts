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
 * The completion script of fish.
 *
 * @param functions the part that is the same whatever the commands are, `functions.fish`
 */
export function fishScript(model: ProgramModel, functions: string): string {
  const { flags, commands } = model;
  return [
    '# fish completion for natsctl: natsctl completion --help says where to put it.',
    ...ORIGIN,
    '',
    ...commandFunction(model),
    '',
    ...valueFunction(model),
    '',
    functions,
    'complete -c natsctl -f',
    '',
    ...commands.map(({ name, describe }) => line('__natsctl_at command', `-a ${name} -d ${quote(describe)}`)),
    '',
    ...flags.flatMap((flag) => flagLines(flag, '__natsctl_at flag')),
    ...commands.flatMap(subcommandNames),
    ...flatCommands(model).flatMap((command) => ['', ...commandLines(command)]),
    '',
  ].join('\n');
}

function commandFunction({ commands }: ProgramModel): readonly string[] {
  const running = commands.filter(({ runsProgram }) => runsProgram).map(({ name }) => name);
  return [
    '# The command that a word names.',
    'function __natsctl_command -a word',
    '    switch $word',
    ...commands.flatMap((command) => [
      `        case ${namesOf(command).join(' ')}`,
      `            echo ${command.name}`,
    ]),
    "        case '*'",
    "            echo '?'",
    '    end',
    'end',
    '',
    '# The command that a word behind another command names; fails where it names none.',
    'function __natsctl_subcommand -a command word',
    '    switch "$command $word"',
    ...flatCommands({ commands })
      .filter(({ name }) => name.includes(' '))
      .flatMap((command) => [
        `        case ${namesOf(command).map(quote).join(' ')}`,
        `            echo ${quote(command.name)}`,
      ]),
    "        case '*'",
    '            return 1',
    '    end',
    'end',
    '',
    '# Whether what follows "--" is a program and its arguments.',
    'function __natsctl_runs_program -a command',
    `    contains -- "$command" ${running.join(' ')}`,
    'end',
  ];
}

function valueFunction(model: ProgramModel): readonly string[] {
  const ofAll = model.flags.flatMap((flag) => (flag.value === undefined ? [] : spellings(flag)));
  const own = flatCommands(model).flatMap(({ name, flags: ownFlags }) =>
    ownFlags.flatMap((flag) =>
      flag.value === undefined ? [] : spellings(flag).map((spelling) => `${name} ${spelling}`),
    ),
  );
  const patterns = [...ofAll.map((spelling) => quote(`* ${spelling}`)), ...own.map(quote)];
  return [
    '# Whether a flag takes a value.',
    'function __natsctl_takes_value -a command flag',
    '    switch "$command $flag"',
    `        case ${patterns.join(' ')}`,
    '            return 0',
    '    end',
    '    return 1',
    'end',
  ];
}

function subcommandNames({ name, subcommands }: ProgramModel['commands'][number]): readonly string[] {
  return subcommands.map((subcommand) =>
    line(`__natsctl_at operand ${name} 1`, `-a ${subcommand.name} -d ${quote(subcommand.describe)}`),
  );
}

function commandLines({ name, flags, operands, furtherOperands }: SubcommandModel): readonly string[] {
  const command = name.includes(' ') ? `"${name}"` : name;
  const further = furtherOperands.kind === 'text' ? [] : [[`${operands.length + 1}-`, furtherOperands] as const];
  const places = [...operands.map((offer, index) => [String(index + 1), offer] as const), ...further];
  return [
    ...places.flatMap(([place, offer]) =>
      offer.kind === 'text' ? [] : [line(`__natsctl_at operand ${command} ${place}`, action(offer))],
    ),
    ...flags.flatMap((flag) => flagLines(flag, `__natsctl_at flag ${command}`)),
  ];
}

/** Spellings that are understood and not offered are left out: fish would offer them. */
function flagLines({ names, describe, value }: FlagModel, condition: string): readonly string[] {
  if (names.length === 0) return [];
  const spelled = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const due = value === undefined ? [] : [`-r ${value.kind === 'text' ? '-f' : action(value)}`];
  return [line(condition, [...spelled, ...due, `-d ${quote(describe)}`].join(' '))];
}

function action(offer: Offer): string {
  switch (offer.kind) {
    case 'choices':
      return `-f -a ${quote(offer.choices.join(' '))}`;
    case 'file':
      return '-F';
    case 'directory':
      return "-f -a '(__fish_complete_directories)'";
    case 'text':
      return '-f';
    default:
      return `-f -a '(__natsctl_ask ${offer.kind})'`;
  }
}

function line(condition: string, rest: string): string {
  return `complete -c natsctl -n '${condition}' ${rest}`;
}

/** In single quotes fish reads `\'` and `\\`, and all else as it stands. */
function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
