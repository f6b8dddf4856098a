import { countOf, formatBytes, formatCount, formatDuration } from '../../../../units.js';
import { formatLatency, formatRate, formatShare } from '../../numbers.js';
import type { BenchReport } from '../../report.js';
import { describeLoad } from '../../terminal/describe-shape.js';
import type { Compared } from '../compared.js';
import { html, type Markup } from '../markup.js';
import { drawTable, type Property, rowsOf } from './table.js';

const SETTINGS: readonly Property<BenchReport>[] = [
  { name: 'Workload', of: ({ workload }) => workload },
  { name: 'Subject', of: ({ subject }) => subject },
  { name: 'Engine', of: ({ engine }) => engine },
  { name: 'Load', of: ({ shape }) => describeLoad(shape) },
  { name: 'Duration', of: ({ shape }) => seconds(shape.duration_s) },
  { name: 'Messages', of: ({ shape }) => count(shape.messages) },
  { name: 'Warm-up', of: ({ shape }) => (shape.warmup_s === 0 ? 'none' : seconds(shape.warmup_s)) },
  {
    name: 'Clients',
    of: ({ shape: { clients, threads } }) => `${formatCount(clients)} in ${countOf(threads, 'thread', 'threads')}`,
  },
  { name: 'In flight, each client', of: ({ shape }) => count(shape.inflight) },
  { name: 'Subscribers', of: ({ shape }) => count(shape.subscribers) },
  { name: 'Queue group', of: ({ shape }) => shape.queue },
  { name: 'Workers', of: ({ shape }) => count(shape.workers) },
  { name: 'Subjects', of: ({ shape }) => count(shape.subjects) },
  { name: 'Body', of: ({ shape: { size } }) => (typeof size === 'number' ? `${formatCount(size)} B` : size) },
  { name: 'Headers', of: ({ shape }) => (shape.headers === 0 ? 'none' : count(shape.headers)) },
  { name: 'Time-out', of: ({ shape }) => formatDuration(shape.timeout_ms) },
  { name: 'Seed', of: ({ shape }) => String(shape.seed) },
  { name: 'Command', of: ({ environment }) => environment.command.map(quoted).join(' ') },
];

const MACHINE: readonly Property<BenchReport>[] = [
  { name: 'natsctl', of: ({ environment }) => environment.natsctl },
  { name: 'Node', of: ({ environment }) => environment.node },
  { name: 'Machine', of: ({ environment }) => environment.machine },
  { name: 'Processor', of: ({ environment }) => environment.cpu },
  { name: 'Cores', of: ({ environment }) => count(environment.cores) },
  { name: 'Memory', of: ({ environment }) => formatBytes(environment.memory_bytes) },
  { name: 'System', of: ({ environment: { platform, kernel } }) => `${platform}, ${kernel}` },
  { name: 'Server', of: ({ environment: { server } }) => server.url },
  { name: 'Server version', of: ({ environment: { server } }) => server.version },
  { name: 'Server name', of: ({ environment: { server } }) => server.name },
  { name: 'Cluster', of: ({ environment: { server } }) => server.cluster },
  {
    name: 'Largest payload',
    of: ({ environment: { server } }) =>
      server.max_payload === undefined ? undefined : formatBytes(server.max_payload),
  },
  { name: 'JetStream', of: ({ environment: { server } }) => yesOrNo(server.jetstream) },
  { name: 'TLS', of: ({ environment: { server } }) => yesOrNo(server.tls) },
];

const GENERATOR: readonly Property<BenchReport>[] = [
  { name: 'Processor time', of: ({ generator }) => `${formatRate(generator.cpu_percent)} % of one core` },
  { name: 'Busiest thread', of: ({ generator }) => `at work ${formatShare(generator.busiest_thread)} of the time` },
  { name: 'Event-loop delay, p99', of: ({ generator }) => formatLatency(generator.event_loop_delay_ms) },
  { name: 'Memory, at most', of: ({ generator }) => formatBytes(generator.most_memory_bytes) },
  {
    name: 'Is the bottleneck',
    of: ({ generator }) => (generator.is_bottleneck ? 'yes: the figures tell of it, not of what it measured' : 'no'),
  },
];

/** What was asked for. */
export function settingsTable(compared: readonly Compared[]): Markup | undefined {
  return surroundingsTable('Settings', SETTINGS, compared);
}

/** Where it ran. */
export function machineTable(compared: readonly Compared[]): Markup | undefined {
  return surroundingsTable('Machine and server', MACHINE, compared);
}

/** What making the load took. */
export function generatorTable(compared: readonly Compared[]): Markup | undefined {
  return drawTable({
    caption: 'Load generator',
    columns: columnsOf(compared),
    rows: rowsOf(GENERATOR, compared.map(reportOf)),
    holds: 'texts',
  });
}

/** Of several reports, what is not the same in all of them is marked. */
function surroundingsTable(
  caption: string,
  properties: readonly Property<BenchReport>[],
  compared: readonly Compared[],
): Markup | undefined {
  const rows = rowsOf(properties, compared.map(reportOf)).map(({ name, values }) => ({
    name: new Set(values).size > 1 ? html`${name} <em>differs</em>` : name,
    values,
  }));
  return drawTable({ caption, columns: columnsOf(compared), rows, holds: 'texts' });
}

function reportOf({ report }: Compared): BenchReport {
  return report;
}

function columnsOf(compared: readonly Compared[]): readonly string[] {
  return compared.length === 1 ? [] : ['Property', ...compared.map(({ key }) => key)];
}

function count(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatCount(value);
}

function seconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatDuration(value * 1_000);
}

function yesOrNo(value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? 'yes' : 'no';
}

/** As a shell would have to be told it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
