import { once } from 'node:events';
import { connect } from 'node:net';
import { now } from './nats-client.mjs';

const CONNECT =
  'CONNECT {"verbose":false,"pedantic":false,"protocol":0,"headers":true,"no_responders":true}\r\nPING\r\n';
const PONG = 'PONG\r\n';
/** Written at once. */
const CHUNK_BYTES = 64 * 1024;
/** The number of a request in its reply subject: as long for all, so that all messages are. */
const NUMBER_DIGITS = 8;
const LETTER_M = 0x4d;

/** @type {import('./load.mjs').Run} */
export async function publish({ port, subject, messages, size }) {
  const body = bodyOf(size);
  const connection = await Connection.open(port, 0, () => undefined);
  const frame = Buffer.concat([Buffer.from(`PUB ${subject} `), body]);
  const perChunk = Math.floor(CHUNK_BYTES / frame.length);
  const chunk = Buffer.concat(Array(perChunk).fill(frame));
  const startedMs = now();
  for (let sent = 0; sent < messages; sent += perChunk) {
    const count = Math.min(perChunk, messages - sent);
    const isTaken = connection.socket.write(chunk.subarray(0, count * frame.length));
    if (!isTaken) await once(connection.socket, 'drain');
  }
  await connection.flush();
  const endedMs = now();
  connection.socket.destroy();
  return { count: messages, startedMs, endedMs };
}

/** @type {import('./load.mjs').Listen} */
export async function subscribe({ port, subject, size }) {
  const body = bodyOf(size);
  let count = 0;
  let endedMs = 0;
  const message = `MSG ${subject} 1 `.length + body.length;
  const connection = await Connection.open(port, message, (_bytes, starts) => {
    count += starts.length;
    endedMs = now();
  });
  await connection.subscribe(subject);
  return async () => {
    await connection.flush();
    connection.socket.destroy();
    return { count, startedMs: 0, endedMs };
  };
}

/** @type {import('./load.mjs').Listen} */
export async function respond({ port, subject, size }) {
  const body = bodyOf(size);
  let count = 0;
  const head = `MSG ${subject} 1 `.length;
  const reply = replySubject('00000000').length;
  const message = head + reply + 1 + body.length;
  const frame = Buffer.concat([Buffer.from(`PUB ${replySubject('00000000')} `), body]);
  const connection = await Connection.open(port, message, (bytes, starts) => {
    count += starts.length;
    const replies = Buffer.allocUnsafe(starts.length * frame.length);
    for (const [index, start] of starts.entries()) {
      frame.copy(replies, index * frame.length);
      bytes.copy(replies, index * frame.length + 'PUB '.length, start + head, start + head + reply);
    }
    connection.socket.write(replies);
  });
  await connection.subscribe(subject);
  return async () => {
    await connection.flush();
    connection.socket.destroy();
    return { count, startedMs: 0, endedMs: now() };
  };
}

/** @type {import('./load.mjs').Run} */
export async function request({ port, subject, messages, inFlight, size, replySize }) {
  const body = bodyOf(size);
  let sent = 0;
  let count = 0;
  let finish = () => {};
  const finished = new Promise((resolve) => {
    finish = () => resolve(undefined);
  });
  const message = `MSG ${replySubject('00000000')} 1 `.length + bodyOf(replySize).length;
  const frame = Buffer.concat([Buffer.from(`PUB ${subject} ${replySubject('00000000')} `), body]);
  const numberAt = `PUB ${subject} ${replySubject('')}`.length;
  /** @param {number} most */
  const send = (most) => {
    const requests = Math.min(most, messages - sent);
    const bytes = Buffer.allocUnsafe(requests * frame.length);
    for (let index = 0; index < requests; index++) {
      frame.copy(bytes, index * frame.length);
      bytes.write(String(sent).padStart(NUMBER_DIGITS, '0'), index * frame.length + numberAt, 'latin1');
      sent += 1;
    }
    connection.socket.write(bytes);
  };
  const connection = await Connection.open(port, message, (_bytes, starts) => {
    count += starts.length;
    if (count >= messages) finish();
    else if (sent < messages) send(starts.length);
  });
  await connection.subscribe(replySubject('*'));
  const startedMs = now();
  send(inFlight);
  await Promise.race([finished, once(connection.socket, 'close')]);
  const endedMs = now();
  await connection.flush();
  connection.socket.destroy();
  return { count, startedMs, endedMs };
}

/** What a message ends in. @param {number} size */
function bodyOf(size) {
  return Buffer.from(`${size}\r\n${'x'.repeat(size)}\r\n`);
}

/** @param {string} number */
function replySubject(number) {
  return `_INBOX.perf.${number}`;
}

/** A NATS connection over a plain socket, all messages to which are of one known length. */
class Connection {
  /** @type {import('node:net').Socket} */
  socket;
  #messageBytes;
  #onMessages;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);
  /** @type {(() => void)[]} */
  #awaitPong = [];

  /**
   * @param {number} port
   * @param {number} messageBytes how long a message is as it arrives
   * @param {(bytes: Buffer, starts: readonly number[]) => void} onMessages is told of those in a chunk
   */
  static async open(port, messageBytes, onMessages) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    // INFO, which is one line.
    await once(socket, 'data');
    const connection = new Connection(socket, messageBytes, onMessages);
    await connection.#send(CONNECT);
    return connection;
  }

  /**
   * @param {import('node:net').Socket} socket
   * @param {number} messageBytes
   * @param {(bytes: Buffer, starts: readonly number[]) => void} onMessages
   */
  constructor(socket, messageBytes, onMessages) {
    this.socket = socket;
    this.#messageBytes = messageBytes;
    this.#onMessages = onMessages;
    socket.on('data', (chunk) => this.#read(chunk));
  }

  /** @param {string} subject */
  subscribe(subject) {
    return this.#send(`SUB ${subject} 1\r\nPING\r\n`);
  }

  /** Waits until the server has read all, and all that it had sent before is here. */
  flush() {
    return this.#send('PING\r\n');
  }

  /** @param {string} text ends in a PING */
  async #send(text) {
    this.socket.write(text);
    const answered = new Promise((resolve) => this.#awaitPong.push(() => resolve('answered')));
    const outcome = await Promise.race([answered, once(this.socket, 'close')]);
    if (outcome !== 'answered') throw new Error('the server closed the connection');
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    /** @type {number[]} */
    const starts = [];
    let at = 0;
    let pongs = 0;
    while (at + PONG.length <= bytes.length) {
      if (bytes[at] === LETTER_M) {
        if (at + this.#messageBytes > bytes.length) break;
        starts.push(at);
        at += this.#messageBytes;
        continue;
      }
      const line = bytes.toString('latin1', at, at + PONG.length);
      if (line === PONG) pongs += 1;
      else if (line === 'PING\r\n') this.socket.write(PONG);
      else this.socket.destroy(new Error(`unexpected: ${bytes.toString('latin1', at, at + 80)}`));
      if (this.socket.destroyed) return;
      at += PONG.length;
    }
    this.#rest = bytes.subarray(at);
    if (starts.length > 0) this.#onMessages(bytes, starts);
    for (; pongs > 0; pongs--) this.#awaitPong.shift()?.();
  }
}
