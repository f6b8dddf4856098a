#!/usr/bin/env node
/**
 * Measures how long `natsctl service ls` takes to list many instances, from its start to its end, beside the peer's
 * `nats service ls`, in alternating runs on one server; prints the medians, the longest, and the target of the project.
 *
 *     npm run build && npm run perf:service -- --runs 7 --instances 200 --strict
 *
 * The server is NATSCTL_NATS_SERVER, or that of `npm run tools`, or on the PATH; the peer NATSCTL_NATS, or that of
 * `npm run tools`, or on the PATH. The instances are those of nats.js, each with a connection of its own, all in this
 * process; each run checks that none is missing. With --strict a missed target is exit 1.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { connect } from 'nats';
import { median, readCount, row, tellMissed } from './perf/figures.mjs';
import { launcher, requireBuild, root, start, startNatsServer } from './perf/programs.mjs';

/** Of each run. */
const TARGET_MS = 1_000;
const WARM_UP_RUNS = 1;
const INSTANCES_OF_A_SERVICE = 20;
const HEADING = [20, 10, 12, 10];

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    instances: { type: 'string', default: '200' },
    strict: { type: 'boolean' },
  },
});
const runs = readCount(flags.runs, '--runs');
const instances = readCount(flags.instances, '--instances');
requireBuild();

const server = await startNatsServer();
const services = await Promise.all(
  Array.from({ length: instances }, async (_, index) => {
    const nats = await connect({ servers: server.url });
    const name = `service-${Math.floor(index / INSTANCES_OF_A_SERVICE)}`;
    const service = await nats.services.add({ name, version: '1.0.0' });
    service.addEndpoint('call', { subject: `${name}.call`, handler: (_error, message) => void message.respond() });
    await nats.flush();
    return nats;
  }),
);

const ownPeer = join(root, '.tools', 'bin', 'nats');
const peer = process.env.NATSCTL_NATS ?? (existsSync(ownPeer) ? ownPeer : 'nats');
const programs = [
  {
    name: 'nats service ls',
    command: [peer, 'service', 'ls', '--json'],
    /** @param {string} stdout */
    count: (stdout) => JSON.parse(stdout).length,
  },
  {
    name: 'natsctl service ls',
    command: [process.execPath, launcher, 'service', 'ls', '--json'],
    /** @param {string} stdout */
    count: (stdout) =>
      stdout
        .trimEnd()
        .split('\n')
        .reduce((sum, line) => sum + JSON.parse(line).instances, 0),
  },
];

/** For each program, in milliseconds. @type {number[][]} */
const results = programs.map(() => []);
for (let run = -WARM_UP_RUNS; run < runs; run++) {
  for (const [which, program] of programs.entries()) {
    const durationMs = await runOnce(program);
    if (run >= 0) results[which]?.push(durationMs);
  }
}

console.log(`Node ${process.version}: ${runs} alternating runs, ${instances} instances\n`);
console.log(row(HEADING, ['start to end', 'median', 'longest', 'target']));
const longestMs = Math.max(...(results[1] ?? []));
const isMissed = !(longestMs < TARGET_MS);
for (const [index, { name }] of programs.entries()) {
  const all = results[index] ?? [];
  const verdict = isMissed ? 'missed' : `< ${TARGET_MS} ms`;
  const cells = [name, `${median(all).toFixed(0)} ms`, `${Math.max(...all).toFixed(0)} ms`];
  console.log(row(HEADING, [...cells, index === 1 ? verdict : '']));
}
tellMissed(isMissed ? 1 : 0);
await Promise.all(services.map((nats) => nats.close()));
process.exit(isMissed && flags.strict ? 1 : 0);

/** @param {(typeof programs)[number]} program */
async function runOnce({ name, command: [program = '', ...args], count }) {
  const startedMs = performance.now();
  const { child } = start(program, [...args, '-s', server.url], ['ignore', 'pipe', 'inherit']);
  const stdout = /** @type {import('node:stream').Readable} */ (child.stdout);
  const [printed] = await Promise.all([text(stdout), once(child, 'exit')]);
  const durationMs = performance.now() - startedMs;
  const listed = count(printed);
  if (listed !== instances) throw new Error(`${name} listed ${listed} of ${instances} instances`);
  return durationMs;
}
