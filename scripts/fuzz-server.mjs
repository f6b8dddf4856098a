#!/usr/bin/env node
/**
 * Feeds the embedded server what no client should say: valid operations, cut, joined, swollen and garbled, to its
 * clients in this process and a share of it over sockets. Nothing may throw, the others must be served all the
 * while, and memory must not grow.
 *
 *     npm run fuzz:server -- --inputs 1000000 --seed 7
 *
 * The same seed gives the same inputs. Exit 1 where something broke, with the input that did it.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FuzzInputs } from './support/fuzz-inputs.mjs';
import { importSources } from './support/import-source.mjs';
import { heldBytes, megabytes } from './support/memory.mjs';
import { NatsSocket } from './support/nats-socket.mjs';
import { Random } from './support/random.mjs';

/** @typedef {import('../src/server/client.js').Client} ServerClient */
/** @typedef {import('../src/server/server-state.js').ServerState} State */

/** Small bounds, so that inputs come beyond them. */
const LIMITS = { maxControlLine: 512, maxPayload: 2_000, maxPending: 256 * 1024 };
const CLIENTS_AT_ONCE = 20;
/** How often a client goes after an input, if it has not been closed. */
const LEAVES = 0.3;
const INPUTS_PER_TURN = 100;
const SOCKETS_AT_ONCE = 20;
const SOCKET_PATIENCE_MS = 10_000;
/** What may be left over: caches that fill up, code that is compiled later. */
const GROWTH_ALLOWED_BYTES = 6 * 1024 * 1024;

const { values: flags } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    'socket-share': { type: 'string', default: '0.02' },
  },
});
const inputCount = Number(flags.inputs);
const seed = Number(flags.seed);
const socketCount = Math.round(inputCount * Number(flags['socket-share']));

const { Client, ServerState, DEFAULT_LIMITS, createTracer, startServer } = /**
 * @type {typeof import('../src/server/client.js') & typeof import('../src/server/server-state.js')
 *   & typeof import('../src/server/options.js') & typeof import('../src/server/tracer.js')
 *   & typeof import('../src/server/index.js')}
 */ (
  await importSources(
    '../../src/server/client.ts',
    '../../src/server/server-state.ts',
    '../../src/server/options.ts',
    '../../src/server/tracer.ts',
    '../../src/server/index.ts',
  )
);

/** What is being tried: shown where it breaks. @type {{ number: number, input: Buffer }} */
let current = { number: 0, input: Buffer.alloc(0) };
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

/** @param {number} count */
async function fuzzInProcess(count) {
  const random = new Random(seed);
  const inputs = new FuzzInputs(random, LIMITS);
  const worlds = [
    createState({}),
    createState({ password: 's3cret' }),
    createState({ trace: createTracer(() => undefined) }),
  ];
  const crowds = worlds.map((state) => new Crowd(state, random));
  const warmUp = Math.min(Math.floor(count / 4), 100_000);
  let heldBefore = 0;
  let started = performance.now();
  for (let number = 0; number < count; number++) {
    if (number === warmUp) {
      await turn();
      for (const crowd of crowds) crowd.leave();
      heldBefore = heldBytes();
      started = performance.now();
    }
    const input = inputs.next();
    current = { number, input };
    /** @type {Crowd} */ (random.chance(0.7) ? crowds[0] : random.pick(crowds)).hear(input);
    if (number % INPUTS_PER_TURN === 0) {
      await turn();
      for (const crowd of crowds) crowd.check();
    }
  }
  const rate = (count - warmUp) / ((performance.now() - started) / 1000);
  await turn();
  for (const crowd of crowds) {
    crowd.leave();
    crowd.checkEmpty();
  }
  const held = heldBytes();
  const closed = crowds.reduce((sum, crowd) => sum + crowd.closed, 0);
  console.log(
    `in process: ${count} inputs, ${Math.round(rate)} inputs/s, ${closed} clients closed for what they said, ` +
      `memory ${megabytes(heldBefore)} after ${warmUp}, ${megabytes(held)} at the end`,
  );
  if (held - heldBefore > GROWTH_ALLOWED_BYTES) throw new Error(`memory grew by ${megabytes(held - heldBefore)}`);
}

/** @param {number} count */
async function fuzzOverSockets(count) {
  const inputs = new FuzzInputs(new Random(seed + 1), LIMITS);
  const server = await startServer({ port: 0, maxPayload: LIMITS.maxPayload, maxPending: LIMITS.maxPending });
  const witness = await NatsSocket.connect(server.port);
  let witnessed = 0;
  witness.onMessage = () => {
    witnessed += 1;
  };
  witness.send('SUB fuzz.witness 1\r\n');
  await witness.roundTrip();
  const started = performance.now();
  let next = 0;
  const speak = async () => {
    while (next < count) {
      const number = next++;
      const input = inputs.next();
      current = { number, input };
      await say(server.port, input);
      if (number % 100 === 0) {
        const before = witnessed;
        witness.send('PUB fuzz.witness 2\r\nhi\r\n');
        await witness.roundTrip();
        if (witnessed <= before) throw new Error('a client that did nothing wrong is not served');
      }
    }
  };
  await Promise.all(Array.from({ length: SOCKETS_AT_ONCE }, speak));
  const rate = count / ((performance.now() - started) / 1000);
  await witness.close();
  await server.stop();
  console.log(
    `over sockets: ${count} inputs, ${Math.round(rate)} inputs/s, memory ${megabytes(heldBytes())} at the end ` +
      `(resident ${megabytes(process.memoryUsage.rss())})`,
  );
}

/** Says something to the server over a socket of its own, and waits until the server has closed it. @param {number} port @param {Buffer} input */
async function say(port, input) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  const timer = setTimeout(() => fail(new Error('the server does not let go of a client')), SOCKET_PATIENCE_MS);
  const closed = once(socket, 'close');
  const middle = input.length >> 1;
  socket.write(input.subarray(0, middle));
  await turn();
  socket.end(input.subarray(middle));
  await closed;
  clearTimeout(timer);
}

/** @param {{ password?: string, trace?: State['trace'] }} options @returns {State} */
function createState({ password, trace }) {
  return new ServerState({
    limits: { ...DEFAULT_LIMITS, ...LIMITS },
    requiresAuth: password !== undefined,
    admits: ({ pass }) => password === undefined || pass === password,
    infoFor: () => 'INFO {}\r\n',
    onClosed: () => undefined,
    trace,
  });
}

/** A socket that is none: what is written to it is gone, at once or a turn later. */
class NoSocket extends Duplex {
  remoteAddress = '127.0.0.1';
  remotePort = 1;
  written = 0;
  #isSlow;

  /** @param {boolean} isSlow */
  constructor(isSlow) {
    super({ allowHalfOpen: false });
    this.#isSlow = isSlow;
    this.on('error', () => undefined);
  }

  /** @override @param {Buffer} chunk @param {string} _encoding @param {() => void} done */
  _write(chunk, _encoding, done) {
    this.written += chunk.length;
    if (this.#isSlow) setImmediate(done);
    else done();
  }

  /** @override */
  _read() {}

  setTimeout() {
    return this;
  }
}

/** The clients of one server, one of whom says nothing wrong and must be served whatever the others say. */
class Crowd {
  closed = 0;
  #state;
  #random;
  /** @type {Array<{ client: ServerClient, socket: NoSocket }>} */
  #members = [];
  #nextId = 1;
  #witness;

  /** @param {State} state @param {Random} random */
  constructor(state, random) {
    this.#state = state;
    this.#random = random;
    this.#witness = this.#admit(false);
    this.#members.pop();
    this.#tell('CONNECT {"pass":"s3cret","headers":true}\r\nSUB fuzz.witness 1\r\n');
  }

  /** Lets one of the clients say something, in one chunk or in several. @param {Buffer} input */
  hear(input) {
    const random = this.#random;
    const index = random.below(CLIENTS_AT_ONCE);
    const member = this.#members[index] ?? this.#admit(random.chance(0.3));
    let rest = input;
    while (rest.length > 0) {
      const size = random.chance(0.5) ? rest.length : 1 + random.below(rest.length);
      member.socket.emit('data', rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    if (member.client.isClosed) this.closed += 1;
    if (member.client.isClosed || random.chance(LEAVES)) {
      member.client.close('Client Closed');
      member.socket.destroy();
      this.#members.splice(this.#members.indexOf(member), 1);
    }
  }

  /** Whether the witness still gets what it is sent, and none of the others has been given too much. */
  check() {
    const before = this.#witness.client.traffic.outMessages;
    this.#tell('PUB fuzz.witness 2\r\nhi\r\n');
    if (this.#witness.client.traffic.outMessages <= before)
      throw new Error('a client that did nothing wrong is not served');
    for (const { client } of this.#members) {
      if (client.outbox.pending > 2 * LIMITS.maxPending) throw new Error(`${client.outbox.pending} bytes are pending`);
    }
  }

  /** All but the witness go. */
  leave() {
    for (const { client, socket } of this.#members.splice(0)) {
      client.close('Client Closed');
      socket.destroy();
    }
  }

  checkEmpty() {
    const { size } = this.#state.interest;
    if (size !== 1) throw new Error(`${size - 1} subscriptions of clients that have gone are left`);
    if (this.#state.clients.size !== 1) throw new Error(`${this.#state.clients.size - 1} clients are left`);
  }

  /** @param {boolean} isSlow */
  #admit(isSlow) {
    const socket = new NoSocket(isSlow);
    const client = new Client(this.#nextId++, /** @type {any} */ (socket), this.#state);
    this.#state.clients.add(client);
    const member = { client, socket };
    this.#members.push(member);
    return member;
  }

  /** @param {string} text */
  #tell(text) {
    this.#witness.socket.emit('data', Buffer.from(text));
  }
}

/** @param {unknown} error @returns {never} */
function fail(error) {
  console.error(error instanceof Error ? error.stack : error);
  console.error(`seed ${seed}, input ${current.number}: ${JSON.stringify(current.input.toString('latin1'))}`);
  process.exit(1);
}

console.log(`seed ${seed}`);
await fuzzInProcess(inputCount - socketCount);
await fuzzOverSockets(socketCount);
process.exit(0);
