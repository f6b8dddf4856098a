import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

import {
  ANY_RUN,
  type BenchTask,
  type BodyPlan,
  type LoadPlan,
  MOST_RUN_TAG,
  parseLimits,
  type RunEnd,
  requireMeasurable,
  type Schedule,
  subjectsOf,
  type Workload,
} from '../../bench/index.js';
import type { ConnectionPlan } from '../../connection/index.js';
import { usageError } from '../../errors.js';
import { explainReadError, parseHeaders } from '../../input/index.js';
import { requireQueue, requireSubject } from '../../protocol/subjects.js';
import { parseDuration, parseSize, parseWholeNumber } from '../../units.js';
import { countProcessors } from '../../workers/index.js';
import type { FlagValues } from '../flags.js';
import type { BenchFlags } from './subcommand.js';

const DEFAULT_DURATION_MS = 10_000;
const DEFAULT_BYTES = 128;
const DEFAULT_INFLIGHT = 16;
const MOST_CLIENTS = 10_000;
const MOST_THREADS = 64;
const MOST_INFLIGHT = 100_000;
const MOST_SUBJECTS = 100_000;
export const MOST_RUNS = 1_000;
const MOST_MESSAGES = 1e12;
const MOST_RATE = 100_000_000;
/** As much as nats-server lets wait for a client unless it is told otherwise, which no message may exceed. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A step of a ramp takes a second, and one alone does not grow. */
const SHORTEST_RAMP_MS = 2_000;

export type BenchFlagValues = FlagValues<BenchFlags>;

/**
 * Reads what a benchmark is to do out of its flags.
 *
 * @throws CliError `usage` where a flag cannot be read, flags exclude each other, or a file of bodies cannot be read
 */
export function readLoad(
  workload: Workload,
  subject: string,
  flags: BenchFlagValues,
  connection: ConnectionPlan,
): BenchTask {
  requireSubject(subject, { wildcards: workload === 'sub' });
  const schedule = readSchedule(workload, flags);
  const limits = flags.slo === undefined ? [] : parseLimits(flags.slo);
  requireMeasurable(limits, workload);
  const end = readEnd(flags, schedule);
  const warmupMs = readWarmup(flags.warmup);
  const receives = workload === 'sub' || workload === 'pubsub';
  const clients = workload === 'sub' ? 0 : count(flags.clients, '--clients', MOST_CLIENTS, 1);
  const subscribers = receives ? count(flags.subscribers, '--subscribers', MOST_CLIENTS, 1) : 0;
  const subjectCount = count(flags.subjects, '--subjects', MOST_SUBJECTS, 1);
  if (subjectCount > 1 && /[*>]/.test(subject)) {
    throw usageError('--subjects goes with a subject without wildcards', 'a wildcard receives all of them');
  }
  const queue = flags.queue === undefined ? undefined : requireQueue(flags.queue);
  const bodies = readBodies(flags);
  const seed = flags.seed === undefined ? 1 : parseWholeNumber(flags.seed, '--seed', { min: 0, max: 2 ** 32 - 1 });
  const headers = [...(parseHeaders(flags.header) ?? [])].flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  const threads = Math.min(clients + subscribers, count(flags.threads, '--threads', MOST_THREADS, countProcessors()));
  const plan: LoadPlan = {
    workload: workload === 'service' ? 'request' : workload,
    engine: readEngine(flags.engine),
    connection,
    ...subjectsOf(subject, subjectCount),
    queue,
    bodies,
    headers,
    schedule,
    end,
    warmupMs,
    timeoutMs: connection.timeoutMs,
    seed,
    clients,
    subscribers,
    runTag: workload === 'sub' ? ANY_RUN : randomInt(1, MOST_RUN_TAG + 1),
  };
  return {
    workload,
    subject,
    plan,
    threads,
    runs: count(flags.runs, '--runs', MOST_RUNS, 1),
    limits,
    shape: {
      ...shapeOfSchedule(schedule, plan.workload),
      clients,
      threads,
      subscribers: receives ? subscribers : undefined,
      queue,
      subjects: subjectCount,
      size: sizeOf(flags, bodies),
      headers: headers.length,
      duration_s: end.kind === 'duration' ? end.durationMs / 1_000 : undefined,
      messages: end.kind === 'messages' ? end.messages : undefined,
      warmup_s: warmupMs / 1_000,
      seed,
      timeout_ms: connection.timeoutMs,
    },
  };
}

/** None may be said as well: `0s`, out of a script's variable. */
function readWarmup(text: string | undefined): number {
  return text === undefined || /^0(?:[mµu]?s|m|h)?$/.test(text) ? 0 : parseDuration(text, '--warmup');
}

function readSchedule(workload: Workload, flags: BenchFlagValues): Schedule {
  const { rate, ramp, arrivals } = flags;
  if (rate !== undefined && ramp !== undefined) throw usageError('--rate and --ramp exclude each other');
  if (arrivals !== undefined && rate === undefined && ramp === undefined) {
    throw usageError('--arrivals goes with --rate or --ramp');
  }
  if (arrivals !== undefined && arrivals !== 'constant' && arrivals !== 'poisson') {
    throw usageError(`--arrivals: "${arrivals}" is neither constant nor poisson`);
  }
  if (flags.strictRate && rate === undefined) throw usageError('--strict-rate goes with --rate');
  if (rate === undefined && ramp === undefined) {
    return { kind: 'closed', inflight: count(flags.inflight, '--inflight', MOST_INFLIGHT, DEFAULT_INFLIGHT) };
  }
  const name = rate === undefined ? '--ramp' : '--rate';
  if (flags.inflight !== undefined) {
    throw usageError(`--inflight and ${name} exclude each other`, `with ${name} as many wait as there have to`);
  }
  if (ramp === undefined)
    return { kind: 'open', rate: readRate(rate as string, '--rate'), arrivals: arrivals ?? 'constant' };
  if (flags.slo === undefined) throw usageError('--ramp goes with --slo', 'the knee is the highest rate that keeps it');
  for (const other of ['duration', 'messages'] as const) {
    if (flags[other] !== undefined)
      throw usageError(`--${other} and --ramp exclude each other`, 'a ramp has a time of its own');
  }
  if (workload === 'sub') throw usageError('--ramp means nothing to bench sub');
  return readRamp(ramp, arrivals ?? 'constant');
}

function readRamp(text: string, arrivals: 'constant' | 'poisson'): Schedule {
  const [, from, to, duration] = /^([^./]+)\.\.([^./]+)\/(.+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined || duration === undefined) {
    throw usageError(`--ramp: "${text}" is no ramp`, 'write FROM..TO/TIME: 100..10000/30s');
  }
  const ramp = {
    kind: 'ramp',
    from: readRate(from, '--ramp'),
    to: readRate(to, '--ramp'),
    arrivals,
    durationMs: parseDuration(duration, '--ramp'),
  } as const;
  if (ramp.to <= ramp.from) throw usageError(`--ramp: "${text}" does not grow`);
  if (ramp.durationMs < SHORTEST_RAMP_MS) {
    throw usageError(
      `--ramp: "${text}" is too short`,
      'each of its steps takes a second or more, and there are 20 at most',
    );
  }
  return ramp;
}

function readRate(text: string, name: string): number {
  const rate = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (rate > 0 && rate <= MOST_RATE) return rate;
  throw usageError(`${name}: "${text}" is not a rate`, 'write how many a second: 5000');
}

function readEnd(flags: BenchFlagValues, schedule: Schedule): RunEnd {
  const { duration, messages } = flags;
  if (duration !== undefined && messages !== undefined) {
    throw usageError('--duration and --messages exclude each other');
  }
  if (schedule.kind === 'ramp') return { kind: 'duration', durationMs: schedule.durationMs };
  if (messages !== undefined) {
    return { kind: 'messages', messages: parseWholeNumber(messages, '--messages', { min: 1, max: MOST_MESSAGES }) };
  }
  const durationMs = duration === undefined ? DEFAULT_DURATION_MS : parseDuration(duration, '--duration');
  return { kind: 'duration', durationMs };
}

/** By default the one that takes the least from what is measured: both are held to the same checks. */
function readEngine(text: string | undefined): LoadPlan['engine'] {
  if (text === undefined || text === 'wire') return 'wire';
  if (text === 'client') return 'client';
  throw usageError(`--engine: "${text}" is neither wire nor client`);
}

/** @throws CliError `usage` */
function readBodies(flags: BenchFlagValues): BodyPlan {
  const { size, body, file, bodyLines } = flags;
  const given = Object.entries({ '--size': size, '--body': body, '--file': file, '--body-lines': bodyLines });
  const [first, second] = given.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (second !== undefined) throw usageError(`${first} and ${second} exclude each other`);
  if (body !== undefined) return { kind: 'given', bodies: [Buffer.from(body)] };
  if (file !== undefined) return { kind: 'given', bodies: [readBodyFile(file)] };
  if (bodyLines !== undefined) return { kind: 'given', bodies: linesOf(readBodyFile(bodyLines), bodyLines) };
  if (size === undefined) return { kind: 'generated', leastBytes: DEFAULT_BYTES, mostBytes: DEFAULT_BYTES };
  const [least, most = least, ...rest] = size.split('..');
  if (rest.length > 0) throw usageError(`--size: "${size}" is not a size`, 'write 128B, or 64..4096');
  const leastBytes = readSize(least as string);
  const mostBytes = readSize(most as string);
  if (leastBytes > mostBytes) throw usageError(`--size: "${size}" ends below its start`);
  return { kind: 'generated', leastBytes, mostBytes };
}

/** As the nats command does, takes a number without a unit for bytes. */
function readSize(text: string): number {
  if (text === '0' || text === '0B') return 0;
  const bytes = parseSize(/^\d+$/.test(text) ? `${text}B` : text, '--size');
  if (bytes > MOST_BYTES)
    throw usageError(`--size: "${text}" is too large`, 'no server takes more than 64 MB in a message');
  return bytes;
}

function readBodyFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw explainReadError(path, error);
  }
}

/** @throws CliError `usage` where there is none */
function linesOf(content: Uint8Array, path: string): readonly Uint8Array[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    lines.push(bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end));
    start = end + 1;
  }
  if (lines.length === 0) throw usageError(`--body-lines: ${path} is empty`);
  return lines;
}

function sizeOf(flags: BenchFlagValues, bodies: BodyPlan): number | string {
  if (bodies.kind === 'generated') {
    const { leastBytes, mostBytes } = bodies;
    return leastBytes === mostBytes ? leastBytes : `${leastBytes}..${mostBytes}`;
  }
  return flags.bodyLines === undefined ? (bodies.bodies[0] as Uint8Array).length : 'body-lines';
}

function shapeOfSchedule(
  schedule: Schedule,
  workload: LoadPlan['workload'],
): Pick<BenchTask['shape'], 'load' | 'inflight' | 'rate' | 'arrivals' | 'ramp'> {
  if (schedule.kind === 'closed') {
    return { load: 'closed', inflight: workload === 'request' ? schedule.inflight : undefined };
  }
  const { arrivals } = schedule;
  if (schedule.kind === 'open') return { load: 'open', rate: schedule.rate, arrivals };
  const { from, to, durationMs } = schedule;
  return { load: 'open', ramp: { from, to, duration_s: durationMs / 1_000 }, arrivals };
}

function count(text: string | undefined, name: string, max: number, preset: number): number {
  return text === undefined ? preset : parseWholeNumber(text, name, { min: 1, max });
}
