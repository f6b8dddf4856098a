import type { CommandModel, FlagModel, Offer, ProgramModel } from '../completion/index.js';
import { builtInServiceNames } from '../services/index.js';
import type { Command } from './command.js';
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

function commandModel({ name, aliases = [], describe }: CommandEntry, command: Command): CommandModel {
  const operands = (command.completes ?? []).map(toOffer);
  const last = operands.at(-1) ?? TEXT;
  return {
    name,
    aliases,
    describe,
    flags: flagModels(command.flags),
    operands,
    furtherOperands: repeatsOperand(command) ? last : TEXT,
    runsProgram: command.runsProgram === true,
  };
}

/** Where the usage repeats an operand, it is the last. */
function repeatsOperand({ usage }: Command): boolean {
  return /[A-Z]\]?(\.\.\.|…)/.test(usage);
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
