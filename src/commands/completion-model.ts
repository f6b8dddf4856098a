import type { CommandModel, FlagModel, Offer, ProgramModel, SubcommandModel } from '../completion/index.js';
import { builtInServiceNames } from '../services/index.js';
import type { Command, OperandCompletions, SubcommandPage } from './command.js';
import type { Completion, Flag, Flags } from './flags.js';
import { globalFlags } from './global-flags.js';
import { type CommandEntry, commands } from './index.js';

const TEXT: Offer = { kind: 'text' };

/** Those that the parser brings. */
const PARSER_FLAGS: Readonly<Record<string, Flag>> = {
  help: { kind: 'switch', alias: 'h', describe: 'Show help' },
  version: { kind: 'switch', describe: 'Show the version' },
};

/** Loads all commands and gives what the shells' completions are made of. */
export async function loadProgramModel(): Promise<ProgramModel> {
  return {
    flags: flagModels({ ...globalFlags, ...PARSER_FLAGS }),
    commands: await Promise.all(commands.map(async (entry) => commandModel(entry, await entry.load()))),
  };
}

/** What the shells complete a command with; pure. */
export function commandModel(
  { name, aliases = [], describe }: Pick<CommandEntry, 'name' | 'aliases' | 'describe'>,
  { usage, completes = [], ...command }: Command,
): CommandModel {
  const subcommands = Object.entries(command.subcommands ?? {});
  const [first = [], ...further] = completes;
  return {
    name,
    aliases,
    describe,
    flags: flagModels(command.flags),
    ...operandModels(usage, subcommands.length === 0 ? completes : []),
    runsProgram: command.runsProgram === true,
    subcommands: subcommands.flatMap(([subcommand, page]) =>
      subcommandModels(subcommand, page, typeof first === 'string' ? [] : first, further),
    ),
  };
}

/**
 * @param offered names that are offered though they are only aliases: each is like a subcommand of its own
 * @param inherited what operands are completed with where the page says nothing
 */
function subcommandModels(
  name: string,
  { aliases = [], describe, flags, usage, operands, completes }: SubcommandPage,
  offered: readonly string[],
  inherited: OperandCompletions,
): readonly SubcommandModel[] {
  const own = completes ?? (Object.keys(operands).length === 0 ? [] : inherited);
  const model = { describe, flags: flagModels(flags), ...operandModels(usage, own) };
  const others = aliases.filter((alias) => offered.includes(alias));
  return [
    { name, aliases: aliases.filter((alias) => !offered.includes(alias)), ...model },
    ...others.map((alias) => ({ name: alias, aliases: [], ...model })),
  ];
}

function operandModels(
  usage: string,
  completes: OperandCompletions,
): Pick<SubcommandModel, 'operands' | 'furtherOperands'> {
  const operands = completes.map(toOffer);
  // Where the usage repeats an operand, it is the last.
  const repeats = /[A-Z]\]?(\.\.\.|…)/.test(usage);
  return { operands, furtherOperands: (repeats ? operands.at(-1) : undefined) ?? TEXT };
}

function flagModels(flags: Flags): readonly FlagModel[] {
  return Object.entries(flags).map(([name, flag]) => {
    const names = [`--${name}`, ...(flag.alias === undefined ? [] : [`-${flag.alias}`])];
    const peerNames = (flag.peerNames ?? []).map((peerName) => `--${peerName}`);
    return {
      names: flag.hidden ? [] : names,
      silentNames: flag.hidden ? [...names, ...peerNames] : peerNames,
      describe: flag.describe,
      value: flag.kind === 'switch' ? undefined : flag.choices ? toOffer(flag.choices) : toOffer(flag.completes),
      repeats: flag.kind === 'list',
    };
  });
}

function toOffer(completes: Completion | readonly string[] | undefined): Offer {
  if (completes === undefined) return TEXT;
  if (completes === 'service') return { kind: 'choices', choices: builtInServiceNames };
  if (typeof completes !== 'string') return { kind: 'choices', choices: completes };
  return { kind: completes };
}
