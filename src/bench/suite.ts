import { CliError, usageError } from '../errors.js';
import { nearestOf } from '../nearest-name.js';

/** What a file of a suite holds: the entries as their command lines read them. */
export interface Suite<Entry> {
  /** How often each is to run, where the file says so. */
  readonly runs: number | undefined;
  readonly entries: ReadonlyArray<{ readonly name: string; readonly entry: Entry }>;
}

/** The command line that an entry stands for. */
export interface EntryCommand {
  readonly workload: string;
  /** SUBJECT, or for `service` SERVICE. */
  readonly operand: string;
  /** Flags with their values, as they would be written behind `natsctl bench WORKLOAD`. */
  readonly flags: readonly string[];
}

/** What an entry may be; all that is said of flags comes from the command line's own reading. */
export interface SuiteRules<Entry> {
  readonly workloads: readonly string[];
  readonly mostRuns: number;
  /** Flags that go for the whole suite, or for none of it. */
  readonly refusedFlags: readonly string[];
  /** @throws CliError `usage` as for the command line */
  read(command: EntryCommand): Entry | Promise<Entry>;
}

type Fields = Readonly<Record<string, unknown>>;

const TOP_FIELDS = ['$schema', 'runs', 'entries'];
const OPERAND_OF_SERVICE = 'service';

/**
 * Reads a suite: `{"runs": 5, "entries": [{"name": "small", "workload": "request", "subject": "a.b", "size": "16B"}]}`.
 * The fields of an entry are the flags of its workload, without dashes.
 *
 * @param file its name, for errors
 * @throws CliError `usage`, naming the entry
 */
export async function parseSuite<Entry>(text: string, file: string, rules: SuiteRules<Entry>): Promise<Suite<Entry>> {
  const suite = readSuite(text, file);
  const { runs, entries } = suite;
  const unknown = Object.keys(suite).find((name) => !TOP_FIELDS.includes(name));
  if (unknown !== undefined) throw usageError(`${file}: unknown field "${unknown}"`, 'a suite has runs and entries');
  const isCount = Number.isInteger(runs) && Number(runs) >= 1 && Number(runs) <= rules.mostRuns;
  if (runs !== undefined && !isCount) throw usageError(`${file}: runs is no whole number from 1 to ${rules.mostRuns}`);
  if (!Array.isArray(entries) || entries.length === 0) throw usageError(`${file}: entries is no list of workloads`);
  const read: Array<{ name: string; entry: Entry }> = [];
  for (const [index, fields] of entries.entries()) {
    const name = nameOf(fields, `${file}, entry ${index + 1}`);
    const where = `${file}, entry "${name}"`;
    if (read.some((other) => other.name === name)) throw usageError(`${where}: another one has this name`);
    const command = commandOf(fields, where, rules);
    try {
      read.push({ name, entry: await rules.read(command) });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(error.kind, `${where}: ${error.message}`, { hint: error.hint, cause: error });
    }
  }
  return { runs: runs as number | undefined, entries: read };
}

/** In which order entries run: A B A B, so that what changes on a machine in the meantime meets all of them. */
export function alternate<Entry>(
  entries: readonly Entry[],
  runs: number,
): ReadonlyArray<{ readonly entry: Entry; readonly run: number }> {
  return Array.from({ length: runs }, (_, index) => entries.map((entry) => ({ entry, run: index + 1 }))).flat();
}

function readSuite(text: string, file: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`${file} is no JSON: ${(error as Error).message}`);
  }
  if (isObject(value)) return value;
  throw usageError(`${file} is no suite: it is no object`, 'write {"runs": 5, "entries": [ … ]}');
}

function nameOf(fields: unknown, where: string): string {
  if (!isObject(fields)) throw usageError(`${where} is no object`);
  const { name } = fields;
  if (typeof name === 'string' && name.trim() !== '') return name;
  throw usageError(`${where}: name is ${name === undefined ? 'missing' : 'no text'}`, 'reports are compared by it');
}

function commandOf(fields: Fields, where: string, rules: SuiteRules<unknown>): EntryCommand {
  const { name: _, workload, ...rest } = fields;
  const known = rules.workloads.join(', ');
  if (workload === undefined) throw usageError(`${where}: workload is missing`, `there are: ${known}`);
  if (typeof workload !== 'string' || !rules.workloads.includes(workload)) {
    const nearest = typeof workload === 'string' ? nearestOf(workload, rules.workloads) : undefined;
    throw usageError(
      `${where}: unknown workload ${JSON.stringify(workload)}${nearest === undefined ? '' : `, perhaps ${nearest}`}`,
      `there are: ${known}`,
    );
  }
  const operandName = workload === 'service' ? OPERAND_OF_SERVICE : 'subject';
  const { [operandName]: operand, ...flags } = rest;
  if (typeof operand !== 'string') {
    throw usageError(`${where}: ${operandName} is ${operand === undefined ? 'missing' : 'no text'}`);
  }
  const words = Object.entries(flags).flatMap(([flag, value]) => flagWords(flag, value, where, rules));
  return { workload, operand, flags: words };
}

/** @returns the flag as it stands on a command line: once for each value; none for a switch that is off */
function flagWords(flag: string, value: unknown, where: string, rules: SuiteRules<unknown>): readonly string[] {
  if (flag.startsWith('-')) throw usageError(`${where}: write "${flag.replace(/^-+/, '')}" in place of "${flag}"`);
  if (rules.refusedFlags.includes(flag)) {
    throw usageError(`${where}: ${flag} goes for the whole suite`, `give it to natsctl bench suite: --${flag}`);
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => {
    const dashed = flag.length === 1 ? `-${flag}` : `--${flag}`;
    if (typeof one === 'boolean') return one ? [dashed] : [];
    if (typeof one === 'string' || typeof one === 'number') return [dashed, String(one)];
    throw usageError(`${where}: ${flag} is neither a text, a number, true nor false`);
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
