import { parseContextFile } from '../../connection/for-contexts.js';
import { maskedFields } from '../../contexts/index.js';
import { usageError } from '../../errors.js';
import { escapeLine } from '../../output/index.js';
import { flagsOf, PATIENCE_FLAGS, problemsOf, type Subcommand, tellOverrides } from './subcommand.js';

export const show: Subcommand = {
  usage: 'context show [NAME]',
  aliases: ['info', 'v', 'view'],
  describe: 'Show a context, secrets masked',
  operands: { NAME: 'Default: the selected one' },
  flags: flagsOf('connect'),
  examples: [
    ['natsctl context show', ''],
    ['natsctl context show prod --json | jq -r .url', 'the fields of the file, and name, selected, path'],
    ['natsctl context show prod --connect', 'exit code 3 or 4 where it fails'],
  ],
  epilogue:
    'Masked are passwords, tokens, JWTs and seeds, and what natsctl does not know. The file that it names holds them all. What is amiss is told on stderr. --timeout and --wait-server bound --connect.',
  takes: [[], ['NAME']],
  offline: true,
  connectionFlags: PATIENCE_FLAGS,

  async run(scope) {
    const { store, flags, output } = scope;
    const selected = store.selected();
    const name = scope.operands[0] ?? selected;
    if (name === undefined) throw usageError('no context is selected', 'name one: natsctl context show NAME');
    const text = store.read(name);
    const fields = maskedFields(parseContextFile(text, name));
    const own = { name, selected: name === selected };
    // A field of the file by one of these names is not what they say.
    const record = { ...own, ...fields, ...own, path: store.path(name) };
    if (output.style.json) await output.record(record);
    else await output.data(lines(record));
    if (scope.operands[0] === undefined) tellOverrides(scope);
    const problems = await problemsOf(name, text, scope);
    const [worst] = problems;
    if (flags.connect && worst !== undefined) throw worst;
    for (const { message } of problems) output.warn(message);
    if (flags.connect) output.notice('connected');
    return 0;
  },
};

function lines({ selected, ...record }: Readonly<Record<string, unknown>> & { readonly selected: boolean }): string {
  const width = Math.max(...Object.keys(record).map((field) => field.length));
  return Object.entries(record)
    .map(([field, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const mark = field === 'name' && selected ? ' (selected)' : '';
      return `${escapeLine(field).padEnd(width)}  ${escapeLine(text)}${mark}\n`;
    })
    .join('');
}
