#!/usr/bin/env node
/**
 * Measures what a message costs the embedded server with few subscriptions and with many, where as many match: it is
 * to grow with the matches alone. Literal subjects, wildcards and queue groups are mixed: each message matches a
 * literal subscription, one with `*`, one with `>`, and two members of a queue group.
 *
 *     npm run perf:interest -- --subscriptions 100000 --messages 1000000 --runs 5
 *
 * Each run is in processes of its own, few and many by turns. Exit 1 where many subscriptions cost more than they may.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importSources } from './support/import-source.mjs';
import { heldBytes, megabytes } from './support/memory.mjs';
import { NatsSocket } from './support/nats-socket.mjs';
import { Random } from './support/random.mjs';
import { startServerProcess } from './support/server-process.mjs';

/**
 * @typedef {object} Task
 * @property {keyof typeof WAYS} way
 * @property {number} subscriptions
 * @property {number} messages
 * @typedef {object} Result
 * @property {number} rate messages per second
 * @property {number} addRate subscriptions per second
 * @property {number} held bytes that the subscriptions take
 */

const FEW = 1_000;
/** Of a message: literal, `*`, `>`, and two of a queue group. */
const MATCHES = 5;
/** So many different subjects in the order in which messages go to them, over and over. */
const ORDER_LENGTH = 65_536;
/** As many as there are with few subscriptions, whose subjects the cache holds. */
const FEW_SUBJECTS = FEW / MATCHES;

/**
 * Many subscriptions may cost `most` times what few cost. Where messages go to all subjects it is much more than 1: a
 * processor's caches hold what belongs to the few and not to the many (nats-server 2.15: 5 times, likewise).
 */
const WAYS = {
  cache: { what: 'the look-up alone, 200 subjects', subjects: FEW_SUBJECTS, most: 1.5, measure: measureLookUp },
  trie: { what: 'the look-up past the cache, 200 subjects', subjects: FEW_SUBJECTS, most: 2.5, measure: measureLookUp },
  server: { what: 'over sockets, 200 subjects', subjects: FEW_SUBJECTS, most: 2, measure: measureServer },
  spread: { what: 'over sockets, all subjects', subjects: Number.POSITIVE_INFINITY, most: 6, measure: measureServer },
};

const { values: flags } = parseArgs({
  options: {
    subscriptions: { type: 'string', default: '100000' },
    messages: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    task: { type: 'string' },
  },
});

if (flags.task === undefined) process.exit((await compare()) ? 0 : 1);
/** @type {Task} */
const task = JSON.parse(flags.task);
process.send?.(await WAYS[task.way].measure(task));
process.disconnect();

/** @returns {Promise<boolean>} whether many subscriptions cost no more than they may */
async function compare() {
  const many = Number(flags.subscriptions);
  const messages = Number(flags.messages);
  const runs = Number(flags.runs);
  let isFine = true;
  console.log(`${messages} messages that match ${MATCHES} subscriptions each, medians of ${runs} alternating runs\n`);
  for (const way of /** @type {Array<keyof typeof WAYS>} */ (Object.keys(WAYS))) {
    const { what, most } = WAYS[way];
    /** @type {Result[]} */
    const ofFew = [];
    /** @type {Result[]} */
    const ofMany = [];
    for (let run = 0; run < runs; run++) {
      ofFew.push(await inProcess({ way, subscriptions: FEW, messages }));
      ofMany.push(await inProcess({ way, subscriptions: many, messages }));
    }
    console.log(what);
    const ratio = print(FEW, ofFew) / print(many, ofMany);
    console.log(
      `  a message costs ${ratio.toFixed(2)} times as much; allowed ${most}${ratio > most ? ': missed' : ''}\n`,
    );
    if (ratio > most) isFine = false;
  }
  return isFine;
}

/** @param {number} subscriptions @param {readonly Result[]} results @returns {number} the rate */
function print(subscriptions, results) {
  const of = (/** @type {keyof Result} */ name) => median(results.map((result) => result[name]));
  const columns = [
    `${subscriptions.toLocaleString('en').padStart(9)} subscriptions`,
    `${Math.round(of('rate')).toLocaleString('en').padStart(11)} messages/s`,
    `${Math.round(of('addRate')).toLocaleString('en').padStart(9)} subscriptions/s`,
    `${megabytes(of('held')).padStart(8)}, ${Math.round(of('held') / subscriptions)} bytes each`,
  ];
  console.log(columns.join('  '));
  return of('rate');
}

/** @param {Task} task @returns {Promise<Result>} */
async function inProcess(task) {
  const child = fork(fileURLToPath(import.meta.url), ['--task', JSON.stringify(task)]);
  const [[result]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return result;
}

/** @param {Task} task @returns {Promise<Result>} */
async function measureLookUp({ way, subscriptions, messages }) {
  const { Interest, hashSubject } =
    /** @type {typeof import('../src/server/interest.js') & typeof import('../src/protocol/subject-hash.js')} */ (
      await importSources('../../src/server/interest.ts', '../../src/protocol/subject-hash.ts')
    );
  const groups = subscriptions / MATCHES;
  const interest = new Interest(way === 'trie' ? { slots: 1, families: 1, bytes: 0 } : undefined);
  const heldBefore = heldBytes();
  const startedToAdd = performance.now();
  for (let group = 0; group < groups; group++) {
    for (const [subject, queue] of patternsOf(group)) {
      // What else a subscription has is its client's, and not looked at.
      interest.add(
        /** @type {any} */ ({ client: undefined, subject, queue, sid: '1', sidBytes: undefined, delivered: 0, max: 0 }),
      );
    }
  }
  const addRate = subscriptions / ((performance.now() - startedToAdd) / 1000);
  const held = heldBytes() - heldBefore;
  const targets = orderOf(groups, WAYS[way].subjects).map((subject) => {
    const bytes = Buffer.from(subject);
    return { bytes, hash: hashSubject(bytes) };
  });
  const look = (/** @type {number} */ count) => {
    let matches = 0;
    for (let message = 0; message < count; message++) {
      const { bytes, hash } = /** @type {(typeof targets)[number]} */ (targets[message % ORDER_LENGTH]);
      const { plain, queues } = interest.match(bytes, 0, bytes.length, hash);
      matches += plain.length;
      for (const members of queues) matches += members.length;
    }
    return matches;
  };
  look(messages / 10);
  const started = performance.now();
  const matches = look(messages);
  const rate = messages / ((performance.now() - started) / 1000);
  if (matches !== messages * MATCHES) throw new Error(`${matches} matches instead of ${messages * MATCHES}`);
  return { rate, addRate, held };
}

/** @param {Task} task @returns {Promise<Result>} */
async function measureServer({ way, subscriptions, messages }) {
  const server = await startServerProcess();
  const groups = subscriptions / MATCHES;
  const subscriber = await NatsSocket.connect(server.port);
  const { held: heldBefore } = await server.usage();
  const lines = Array.from({ length: groups }, (_, group) =>
    patternsOf(group).map(
      ([subject, queue = ''], index) => `SUB ${subject} ${queue} ${group * MATCHES + index + 1}\r\n`,
    ),
  );
  const startedToAdd = performance.now();
  subscriber.send(lines.flat().join(''));
  await subscriber.roundTrip();
  const addRate = subscriptions / ((performance.now() - startedToAdd) / 1000);
  const { held } = await server.usage();

  // Only its bytes are counted: four messages of known length come for each that is sent, but for the ids.
  let received = 0;
  subscriber.onBytes = (count) => {
    received += count;
  };
  const payload = '.'.repeat(16);
  const all = orderOf(groups, WAYS[way].subjects).map(
    (subject) => `PUB ${subject} ${payload.length}\r\n${payload}\r\n`,
  );
  const publisher = connect(server.port, '127.0.0.1');
  publisher.resume();
  publisher.write('CONNECT {}\r\n');
  const started = performance.now();
  for (let sent = 0; sent < messages; ) {
    const batch = all.slice(sent % ORDER_LENGTH, (sent % ORDER_LENGTH) + Math.min(1_024, messages - sent));
    sent += batch.length;
    if (!publisher.write(batch.join(''))) await once(publisher, 'drain');
  }
  publisher.end('PING\r\n');
  await once(publisher, 'close');
  await subscriber.roundTrip();
  const rate = messages / ((performance.now() - started) / 1000);
  const least = messages * (MATCHES - 1) * payload.length;
  if (received < least) throw new Error(`${received} bytes came instead of at least ${least}`);
  await subscriber.close();
  await server.stop();
  return { rate, addRate, held: held - heldBefore };
}

/** What those listen on who all get what is published to `orders.<group>.new`. @param {number} group @returns {ReadonlyArray<readonly [string, string?]>} */
function patternsOf(group) {
  return [
    [`orders.${group}.new`],
    [`orders.${group}.*`],
    [`orders.${group}.>`],
    [`orders.${group}.new`, 'workers'],
    [`orders.${group}.*`, 'workers'],
  ];
}

/** To which subjects messages go, by chance, the same in each run. @param {number} groups @param {number} most so many of those there are */
function orderOf(groups, most) {
  const subjects = Math.min(groups, most);
  const random = new Random(1);
  return Array.from(
    { length: ORDER_LENGTH },
    () => `orders.${Math.floor((random.below(subjects) * groups) / subjects)}.new`,
  );
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (Number(sorted[Math.floor(middle)]) + Number(sorted[Math.ceil(middle)])) / 2;
}
