import { usageError } from '../../errors.js';
import { nearestOf } from '../../nearest-name.js';
import { parseDuration } from '../../units.js';
import type { Latencies, Workload } from '../report/report.js';

const LATENCIES = ['p50', 'p90', 'p99', 'p999', 'p9999', 'max', 'mean'] as const satisfies ReadonlyArray<
  keyof Latencies
>;
const COUNTS = ['errors', 'lost', 'late', 'duplicated', 'out_of_order'] as const;
const TIMES = ['gap', 'recovery'] as const;
const NAMES: readonly string[] = [...LATENCIES, ...COUNTS, ...TIMES];

type LatencyName = (typeof LATENCIES)[number];
type CountName = (typeof COUNTS)[number];
type TimeName = (typeof TIMES)[number];

/** What `--slo` sets: an upper limit, which itself is still kept. */
export type Limit = { readonly text: string } & (
  | { readonly name: LatencyName | TimeName; readonly unit: 'ms'; readonly most: number }
  | { readonly name: CountName; readonly unit: '%' | 'messages'; readonly most: number }
);

/** Other ways to write a percentile. */
const SPELLINGS: Readonly<Record<string, string>> = { 'p99.9': 'p999', 'p99.99': 'p9999' };

/**
 * Reads `--slo`: `p99=5ms,errors=0.1%,lost=0,gap=2s`.
 *
 * @throws CliError `usage` where it cannot be read, naming what may stand there
 */
export function parseLimits(text: string): readonly Limit[] {
  const limits = text.split(',').map((part) => parseLimit(part.trim()));
  const names = limits.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError(`--slo: ${twice} has two limits`);
  return limits;
}

/** What a workload never counts: the one who publishes does not see what arrives, replies have no order. */
const UNCOUNTED: Readonly<Record<Workload, { readonly names: readonly CountName[]; readonly hint: string }>> = {
  pub: { names: ['late', 'duplicated', 'out_of_order'], hint: 'bench pubsub and bench sub count what arrives' },
  sub: { names: ['errors'], hint: 'what is missing counts as lost: lost=0' },
  pubsub: { names: [], hint: '' },
  request: { names: ['out_of_order'], hint: 'replies come in any order' },
  service: { names: ['out_of_order'], hint: 'replies come in any order' },
};

/**
 * @throws CliError `usage` where a limit could never be kept, being one of latency where the workload has none, or
 *   never missed, being one of what the workload does not count
 */
export function requireMeasurable(limits: readonly Limit[], workload: Workload): void {
  const latency = limits.find(({ name }) => isOneOf(LATENCIES, name));
  if (workload === 'pub' && latency !== undefined) {
    throw usageError(
      `--slo: bench pub measures no latency, so ${latency.name} cannot be kept`,
      'bench pubsub measures it from the publisher to the subscriber',
    );
  }
  const { names, hint } = UNCOUNTED[workload];
  const uncounted = limits.find(({ name }) => isOneOf(names, name));
  if (uncounted === undefined) return;
  throw usageError(`--slo: bench ${workload} does not count ${uncounted.name}, so its limit says nothing`, hint);
}

function parseLimit(part: string): Limit {
  const [, written = '', value = ''] = /^([^=]*)=(.*)$/.exec(part) ?? [];
  if (written === '' || value === '') {
    throw usageError(
      `--slo: "${part}" is no limit`,
      'write NAME=LIMIT, with commas between: p99=5ms,errors=0.1%,lost=0',
    );
  }
  const name = SPELLINGS[written] ?? written;
  if (isOneOf(LATENCIES, name) || isOneOf(TIMES, name)) {
    if (/^\d+(\.\d+)?$/.test(value))
      throw usageError(`--slo ${name}: "${value}" has no unit`, `write ${name}=${value}ms`);
    return { name, text: value, unit: 'ms', most: parseDuration(value, `--slo ${name}`) };
  }
  if (isOneOf(COUNTS, name)) return { name, text: value, ...parseShareOrCount(value, name) };
  if (name === 'rate') {
    throw usageError(
      '--slo sets upper limits, and a rate is good where it is high',
      'to hold a rate: --rate with --strict-rate, or --against with an earlier report',
    );
  }
  const nearest = nearestOf(name, NAMES);
  throw usageError(
    `--slo: unknown limit "${name}"${nearest === undefined ? '' : `, perhaps ${nearest}`}`,
    `there are: ${NAMES.join(', ')}`,
  );
}

function parseShareOrCount(value: string, name: CountName): { unit: '%' | 'messages'; most: number } {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(value) ?? [];
  const most = Number(digits ?? Number.NaN);
  if (percent === '%' && most <= 100) return { unit: '%', most };
  if (percent === '' && Number.isSafeInteger(most)) return { unit: 'messages', most };
  throw usageError(
    `--slo ${name}: "${value}" is neither a count nor a share`,
    `write how many (${name}=0) or so many of a hundred (${name}=0.1%)`,
  );
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

export type { CountName };
