import { manPage } from '../help/index.js';
import { VERSION } from '../version.js';
import { globalFlags } from './global-flags.js';
import { allTopics } from './help-text.js';
import { commands } from './index.js';

/** The manual page of all commands and topics, for the build: loads every command. */
export async function makeManual(): Promise<string> {
  const pages = await Promise.all(
    commands.map(async (entry) => {
      const command = await entry.load();
      const aliases = entry.aliases ?? [];
      return [{ ...command, aliases }, ...Object.values(command.subcommands ?? {})];
    }),
  );
  const topics = allTopics().filter(({ name }) => name !== 'connection');
  return manPage({ version: VERSION, commands: pages.flat(), globalFlags, topics });
}
