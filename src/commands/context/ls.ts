import { parseContextFile } from '../../connection/for-contexts.js';
import { maskedFields } from '../../contexts/index.js';
import { CliError } from '../../errors.js';
import { escapeLine } from '../../output/index.js';
import { type ContextScope, flagsOf, NO_FLAGS, type Subcommand } from './subcommand.js';

export const ls: Subcommand = {
  usage: 'context ls',
  aliases: ['list', 'l'],
  describe: 'List the contexts, with a * before the selected one',
  operands: {},
  flags: flagsOf('names'),
  examples: [
    ['natsctl context ls', ''],
    ["natsctl context ls --json | jq -r 'select(.selected).name'", 'name, selected, url, description'],
    ['natsctl context ls --names', 'for a loop'],
  ],
  takes: [[], []],
  offline: true,
  connectionFlags: NO_FLAGS,

  async run(scope) {
    const { store, flags, output } = scope;
    const names = store.names();
    if (names.length === 0) {
      output.notice('no contexts are saved: natsctl context add NAME --server URL saves one');
    }
    if (flags.names && !output.style.json) {
      await output.data(names.map((name) => `${name}\n`).join(''));
      return 0;
    }
    const selected = store.selected();
    const rows = names.map((name) => ({ name, selected: name === selected, ...describe(name, scope) }));
    if (output.style.json) for (const row of rows) await output.record(row);
    else await output.data(table(rows));
    return 0;
  },
};

interface Row {
  readonly name: string;
  readonly selected: boolean;
  readonly url?: unknown;
  readonly description?: unknown;
}

/** One that cannot be read is listed all the same: it can be edited or removed. */
function describe(name: string, { store, output }: ContextScope): Pick<Row, 'url' | 'description'> {
  try {
    const { url, description } = maskedFields(parseContextFile(store.read(name), name));
    return { url, description };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    output.warn(error.message);
    return {};
  }
}

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, url, description }) =>
    [name, url, description].map((cell) => escapeLine(String(cell ?? ''))),
  );
  const width = (column: number): number => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0));
  return rows
    .map(({ selected }, index) => {
      const [name = '', url = '', description = ''] = cells[index] ?? [];
      const line = `${selected ? '*' : ' '} ${name.padEnd(width(0))}  ${url.padEnd(width(1))}  ${description}`;
      return `${line.trimEnd()}\n`;
    })
    .join('');
}
