import { median } from './figures.mjs';
import { cpuMsOf } from './programs.mjs';

/**
 * Something that answers the same requests.
 *
 * @typedef {object} Responder
 * @property {number} port of its server
 * @property {number} pid of the process that answers
 *
 * @typedef {object} Answering
 * @property {number} rate requests a second
 * @property {number} cpuMicroseconds of the process that answers, for each request
 * @property {number} ratio of the rate to the first one's: of each run with its neighbour, since what the machine does besides passes
 */

const WARM_UP_RUNS = 2;

/**
 * Has responders answer the same load in alternating runs.
 *
 * @param {readonly Responder[]} responders
 * @param {{ readonly load: import('./programs.mjs').LoadProcess, readonly client: 'nats' | 'socket', readonly subject: string, readonly messages: number, readonly inFlight: number, readonly runs: number }} asked
 * @param {(which: number) => void} [onRun] is told of each run, those that warm up too
 * @returns {Promise<readonly Answering[]>} the medians of each
 */
export async function compareResponders(responders, { load, client, subject, messages, inFlight, runs }, onRun) {
  /** For each. @type {number[][]} */
  const rates = responders.map(() => []);
  /** @type {number[][]} */
  const cpu = responders.map(() => []);
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    // Each goes first as often as the others.
    for (let turn = 0; turn < responders.length; turn++) {
      const which = (turn + run + WARM_UP_RUNS) % responders.length;
      const { port = 0, pid = 0 } = responders[which] ?? {};
      const cpuBefore = cpuMsOf(pid);
      const rate = await requestRate(load, { client, subject, port, messages, inFlight });
      onRun?.(which);
      if (run < 0) continue;
      rates[which]?.push(rate);
      cpu[which]?.push(((cpuMsOf(pid) - cpuBefore) * 1_000) / messages);
    }
  }
  return responders.map((_, index) => ({
    rate: median(rates[index] ?? []),
    cpuMicroseconds: median(cpu[index] ?? []),
    ratio: median((rates[index] ?? []).map((rate, run) => rate / (rates[0]?.[run] ?? Number.NaN))),
  }));
}

/**
 * Sends requests, each of which has to be answered.
 *
 * @param {import('./programs.mjs').LoadProcess} load
 * @param {{ readonly client: 'nats' | 'socket', readonly subject: string, readonly port: number, readonly messages: number, readonly inFlight: number }} asked
 * @returns {Promise<number>} how many a second
 */
export async function requestRate(load, asked) {
  const { messages } = asked;
  const outcome = await load.run({ ...asked, task: 'request', size: 16, replySize: 0 });
  if (outcome.count !== messages) throw new Error(`${outcome.count} replies to ${messages} requests`);
  return (messages * 1_000) / (outcome.endedMs - outcome.startedMs);
}
