import { type ErrorKind, KINDS_BY_GRAVITY } from './errors.js';
import { countOf } from './units.js';

/** How a person is told of one failure of a kind, and of many. */
const NAMES: Readonly<Record<ErrorKind, readonly [one: string, many: string]>> = {
  internal: ['defect of natsctl', 'defects of natsctl'],
  usage: ['not sent', 'not sent'],
  authorization: ['denied', 'denied'],
  connection: ['without a connection', 'without a connection'],
  no_responders: ['no responders', 'no responders'],
  timeout: ['time-out', 'time-outs'],
  service_error: ['service error', 'service errors'],
  expectation: ['unexpected reply', 'unexpected replies'],
  pool: ['pool failure', 'pool failures'],
};

/** So many failures of each kind that occurred, the gravest first: `2 no responders`, `1 time-out`. */
export function describeFailureCounts(counts: Readonly<Partial<Record<ErrorKind, number>>>): readonly string[] {
  return KINDS_BY_GRAVITY.flatMap((kind) => {
    const count = Math.round(counts[kind] ?? 0);
    return count === 0 ? [] : [countOf(count, ...NAMES[kind])];
  });
}
