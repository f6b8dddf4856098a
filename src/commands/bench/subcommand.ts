import type { Benchmark } from '../../bench/index.js';
import type { CommandScope, SubcommandPage } from '../command.js';
import type { Flags } from '../flags.js';

const LOAD = 'Load:';
const MESSAGES = 'Messages:';
const JUDGING = 'Judging:';
const REPORT = 'Report:';

/** By how much a figure may be worse than its base. */
export const DEFAULT_TOLERANCE = '5%';

/** The flags of all subcommands; each says which are its own. */
export const benchFlags = {
  duration: { kind: 'value', describe: 'How long to measure', default: '10s', group: LOAD },
  messages: { kind: 'value', peerNames: ['msgs'], describe: 'Measure so many, in place of a time', group: LOAD },
  warmup: { kind: 'value', describe: 'The same load before, which is not counted', default: 'none', group: LOAD },
  clients: { kind: 'value', describe: 'Connections that send', default: '1', group: LOAD },
  threads: { kind: 'value', describe: 'Threads that share them', default: 'by processors', group: LOAD },
  inflight: { kind: 'value', describe: 'Requests that wait at each client', default: '16', group: LOAD },
  rate: { kind: 'value', describe: 'So many a second, each at its planned time', group: LOAD },
  arrivals: {
    kind: 'value',
    describe: 'Times between those of --rate: constant, poisson',
    choices: ['constant', 'poisson'],
    group: LOAD,
  },
  ramp: { kind: 'value', describe: 'Find the highest rate that keeps --slo: 100..10000/30s', group: LOAD },
  'strict-rate': { kind: 'switch', describe: 'Exit 8 where --rate was not kept within 1 %', group: LOAD },
  subscribers: { kind: 'value', describe: 'Connections that receive', default: '1', group: LOAD },
  queue: { kind: 'value', describe: 'Queue group of those that receive', group: LOAD },
  workers: { kind: 'value', alias: 'w', describe: 'Of the pool', default: '1', group: LOAD },
  endpoint: { kind: 'value', describe: 'Of a service that has several', default: 'the first', group: LOAD },
  engine: {
    kind: 'value',
    describe: 'wire: frames of our own; client: nats.js, slower',
    default: 'wire',
    choices: ['wire', 'client'],
    group: LOAD,
  },
  seed: { kind: 'value', describe: 'A number: of all that is random', default: '1', group: LOAD },
  size: {
    kind: 'value',
    peerNames: ['payload'],
    describe: 'Of a body: 128B, or spread: 64..4096',
    default: '128B',
    group: MESSAGES,
  },
  subjects: {
    kind: 'value',
    peerNames: ['multisubject'],
    describe: 'Spread over SUBJECT.1 to SUBJECT.N',
    group: MESSAGES,
  },
  header: { kind: 'list', alias: 'H', describe: 'A header, Name:Value; may be repeated', group: MESSAGES },
  body: { kind: 'value', describe: 'A body of your own', group: MESSAGES },
  file: {
    kind: 'value',
    alias: 'f',
    describe: 'The content of a file as the body',
    completes: 'file',
    group: MESSAGES,
  },
  'body-lines': {
    kind: 'value',
    describe: 'The lines of a file as bodies in turn',
    completes: 'file',
    group: MESSAGES,
  },
  slo: { kind: 'value', describe: 'Exit 8 above these: p99=5ms,errors=0.1%,lost=0,gap=2s', group: JUDGING },
  runs: { kind: 'value', describe: 'So many, and the median of them', default: '1', group: JUDGING },
  against: { kind: 'value', describe: 'Exit 8 where worse than this report', completes: 'file', group: JUDGING },
  tolerance: { kind: 'value', describe: 'By more than so much', default: DEFAULT_TOLERANCE, group: JUDGING },
  force: { kind: 'switch', describe: 'Compare what was measured otherwise', group: JUDGING },
  csv: { kind: 'value', describe: 'Write the series, a line a second', completes: 'file', group: REPORT },
  hdr: { kind: 'value', describe: 'Write the percentiles, in .hgrm form', completes: 'file', group: REPORT },
  html: { kind: 'value', describe: 'Write a page with charts', completes: 'file', group: REPORT },
} as const satisfies Flags;

export type BenchFlags = typeof benchFlags;

/** What a subcommand runs in: the operands are those behind its name. */
export type BenchScope = CommandScope<BenchFlags>;

/** A subcommand of `natsctl bench`. */
export interface Subcommand extends SubcommandPage {
  /** Names of the operands that must be there. */
  readonly takes: readonly string[];
  run(scope: BenchScope): Promise<number>;
}

/** A subcommand that makes a load: one of those that a suite may have. */
export interface LoadSubcommand extends Subcommand {
  /** @throws CliError `usage` where its flags or operands cannot be read */
  benchmark(scope: BenchScope): Benchmark;
}

/** The definitions of some flags, for the page of a subcommand. */
export function flagsOf(...names: ReadonlyArray<keyof BenchFlags>): Flags {
  return Object.fromEntries(names.map((name) => [name, benchFlags[name]]));
}

/** What all subcommands have that make a load: how much of it. */
export const LOAD_FLAGS = ['duration', 'messages', 'warmup', 'threads', 'engine', 'seed'] as const;
/** What those have that send on their own account. */
export const SENDING_FLAGS = [
  ...(['clients', 'rate', 'arrivals', 'strict-rate', 'ramp'] as const),
  ...(['size', 'subjects', 'header', 'body', 'file', 'body-lines'] as const),
] as const;
/** What those have that receive. */
export const RECEIVING_FLAGS = ['subscribers', 'queue'] as const;
/** What all have: what becomes of the figures. */
export const REPORT_FLAGS = ['slo', 'runs', 'against', 'tolerance', 'force', 'csv', 'hdr', 'html'] as const;
