import { type CliError, usageError } from '../../errors.js';
import type { BenchReport, ReportedShape } from '../report/report.js';

/** Something on which two reports do not agree, so that their figures do not compare. */
export interface Difference {
  /** `node`, `shape.clients`. */
  readonly name: string;
  /** Undefined where that report does not have it. */
  readonly base: string | undefined;
  readonly new: string | undefined;
}

/** Another seed draws another sample of the same load. */
const FREE: ReadonlySet<keyof ReportedShape> = new Set(['seed']);

/**
 * In what two reports differ other than in what was measured: machine, Node, server, and what was asked for. What may
 * differ is what is compared: the version of natsctl, the address of the server, the number of runs.
 */
export function differencesOf(base: Traits, next: Traits): readonly Difference[] {
  const before = traitsOf(base);
  const after = traitsOf(next);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name, base: said(before[name]), new: said(after[name]) }))
    .filter((difference) => difference.base !== difference.new);
}

/**
 * @param entry of a suite, for the error
 * @returns a CliError `usage` that names each difference, or undefined where there is none
 */
export function differencesError(differences: readonly Difference[], entry?: string): CliError | undefined {
  if (differences.length === 0) return undefined;
  const list = differences.map(({ name, base = 'none', new: after = 'none' }) => `${name} (${base}, now ${after})`);
  return usageError(
    `the reports${entry === undefined ? '' : ` of ${entry}`} do not compare: they differ in ${list.join(', ')}`,
    'measure both alike, or compare all the same with --force',
  );
}

/** What of a report says how it was made. */
export type Traits = Pick<BenchReport, 'workload' | 'engine' | 'shape' | 'environment'>;

function traitsOf({ workload, engine, shape, environment }: Traits): Readonly<Record<string, unknown>> {
  const { machine, cpu, cores, node, server } = environment;
  const asked = Object.entries(shape).filter(([name]) => !FREE.has(name as keyof ReportedShape));
  return {
    machine,
    cpu,
    cores,
    node,
    'server.version': server.version,
    'server.tls': server.tls,
    workload,
    engine,
    ...Object.fromEntries(asked.map(([name, value]) => [`shape.${name}`, value])),
  };
}

function said(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
