/**
 * A responder that is late by design, in a process of its own, and knows what it did: when it took each request and
 * when it answered. Its arguments are a port, a subject, and what it does:
 *
 *     fixed                answers after 5 ms
 *     slow                 answers one request of each hundred after 100 ms
 *     stall:NUMBER:MS      does nothing at all for so long, once, when it has taken the request of that number
 *
 * Replies go out within microseconds of their time: the event loop turns without rest in the last millisecond before,
 * and reads what comes meanwhile. It says `listening` to its parent, and at a message from it what it did.
 *
 * @typedef {object} TruthRecord
 * @property {Float64Array} taken when each request was read, in ns on the machine's monotonic clock, in their order
 * @property {Float64Array} replied when its reply was handed to the system; 0 where it has none yet
 *
 * @typedef {{ readonly number: number, readonly reply: string, readonly dueNs: number }} Waiting
 */
import { once } from 'node:events';
import { connect } from 'node:net';

const DELAY_MS = 5;
const SLOW_DELAY_MS = 100;
/** Of each hundred requests, the slow one. */
const SLOW_ONE = 50;
/** A timer of Node is late by up to a millisecond and a little more. */
const SPIN_MS = 1.5;
const CONNECT =
  'CONNECT {"verbose":false,"pedantic":false,"protocol":1,"headers":true,"no_responders":true}\r\nPING\r\n';
/** Where the reply is to go, and how many bytes follow. */
const MESSAGE = /^H?MSG \S+ \S+ (\S+) (?:\d+ )?(\d+)$/;

const [port, subject = '', behaviour = ''] = process.argv.slice(2);
const [name, stallAt, stallMs] = behaviour.split(':');
const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
/** @type {number[]} */
const taken = [];
/** @type {number[]} */
const replied = [];
/** For each delay those that wait, in the order of their times. @type {Map<number, Waiting[]>} */
const queues = new Map();
/** @type {NodeJS.Timeout | undefined} */
let timer;
let isTurning = false;
let rest = '';

await once(socket, 'data');
socket.on('data', read);
socket.once('close', () => process.exit(1));
socket.write(`${CONNECT}SUB ${subject} 1\r\nPING\r\n`);
await once(socket, 'data');
process.on('message', () => process.send?.({ taken: Float64Array.from(taken), replied: Float64Array.from(replied) }));
process.once('disconnect', () => process.exit());
process.send?.('listening');

/** @param {Buffer} chunk */
function read(chunk) {
  const text = rest + chunk.toString('latin1');
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n', at);
    if (end === -1) break;
    const line = text.slice(at, end);
    const message = MESSAGE.exec(line);
    const next = end + 2 + (message === null ? 0 : Number(message[2]) + 2);
    if (next > text.length) break;
    if (message !== null) take(/** @type {string} */ (message[1]));
    else if (line === 'PING') socket.write('PONG\r\n');
    at = next;
  }
  rest = text.slice(at);
  if (isTurning) return;
  clearTimeout(timer);
  turn();
}

/** @param {string} reply */
function take(reply) {
  const now = nowNs();
  const number = taken.push(now) - 1;
  replied.push(0);
  const delayMs = name === 'slow' && number % 100 === SLOW_ONE ? SLOW_DELAY_MS : DELAY_MS;
  const queue = queues.get(delayMs) ?? [];
  queues.set(delayMs, queue);
  queue.push({ number, reply, dueNs: now + delayMs * 1e6 });
  if (name === 'stall' && number === Number(stallAt)) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(stallMs));
  }
}

/** Answers what is due, and comes back until nothing waits. */
function turn() {
  const now = nowNs();
  let nextNs = Number.POSITIVE_INFINITY;
  for (const queue of queues.values()) {
    while (queue[0] !== undefined && queue[0].dueNs <= now) {
      const { number, reply } = /** @type {Waiting} */ (queue.shift());
      replied[number] = nowNs();
      socket.write(`PUB ${reply} 2\r\nok\r\n`);
    }
    nextNs = Math.min(nextNs, queue[0]?.dueNs ?? nextNs);
  }
  const restMs = (nextNs - now) / 1e6 - SPIN_MS;
  isTurning = restMs < 1;
  if (isTurning) setImmediate(turn);
  else if (nextNs !== Number.POSITIVE_INFINITY) timer = setTimeout(turn, restMs);
}

function nowNs() {
  return Number(process.hrtime.bigint());
}
