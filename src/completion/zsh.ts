import { type CommandModel, type FlagModel, namesOf, type Offer, ORIGIN, type ProgramModel } from './model.js';

/**
 * The completion script of zsh, for a folder in `fpath` or to be sourced.
 *
 * @param functions the part that is the same whatever the commands are, `functions.zsh`
 */
export function zshScript({ flags, commands }: ProgramModel, functions: string): string {
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
    '# The specifications of what may stand behind a command, in `specs`.',
    '__natsctl_specs() { # COMMAND, none for what stands before it; fails where it is unknown',
    '  specs=(',
    ...flags.flatMap(flagSpecs).map((spec) => `    ${spec}`),
    '  )',
    '  case $1 in',
    "    ('') ;;",
    ...commands.flatMap((command) => [
      `    (${namesOf(command).join('|')}) specs+=(`,
      ...[...command.flags.flatMap(flagSpecs), ...operandSpecs(command)].map((spec) => `      ${spec}`),
      '    ) ;;',
    ]),
    '    (*) return 1 ;;',
    '  esac',
    '}',
    '',
    '# Whether what follows "--" is a program and its arguments.',
    '__natsctl_runs_program() { # COMMAND',
    `  [[ $1 == (${commands.flatMap((command) => (command.runsProgram ? namesOf(command) : [])).join('|')}) ]]`,
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

function operandSpecs({ operands, furtherOperands }: CommandModel): readonly string[] {
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

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
