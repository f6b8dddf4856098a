#!/usr/bin/env node
/**
 * Soaks the embedded server: 200 clients that come and go while publishers send at full speed. Each message is
 * numbered, so that a lost, a doubled or a misplaced one shows:
 *
 * - a plain subscriber gets all that was published between its round trip after SUB and its UNSUB, in order;
 * - a queue group gets each message just once, whoever of its members come and go.
 *
 * After a warm-up the server's memory must stay as it is.
 *
 *     npm run soak:server -- --seconds 60 --clients 200
 *
 * Exit 1 where a rule is broken.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { megabytes } from './support/memory.mjs';
import { NatsSocket } from './support/nats-socket.mjs';
import { Random } from './support/random.mjs';
import { startServerProcess } from './support/server-process.mjs';
import { Topic } from './support/soak-topic.mjs';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    clients: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const milliseconds = Number(flags.seconds) * 1000;
const clients = Number(flags.clients);
/** A fifth of the time, since a server that just started has much to compile. */
const WARM_UP_SHARE = 0.2;
/** Clients live as long as one of these, more or less. */
const LIFE_MS = { subscriber: 800, member: 800, publisher: 1_500 };
/** Of the plain subscribers, so many leave without a word, in the middle of a message. */
const LEAVES_ABRUPTLY = 0.3;
const CLIENTS_PER_TOPIC = 10;
const BATCH = 40;
/** What may be held more at the end than after the warm-up; caches still fill up. */
const GROWTH_ALLOWED_BYTES = 4 * 1024 * 1024;
/** Resident memory tells of the allocator, too. */
const RESIDENT_GROWTH_ALLOWED_BYTES = 48 * 1024 * 1024;

const random = new Random(Number(flags.seed));
console.log(`seed ${flags.seed}`);
const counts = { sent: 0, received: 0, connections: 0 };
let isOver = false;

const server = await startServerProcess();
const topics = Array.from(
  { length: Math.ceil(clients / CLIENTS_PER_TOPIC) },
  (_, number) => new Topic(`soak.${number}`),
);
const started = performance.now();
// Of ten clients two publish, five are plain subscribers, three are members of a queue group, of whom one stays.
const anchors = await Promise.all(topics.map(async (topic) => ({ topic, socket: await joinGroup(topic) })));
const lives = topics.flatMap((topic) => [
  ...Array.from({ length: 2 }, () => again(() => livePublisher(topic))),
  ...Array.from({ length: 5 }, () => again(() => liveSubscriber(topic))),
  ...Array.from({ length: 2 }, () => again(() => liveMember(topic))),
]);
const all = Promise.all(lives);
all.catch(fail);

await pause(milliseconds * WARM_UP_SHARE);
const warm = await server.usage();
await pause(milliseconds * (1 - WARM_UP_SHARE));
const end = await server.usage();
isOver = true;
await all;
for (const { topic, socket } of anchors) await leaveGroup(topic, socket);
const seconds = (performance.now() - started) / 1000;
const left = await waitUntilGone();
await server.stop();

const problems = topics.flatMap((topic) => topic.problems);
const rate = (/** @type {number} */ count) => `${count} (${Math.round(count / seconds)}/s)`;
console.log(
  `${seconds.toFixed(1)} s, ${clients} clients at once, ${counts.connections} connections: ` +
    `sent ${rate(counts.sent)}, received ${rate(counts.received)}, ${problems.length} problems`,
);
console.log(
  `memory held: ${megabytes(warm.held)} after the warm-up, ${megabytes(end.held)} at the end, ` +
    `${megabytes(left.held)} without clients; resident: ${megabytes(warm.resident)}, ${megabytes(end.resident)}, ${megabytes(left.resident)}`,
);
if (left.clients > 0) problems.push(`${left.clients} clients are left`);
if (end.held - warm.held > GROWTH_ALLOWED_BYTES)
  problems.push(`memory held grew by ${megabytes(end.held - warm.held)}`);
if (end.resident - warm.resident > RESIDENT_GROWTH_ALLOWED_BYTES) {
  problems.push(`resident memory grew by ${megabytes(end.resident - warm.resident)}`);
}
for (const problem of problems.slice(0, 20)) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);

/** One client after the other, until the end. @param {() => Promise<void>} live */
async function again(live) {
  while (!isOver) await live();
}

/** Sends at full speed, a batch at a time. @param {Topic} topic */
async function livePublisher(topic) {
  const socket = await comes();
  const publisher = topic.startPublisher();
  const until = performance.now() + lifeOf('publisher');
  while (!isOver && performance.now() < until) {
    socket.send(publisher.nextBatch(BATCH));
    await socket.roundTrip();
    publisher.confirm();
    counts.sent += BATCH;
  }
  await topic.endPublisher(publisher);
  await leaves(socket);
}

/** @param {Topic} topic */
async function liveSubscriber(topic) {
  const socket = await comes();
  const subscriber = topic.createSubscriber();
  socket.onMessage = (_sid, bytes, start) => {
    counts.received += 1;
    subscriber.receive(bytes, start);
  };
  socket.send(`SUB ${topic.subject} 1\r\n`);
  await socket.roundTrip();
  topic.admitSubscriber(subscriber);
  await pause(lifeOf('subscriber'));
  if (random.chance(LEAVES_ABRUPTLY)) {
    topic.dismissSubscriber(subscriber);
    await socket.drop();
    return;
  }
  const due = topic.dismissSubscriber(subscriber);
  socket.send('UNSUB 1\r\n');
  await socket.roundTrip();
  subscriber.check(due);
  await leaves(socket);
}

/** @param {Topic} topic */
async function liveMember(topic) {
  const socket = await joinGroup(topic);
  await pause(lifeOf('member'));
  await leaveGroup(topic, socket);
}

/** @param {Topic} topic */
async function joinGroup(topic) {
  const socket = await comes();
  socket.onMessage = (_sid, bytes, start) => {
    counts.received += 1;
    topic.receiveInGroup(bytes, start);
  };
  socket.send(`SUB ${topic.subject} group 1\r\n`);
  await socket.roundTrip();
  topic.members.add(socket);
  return socket;
}

/** @param {Topic} topic @param {NatsSocket} socket */
async function leaveGroup(topic, socket) {
  socket.send('UNSUB 1\r\n');
  await socket.roundTrip();
  topic.members.delete(socket);
  await leaves(socket);
}

async function comes() {
  counts.connections += 1;
  return NatsSocket.connect(server.port);
}

/** @param {NatsSocket} socket */
async function leaves(socket) {
  if (socket.errors.length > 0) throw new Error(socket.errors.join('; '));
  await socket.close();
}

/** @param {keyof typeof LIFE_MS} kind */
function lifeOf(kind) {
  return LIFE_MS[kind] * (0.2 + 1.6 * random.next());
}

async function waitUntilGone() {
  for (let time = 0; time < 100; time++) {
    const usage = await server.usage();
    if (usage.clients === 0) return usage;
    await pause(20);
  }
  return server.usage();
}

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  process.exit(1);
}
