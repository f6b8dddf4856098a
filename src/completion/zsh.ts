import {
  type CommandModel,
  type FlagModel,
  flatCommands,
  namesOf,
  type Offer,
  ORIGIN,
  type ProgramModel,
  type SubcommandModel,
} from './model.js';

/**
 * The completion script of zsh, for a folder in `fpath` or to be sourced.
 *
 * @param functions the part that is the same whatever the commands are, `functions.zsh`
 */
export function zshScript(model: ProgramModel, functions: string): string {
  const { flags, commands } = model;
  const parents = commands.filter(hasSubcommands);
  return [
    '#compdef natsctl',
    '# zsh completion for natsctl: natsctl completion --help says where to put it.',
    ...ORIGIN,
    '',
    '__natsctl_commands() {',
    '  local -a commands=(',
    ...commands.map(({ name, describe }) => `    ${quote(`${name}:${describe}`)}`),
    '  )',
    "  _describe -t commands 'command' commands",
    '}',
    '',
    '__natsctl_subcommands() { # COMMAND',
    '  local -a commands',
    '  case $1 in',
    ...parents.flatMap((command) => [
      `    (${command.name}) commands=(`,
      ...command.subcommands.map(({ name, describe }) => `      ${quote(`${name}:${describe}`)}`),
      '    ) ;;',
    ]),
    '  esac',
    "  _describe -t commands 'command' commands",
    '}',
    '',
    '# Whether a command has commands of its own.',
    '__natsctl_has_subcommands() { # COMMAND',
    isOneOf(parents.flatMap(namesOf)),
    '}',
    '',
    '# The specifications of what may stand behind a command, in `specs`.',
    '__natsctl_specs() { # COMMAND, none for what stands before it; fails where it is unknown',
    '  specs=(',
    ...flags.flatMap(flagSpecs).map((spec) => `    ${spec}`),
    '  )',
    '  case $1 in',
    "    ('') ;;",
    ...flatCommands(model).flatMap((command) => [
      `    (${namesOf(command).map(quoteWord).join('|')}) specs+=(`,
      ...[...command.flags.flatMap(flagSpecs), ...operandSpecs(command, parents)].map((spec) => `      ${spec}`),
      '    ) ;;',
    ]),
    '    (*) return 1 ;;',
    '  esac',
    '}',
    '',
    '# Whether what follows "--" is a program and its arguments.',
    '__natsctl_runs_program() { # COMMAND',
    isOneOf(commands.flatMap((command) => (command.runsProgram ? namesOf(command) : []))),
    '}',
    '',
    functions,
  ].join('\n');
}

/** One for each spelling, those that are offered excluding each other. */
function flagSpecs({ names, silentNames, describe, value, repeats }: FlagModel): readonly string[] {
  const [first = ''] = names;
  const others = repeats ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
  const offered = names.map((name) =>
    quote(`${others}${valueMark(name, value)}[${escapeSpec(describe)}]${action(value, first)}`),
  );
  const silent = silentNames.map((name) =>
    quote(`!${repeats ? '*' : ''}${valueMark(name, value)}${action(value, name)}`),
  );
  return [...offered, ...silent];
}

/** `--name=` takes its value behind `=` or as the next word, `-n+` in the same word or as the next. */
function valueMark(name: string, value: Offer | undefined): string {
  if (value === undefined) return name;
  return name.startsWith('--') ? `${name}=` : `${name}+`;
}

/** Whether the first argument of a function is one of the words; zsh takes no pattern without any. */
function isOneOf(words: readonly string[]): string {
  return words.length === 0 ? '  return 1' : `  [[ $1 == (${words.join('|')}) ]]`;
}

function hasSubcommands({ subcommands }: CommandModel): boolean {
  return subcommands.length > 0;
}

function operandSpecs(
  { name, operands, furtherOperands }: SubcommandModel,
  parents: readonly SubcommandModel[],
): readonly string[] {
  if (parents.some((parent) => parent.name === name)) {
    return [quote(`1: : __natsctl_subcommands ${name}`), quote('*:: :->operands')];
  }
  return [
    ...operands.map((offer, index) => quote(`${index + 1}${action(offer, `argument ${index + 1}`)}`)),
    quote(`*${action(furtherOperands, 'argument')}`),
  ];
}

function action(offer: Offer | undefined, name: string): string {
  if (offer === undefined) return '';
  const message = escapeSpec(name.replace(/^-+/, ''));
  switch (offer.kind) {
    case 'choices':
      return `:${message}:(${offer.choices.join(' ')})`;
    case 'file':
      return `:${message}:_files`;
    case 'directory':
      return `:${message}:_files -/`;
    case 'text':
      return `:${message}: `;
    default:
      // The blank keeps zsh from putting arguments of its own before the kind.
      return `:${message}: __natsctl_ask ${offer.kind}`;
  }
}

/** What has a meaning in a specification. */
function escapeSpec(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&');
}

function quoteWord(word: string): string {
  return word.includes(' ') ? quote(word) : word;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
