import { countOf, formatBytes, formatCount, formatDuration } from '../../../units.js';
import { formatRate } from '../numbers.js';
import type { BenchReport, ReportedShape } from '../report.js';

/** What a server calls itself that was given no name: its id. */
const SERVER_ID = /^N[A-Z2-7]{55}$/;

/** What was measured and on what: `request greeter.greet on nats://127.0.0.1:4222, nats-server 2.15.2`. */
export function describeTarget({ workload, subject, environment }: BenchReport): string {
  const { url, version, name } = environment.server;
  const server = version === undefined ? url : `${url}, server ${version}`;
  const hasName = name !== undefined && name !== '' && !SERVER_ID.test(name);
  return `${workload} ${subject} on ${server}${hasName ? ` (${name})` : ''}`;
}

/** What was asked for, in parts of a sentence. */
export function describeShape({
  shape,
  engine,
  workload,
}: Pick<BenchReport, 'shape' | 'engine' | 'workload'>): readonly string[] {
  const { clients, threads, inflight, subscribers, queue, subjects, size, headers, workers, warmup_s } = shape;
  return [
    // How it is sent is known to whoever sends it.
    ...(workload === 'sub' ? [] : [describeLoad(shape)]),
    `${workload === 'sub' ? '' : countOf(clients, 'client', 'clients')}${threads > 1 ? ` on ${formatCount(threads)} threads` : ''}`.trim(),
    ...(inflight === undefined ? [] : [`${formatCount(inflight)} in flight${clients > 1 ? ' each' : ''}`]),
    ...(subscribers === undefined ? [] : [countOf(subscribers, 'subscriber', 'subscribers')]),
    ...(queue === undefined ? [] : [`queue group ${queue}`]),
    ...(workers === undefined ? [] : [countOf(workers, 'worker', 'workers')]),
    ...(subjects > 1 ? [countOf(subjects, 'subject', 'subjects')] : []),
    ...(workload === 'sub' ? [] : [describeSize(size)]),
    ...(headers > 0 ? [countOf(headers, 'header', 'headers')] : []),
    describeGoal(shape),
    ...(warmup_s > 0 ? [`after ${formatDuration(warmup_s * 1_000)} of warm-up`] : []),
    `engine ${engine}`,
  ].filter((part) => part !== '');
}

/** How the load is made: in a closed loop, or to a plan. */
export function describeLoad({ load, rate, arrivals, ramp }: ReportedShape): string {
  if (ramp !== undefined) {
    return `${formatRate(ramp.from)} to ${formatRate(ramp.to)} a second over ${formatDuration(ramp.duration_s * 1_000)}`;
  }
  if (load === 'closed') return 'closed loop';
  const planned = rate === undefined ? 'open loop' : `${formatRate(rate)} a second`;
  return arrivals === 'poisson' ? `${planned} at random times` : planned;
}

function describeSize(size: number | string): string {
  if (typeof size === 'number') return formatBytes(size);
  return size.includes('..') ? `${size} B` : size;
}

function describeGoal({ duration_s, messages, ramp }: ReportedShape): string {
  if (ramp !== undefined) return '';
  return [
    ...(messages === undefined ? [] : [countOf(messages, 'message', 'messages')]),
    ...(duration_s === undefined ? [] : [`for ${formatDuration(duration_s * 1_000)}`]),
  ].join(' ');
}
