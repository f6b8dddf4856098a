#!/usr/bin/env node
/**
 * Measures the embedded server against nats-server, and nats-server against itself as the control, in alternating
 * runs under the same load; prints medians, ratios, the processor time for a message, and the targets of the project.
 *
 *     npm run build && npm run perf:server -- --runs 7 --messages 400000 --only publish,memory --strict
 *
 * The load comes from processes of their own, on 127.0.0.1. Each run checks that every message arrived, also by the
 * servers' own counts. --messages is how many a run publishes; of requests it sends a share. The server is
 * NATSCTL_NATS_SERVER, or the one of `npm run tools`, or on the PATH. With --strict a missed target is exit 1.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, readChoice, readCount, row, tellMissed } from './perf/figures.mjs';
import {
  cpuMsOf,
  end,
  LoadProcess,
  megabytesOf,
  requireBuild,
  start,
  startNatsctl,
  startNatsServer,
} from './perf/programs.mjs';

/**
 * @typedef {object} Workload
 * @property {string} what
 * @property {'nats' | 'socket'} client
 * @property {'publish' | 'request'} task
 * @property {'subscribe' | 'respond'} [other] what the second load process does
 * @property {number} inFlight
 * @property {number} share of --messages, so that a run takes about half a second
 * @property {number} messagesEach that the server reads, for each that is counted
 *
 * @typedef {{ readonly pid: number, readonly port: number, readonly httpPort: number }} Server
 * @typedef {{ readonly rate: number, readonly cpuMicroseconds: number }} Run
 */

/** Rates as nats-server's, at least; with plain sockets the client's own cost hides less. */
const TARGETS = { nats: 0.85, socket: 1 };
const MOST_IDLE_MEMORY = 1.15;
const MOST_MEMORY_AFTER = 2.5;
const MESSAGES_BEFORE_MEMORY = 1_000_000;
const MEMORY_RUNS = 5;
/** Before the measured runs: V8 compiles what is hot, in the server and in the load. */
const WARM_UP_RUNS = 2;
/** How long a program may take over its start once it is ready, and a server over its counts. */
const SETTLE_MS = 1_000;
/** When V8 has seen a process do nothing for 8 s, it gives back what the start took and no longer needs. */
const IDLE_MS = 12_000;
const HEADING = [58, 9, 11, 5, 7, 6, 7, 11];

/** By the names that `--only` takes. @type {Record<string, Workload>} */
const workloads = {
  publish: workload('nats.js: publish', 'nats', 'publish', 1),
  subscriber: workload('nats.js: publish to one subscriber', 'nats', 'publish', 1, 'subscribe'),
  request: workload('nats.js: request, 1 in flight', 'nats', 'request', 0.01, 'respond', 1),
  'request-64': workload('nats.js: request, 64 in flight', 'nats', 'request', 0.06, 'respond', 64),
  'socket-publish': workload('plain sockets: publish', 'socket', 'publish', 3),
  'socket-subscriber': workload('plain sockets: publish to one subscriber', 'socket', 'publish', 2, 'subscribe'),
  'socket-request-64': workload('plain sockets: request, 64 in flight', 'socket', 'request', 0.15, 'respond', 64),
};

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    messages: { type: 'string', default: '400000' },
    only: { type: 'string' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const messages = readCount(flags.messages, '--messages');
const chosen = readChoice(flags.only, [...Object.keys(workloads), 'memory']);
requireBuild();

let missed = 0;
console.log(`Node ${process.version}: medians of ${runs} alternating runs, 128 B a message\n`);
const chosenWorkloads = chosen.filter((name) => name in workloads);
if (chosenWorkloads.length > 0) missed += await measureRates(chosenWorkloads);
if (chosen.includes('memory')) missed += await measureMemory();
tellMissed(missed);
process.exit(flags.strict && missed > 0 ? 1 : 0);

/**
 * @param {string} what
 * @param {Workload['client']} client
 * @param {Workload['task']} task
 * @param {number} share
 * @param {Workload['other']} [other]
 * @param {number} [inFlight]
 * @returns {Workload}
 */
function workload(what, client, task, share, other, inFlight = 0) {
  const rest = { inFlight, share, messagesEach: task === 'request' ? 2 : 1 };
  return { what, client, task, ...(other === undefined ? {} : { other }), ...rest };
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<number>} how many targets were missed
 */
async function measureRates(names) {
  let missed = 0;
  const natsctl = await startNatsctl(['server', '--port', '0', '--log', 'off', '--http', '0']);
  const servers = [natsctl, await startNatsServer(['-m', '-1']), await startNatsServer(['-m', '-1'])];
  const loads = [new LoadProcess(), new LoadProcess()];
  console.log(row(HEADING, ['messages or requests a second', 'natsctl', 'nats-server', 'ratio', 'control', 'target']));
  /** @type {string[]} */
  const cpu = [];
  for (const name of names) {
    const workload = /** @type {Workload} */ (workloads[name]);
    /** For each server. @type {Run[][]} */
    const results = servers.map(() => []);
    for (let run = -WARM_UP_RUNS; run < runs; run++) {
      // Each goes first as often as the others.
      for (let turn = 0; turn < servers.length; turn++) {
        const which = (turn + run + WARM_UP_RUNS) % servers.length;
        const result = await runOnce(workload, /** @type {Server} */ (servers[which]), loads);
        if (run >= 0) results[which]?.push(result);
      }
    }
    const [ours, theirs, control] = results.map((all) => median(all.map(({ rate }) => rate)));
    const [ourCpu, theirCpu, controlCpu] = results.map((all) => median(all.map((each) => each.cpuMicroseconds)));
    const target = TARGETS[workload.client];
    const ratio = Number(ours) / Number(theirs);
    const isMissed = ratio < target;
    if (isMissed) missed += 1;
    const cells = [grouped(ours), grouped(theirs), ratio.toFixed(2), (Number(control) / Number(theirs)).toFixed(2)];
    console.log(row(HEADING, [workload.what, ...cells, target.toFixed(2), isMissed ? 'missed' : '']));
    const cpuRatio = (Number(ourCpu) / Number(theirCpu)).toFixed(2);
    const cpuControl = (Number(controlCpu) / Number(theirCpu)).toFixed(2);
    const cpuCells = [Number(ourCpu).toFixed(2), Number(theirCpu).toFixed(2), cpuRatio, cpuControl];
    cpu.push(row(HEADING, [workload.what, ...cpuCells]));
  }
  console.log();
  console.log(
    row(HEADING, ['processor time of the server, microseconds for each', 'natsctl', 'nats-server', 'ratio', 'control']),
  );
  console.log(`${cpu.join('\n')}\n`);
  for (const server of servers) await end(server);
  return missed;
}

/**
 * @param {Workload} workload
 * @param {Server} server
 * @param {readonly LoadProcess[]} loads
 * @returns {Promise<Run>}
 */
async function runOnce({ what, client, task, other, inFlight, share, messagesEach }, server, loads) {
  const [active, passive] = /** @type {[LoadProcess, LoadProcess]} */ (loads);
  const count = Math.max(1, Math.round(messages * share));
  const assignment = { client, port: server.port, messages: count, inFlight };
  const finish = other === undefined ? undefined : await passive.listen({ ...assignment, task: other });
  const readBefore = await messagesReadBy(server);
  const cpuBefore = cpuMsOf(server.pid);
  const sent = await active.run({ ...assignment, task });
  const heard = await finish?.();
  const cpuMs = cpuMsOf(server.pid) - cpuBefore;
  requireEqual(what, 'replies', sent.count, count);
  if (heard !== undefined) requireEqual(what, 'messages received', heard.count, count);
  const read = readBefore + count * messagesEach;
  // nats-server adds a client's count after it has answered.
  const deadline = performance.now() + SETTLE_MS;
  while ((await messagesReadBy(server)) < read && performance.now() < deadline) await sleep(10);
  requireEqual(what, 'messages that the server counts', await messagesReadBy(server), read);
  const endedMs = other === 'subscribe' && heard !== undefined ? heard.endedMs : sent.endedMs;
  return { rate: count / ((endedMs - sent.startedMs) / 1_000), cpuMicroseconds: (cpuMs * 1_000) / count };
}

/** @param {Server} server @returns {Promise<number>} */
async function messagesReadBy({ httpPort }) {
  const response = await fetch(`http://127.0.0.1:${httpPort}/varz`);
  return /** @type {{ in_msgs: number }} */ (await response.json()).in_msgs;
}

/** @param {string} what @param {string} counted @param {number} actual @param {number} expected */
function requireEqual(what, counted, actual, expected) {
  if (actual !== expected) throw new Error(`${what}: ${counted}: ${actual}, not ${expected}`);
}

/**
 * Memory of a server that nobody uses, after its start and some time later, and right after a million messages to a subscriber.
 *
 * @returns {Promise<number>} how many targets were missed
 */
async function measureMemory() {
  /** @type {Record<'bare' | 'started' | 'idle' | 'afterNats' | 'afterSocket' | 'natsServer' | 'natsServerAfter', number[]>} */
  const megabytes = {
    bare: [],
    started: [],
    idle: [],
    afterNats: [],
    afterSocket: [],
    natsServer: [],
    natsServerAfter: [],
  };
  const loads = [new LoadProcess(), new LoadProcess()];
  const startOurs = () => startNatsctl(['server', '--port', '0', '--log', 'off']);
  // The first start leaves its compiled code to the others, when it ends.
  await end(await startOurs());
  for (let run = 0; run < MEMORY_RUNS; run++) {
    const bare = start(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']);
    const first = await startOurs();
    const second = await startOurs();
    const natsServer = await startNatsServer();
    await sleep(SETTLE_MS);
    megabytes.started.push(megabytesOf(first.pid), megabytesOf(second.pid));
    await sleep(IDLE_MS);
    megabytes.bare.push(megabytesOf(bare.pid));
    megabytes.natsServer.push(megabytesOf(natsServer.pid));
    megabytes.idle.push(megabytesOf(first.pid), megabytesOf(second.pid));
    megabytes.afterNats.push(await megabytesAfter(first, 'nats', loads));
    megabytes.afterSocket.push(await megabytesAfter(second, 'socket', loads));
    megabytes.natsServerAfter.push(await megabytesAfter(natsServer, 'nats', loads));
    for (const program of [bare, natsServer, first, second]) await end(program);
  }
  const bare = median(megabytes.bare);
  let missed = 0;
  /** @param {string} what @param {number[]} ours @param {number | undefined} target @param {number[]} [theirs] */
  const tell = (what, ours, target, theirs) => {
    const ratio = median(ours) / bare;
    const isMissed = target !== undefined && ratio > target;
    if (isMissed) missed += 1;
    const cells = [median(ours).toFixed(1), theirs === undefined ? '' : median(theirs).toFixed(1), ratio.toFixed(2)];
    console.log(row(HEADING, [what, ...cells, '', target?.toFixed(2) ?? '', isMissed ? 'missed' : '']));
  };
  console.log(row(HEADING, ['resident memory, MB', 'natsctl', 'nats-server', 'ratio', '', 'target']));
  tell('a Node process that does nothing', megabytes.bare, undefined);
  tell('just started, to that Node process', megabytes.started, undefined);
  tell(`idle for ${IDLE_MS / 1_000} s`, megabytes.idle, MOST_IDLE_MEMORY, megabytes.natsServer);
  tell('after a million messages, nats.js', megabytes.afterNats, MOST_MEMORY_AFTER, megabytes.natsServerAfter);
  tell('after a million messages, plain sockets', megabytes.afterSocket, MOST_MEMORY_AFTER);
  console.log();
  return missed;
}

/**
 * @param {{ readonly pid: number, readonly port: number }} server
 * @param {Workload['client']} client
 * @param {readonly LoadProcess[]} loads
 */
async function megabytesAfter({ pid, port }, client, loads) {
  const [active, passive] = /** @type {[LoadProcess, LoadProcess]} */ (loads);
  const assignment = { client, port, messages: MESSAGES_BEFORE_MEMORY };
  const finish = await passive.listen({ ...assignment, task: 'subscribe' });
  await active.run({ ...assignment, task: 'publish' });
  requireEqual('memory', 'messages received', (await finish()).count, MESSAGES_BEFORE_MEMORY);
  return megabytesOf(pid);
}

/** @param {number | undefined} rate */
function grouped(rate = Number.NaN) {
  return Math.round(rate).toLocaleString('en-GB');
}
