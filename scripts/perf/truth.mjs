import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./truth-responder.mjs').TruthRecord} TruthRecord */

/** What a report calls the percentiles, and which they are. */
export const SHARES = /** @type {const} */ ({ p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, max: 1 });

/** How far off a percentile may be: so much, or so much of it. */
const TOLERANCE_MS = 1;
const TOLERANCE = 0.02;
/** By so many ranks a percentile of a few requests more or less is another. */
const RANKS = 3;

/**
 * Starts the responder of truth-responder.mjs.
 *
 * @param {number} port
 * @param {string} subject
 * @param {string} behaviour
 */
export async function startTruthResponder(port, subject, behaviour) {
  const program = fileURLToPath(import.meta.resolve('./truth-responder.mjs'));
  const child = fork(program, [String(port), subject, behaviour], { serialization: 'advanced' });
  const [said] = await once(child, 'message');
  if (said !== 'listening') throw new Error(`the responder said ${said}`);
  return {
    pid: child.pid,
    /** What it did with the requests of a load: the first one was that of the probe before. @returns {Promise<TruthRecord>} */
    async record() {
      child.send('record');
      const [{ taken, replied }] = await once(child, 'message');
      return { taken: taken.subarray(1), replied: replied.subarray(1) };
    },
    async end() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

/**
 * The latencies that a client saw at least, in ms, in ascending order: in an open loop from the planned time of each
 * request, in a closed one from when it was taken.
 *
 * @param {TruthRecord} record
 * @param {number | undefined} rate of an open loop: requests a second
 */
export function trueLatencies({ taken, replied }, rate) {
  const planned = rate === undefined ? taken : plannedTimes(taken, rate);
  const answered = [...replied.entries()].filter(([, at]) => at > 0);
  return answered.map(([number, at]) => (at - Number(planned[number])) / 1e6).sort((a, b) => a - b);
}

/**
 * By how much requests were taken later than at their planned times, in µs, in ascending order.
 *
 * @param {Pick<TruthRecord, 'taken'>} record
 * @param {number} rate requests a second
 */
export function latenessesUs({ taken }, rate) {
  const planned = plannedTimes(taken, rate);
  return [...taken].map((at, number) => (at - Number(planned[number])) / 1e3).sort((a, b) => a - b);
}

/**
 * When they were planned, by the responder's knowledge: at even intervals, from when the one that was the least late of
 * all says.
 *
 * @param {Float64Array} taken
 * @param {number} rate
 */
function plannedTimes(taken, rate) {
  const intervalNs = 1e9 / rate;
  const origin = taken.reduce(
    (least, at, number) => Math.min(least, at - number * intervalNs),
    Number.POSITIVE_INFINITY,
  );
  return taken.map((_, number) => origin + number * intervalNs);
}

/**
 * @param {readonly number[]} sorted
 * @param {number} share 0 to 1
 * @param {number} [ranks] so many further on
 */
export function quantile(sorted, share, ranks = 0) {
  const rank = Math.ceil(share * sorted.length) - 1 + ranks;
  return Number(sorted[Math.max(0, Math.min(sorted.length - 1, rank))]);
}

/**
 * Whether a percentile that was reported is the one of the true latencies: within 2 % or 1 ms, and a few ranks.
 *
 * @param {number} reportedMs
 * @param {readonly number[]} sorted
 * @param {number} share
 */
export function isTrue(reportedMs, sorted, share) {
  const [low, high] = [quantile(sorted, share, -RANKS), quantile(sorted, share, RANKS)];
  return reportedMs >= low - toleranceOf(low) && reportedMs <= high + toleranceOf(high);
}

/** @param {number} ms */
function toleranceOf(ms) {
  return Math.max(TOLERANCE_MS, ms * TOLERANCE);
}
