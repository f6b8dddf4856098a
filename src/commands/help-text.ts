import { usageError } from '../errors.js';
import {
  commandHelp,
  flagTables,
  type HelpTopic,
  helpTopics,
  programHelp,
  TOPIC_NAMES,
  topicHelp,
  topicsHelp,
} from '../help/index.js';
import { nearestOf } from '../nearest-name.js';
import { findSubcommand } from './command.js';
import { foreignCommand, foreignSubcommand } from './foreign.js';
import { globalFlags } from './global-flags.js';
import { type CommandEntry, commands, findCommand } from './index.js';

const LIST_OF_TOPICS = 'topics';

/** The help of the whole program. @param columns the terminal's width */
export function overviewText(columns: number): string {
  return programHelp(commands, TOPIC_NAMES, globalFlags, columns);
}

/**
 * The help of a command.
 *
 * @param path what stands behind its name: perhaps the name of a subcommand
 * @param columns the terminal's width
 * @throws CliError `usage` where there is no such subcommand, or only the `nats` command has it
 */
export async function commandText(entry: CommandEntry, path: readonly string[], columns: number): Promise<string> {
  const [name = ''] = path;
  const foreign = foreignSubcommand(entry.name, name);
  if (foreign !== undefined) throw foreign;
  const command = await entry.load();
  const { subcommands } = command;
  const page = subcommands === undefined || name === '' ? command : findSubcommand(entry.name, subcommands, name);
  return commandHelp(page, globalFlags, columns);
}

/**
 * The help of a command or of a topic.
 *
 * @param path what was asked for: nothing, a topic, or a command and perhaps one of its subcommands
 * @param columns the terminal's width
 * @throws CliError `usage`, naming the nearest, where there is no such command or topic
 */
export async function helpText(path: readonly string[], columns: number): Promise<string> {
  const [name, ...further] = path;
  if (name === undefined) return overviewText(columns);
  if (name === LIST_OF_TOPICS) return topicsHelp(allTopics(), columns);
  const topic = allTopics().find((candidate) => candidate.name === name);
  if (topic !== undefined) return topicHelp(topic, columns);
  const entry = findCommand(name);
  if (entry !== undefined) return commandText(entry, further, columns);
  throw foreignCommand(name) ?? unknownPage(name);
}

/** All pages that are about no single command. */
export function allTopics(): readonly HelpTopic[] {
  return helpTopics(flagTables(globalFlags));
}

function unknownPage(name: string): Error {
  const names = commands.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]);
  const nearest = nearestOf(name, [...names, ...TOPIC_NAMES, LIST_OF_TOPICS]);
  return usageError(
    `no help for ${JSON.stringify(name)}: neither a command nor a topic`,
    nearest === undefined ? 'see natsctl --help and natsctl help topics' : `did you mean natsctl help ${nearest}?`,
  );
}
