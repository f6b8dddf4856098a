import { type Column, escapeForLog, paragraphs, tableLines } from '../output/index.js';
import type { Identity } from './answers.js';
import type { Answer } from './ask.js';
import type { ServiceDescription } from './descriptions.js';
import {
  averageMs,
  type EndpointStatistics,
  type InstanceStatistics,
  recentAverageMs,
  type ServiceStatistics,
  type Totals,
} from './statistics.js';

/** Longer than what fits on a line beside the rest. */
const LONGEST_TEXT = 100;

/** A line for each version of each service. */
export function serviceTable(services: readonly ServiceStatistics[]): readonly string[] {
  const columns: ReadonlyArray<Column<ServiceStatistics>> = [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'VERSION', cell: ({ version }) => version },
    { heading: 'INSTANCES', isNumber: true, cell: ({ instances }) => formatCount(instances.length) },
    { heading: 'ENDPOINTS', isNumber: true, cell: ({ endpoints }) => formatCount(endpoints.length) },
    ...TOTALS,
  ];
  return tableLines(columns, services);
}

/** A line for each instance that answered. */
export function pingTable(instances: ReadonlyArray<Answer<Identity>>): readonly string[] {
  const columns: ReadonlyArray<Column<Answer<Identity>>> = [
    { heading: 'NAME', cell: ({ name }) => name },
    { heading: 'VERSION', cell: ({ version }) => version },
    { heading: 'ID', cell: ({ id }) => id },
    { heading: 'RTT', isNumber: true, cell: ({ rttMs }) => formatTime(rttMs) },
  ];
  return tableLines(columns, instances);
}

/** What each version of a service is, where it listens, and who its instances are. */
export function descriptionText(services: readonly ServiceDescription[]): readonly string[] {
  return paragraphs(
    services.flatMap((service) => [
      [titleOf(service), ...(service.description === '' ? [] : [shorten(service.description)])],
      tableLines(DESCRIBED_ENDPOINTS, service.endpoints),
      tableLines(DESCRIBED_INSTANCES, service.instances),
    ]),
  );
}

/** What each version of a service has done, by endpoint and by instance; with rates where they are known. */
export function statisticsText(services: readonly ServiceStatistics[]): readonly string[] {
  return paragraphs(
    services.flatMap((service) => [
      [titleOf(service)],
      tableLines(MEASURED_ENDPOINTS, service.endpoints),
      tableLines(MEASURED_INSTANCES, service.instances),
      service.endpoints.flatMap(({ name, lastError }) =>
        lastError === '' ? [] : [`last error of ${shorten(name)}: ${shorten(lastError)}`],
      ),
    ]),
  );
}

/** Three digits that matter: `12.3 µs`, `4.56 ms`, `789 ms`, `1.23 s`. Some clients count whole milliseconds alone. */
function formatTime(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  const [amount, unit] =
    milliseconds < 0.1
      ? [milliseconds * 1_000, 'µs']
      : milliseconds < 1_000
        ? [milliseconds, 'ms']
        : [milliseconds / 1_000, 's'];
  const digits = amount >= 100 ? 0 : amount >= 10 ? 1 : 2;
  return `${amount.toFixed(digits)} ${unit}`;
}

const TOTALS: ReadonlyArray<Column<Totals>> = [
  { heading: 'REQUESTS', isNumber: true, cell: ({ requests }) => formatCount(requests) },
  { heading: 'RATE', isNumber: true, cell: ({ rates }) => formatRate(rates?.requestsPerS) },
  { heading: 'ERRORS', isNumber: true, cell: ({ errors }) => formatCount(errors) },
  // Left out while all is well.
  { heading: 'ERROR RATE', isNumber: true, cell: ({ rates }) => formatRate(rates?.errorsPerS || undefined) },
  { heading: 'AVERAGE', isNumber: true, cell: (totals) => formatAverage(averageMs(totals)) },
  {
    heading: 'NOW',
    isNumber: true,
    cell: (totals) => (totals.rates === undefined ? '' : formatAverage(recentAverageMs(totals))),
  },
];

const MEASURED_ENDPOINTS: ReadonlyArray<Column<EndpointStatistics>> = [
  { heading: 'ENDPOINT', cell: ({ name }) => name },
  ...TOTALS,
  { heading: 'SUBJECT', cell: ({ subject }) => subject },
];

const MEASURED_INSTANCES: ReadonlyArray<Column<InstanceStatistics>> = [
  { heading: 'INSTANCE', cell: ({ id }) => id },
  ...TOTALS,
  { heading: 'STARTED', cell: ({ started }) => shorten(started) },
];

const DESCRIBED_ENDPOINTS: ReadonlyArray<Column<ServiceDescription['endpoints'][number]>> = [
  { heading: 'ENDPOINT', cell: ({ name }) => name },
  { heading: 'SUBJECT', cell: ({ subject }) => subject },
  { heading: 'QUEUE GROUP', cell: ({ queue }) => queue },
  { heading: 'METADATA', cell: ({ metadata }) => formatMetadata(metadata) },
];

const DESCRIBED_INSTANCES: ReadonlyArray<Column<ServiceDescription['instances'][number]>> = [
  { heading: 'INSTANCE', cell: ({ id }) => id },
  { heading: 'METADATA', cell: ({ metadata }) => formatMetadata(metadata) },
];

function titleOf(service: {
  readonly name: string;
  readonly version: string;
  readonly instances: readonly unknown[];
}): string {
  const { length } = service.instances;
  return `${service.name} ${shorten(service.version)}, ${formatCount(length)} instance${length === 1 ? '' : 's'}`;
}

function formatMetadata(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${shorten(key)}=${shorten(value)}`)
    .join(' ');
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatRate(rate: number | undefined): string {
  if (rate === undefined) return '';
  return `${rate > 0 && rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;
}

function formatAverage(average: number | undefined): string {
  return average === undefined ? '-' : formatTime(average);
}

function shorten(text: string): string {
  return escapeForLog(text, LONGEST_TEXT);
}
