import { once } from 'node:events';
import { connect } from 'node:net';

const LF = 0x0a;
const M = 0x4d;
const H = 0x48;
const PONG = Buffer.from('PONG\r\n');

/**
 * A NATS client of the least code, so that a load is that of the server and not of a library.
 *
 * @typedef {(sid: string, bytes: Buffer, start: number, end: number) => void} OnMessage the payload in `bytes`,
 *   headers included, valid during the call
 */
export class NatsSocket {
  /** What the server complained of. @type {string[]} */
  errors = [];
  /** @type {OnMessage} */
  onMessage = () => undefined;
  /** Told of what comes, where messages need not be read. @type {((count: number) => void) | undefined} */
  onBytes;
  #socket;
  /** @type {Buffer} */
  #rest = Buffer.alloc(0);
  /** @type {Array<{ resolve: () => void, reject: (error: Error) => void }>} */
  #waiting = [];
  #closed;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(/** @type {Buffer} */ (chunk)));
    socket.on('error', (error) => this.errors.push(error.message));
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    this.#closed.then(() => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`closed: ${this.errors.join('; ')}`));
    });
  }

  /**
   * @param {number} port
   * @param {object} [options] what stands in CONNECT
   */
  static async connect(port, options = {}) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const client = new NatsSocket(socket);
    client.send(`CONNECT ${JSON.stringify({ verbose: false, protocol: 1, headers: true, ...options })}\r\n`);
    await client.roundTrip();
    return client;
  }

  get isClosed() {
    return this.#socket.destroyed;
  }

  /** @param {string | Buffer} bytes @returns {boolean} whether it takes more */
  send(bytes) {
    return this.#socket.write(bytes);
  }

  /** Settles when the server has dealt with all that was sent; all messages of until then have come. */
  async roundTrip() {
    if (this.isClosed) throw new Error(`closed: ${this.errors.join('; ')}`);
    /** @type {Promise<void>} */
    const answered = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.send('PING\r\n');
    await answered;
  }

  /** Goes without a word. */
  async drop() {
    this.#socket.resetAndDestroy();
    await this.#closed;
  }

  /** Ends its side, and waits for the other. */
  async close() {
    this.#socket.end();
    await this.#closed;
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    if (this.onBytes !== undefined) {
      this.onBytes(chunk.length);
      // Nothing is read but the answer to a round trip that comes last.
      if (chunk.subarray(-PONG.length).equals(PONG)) this.#waiting.shift()?.resolve();
      return;
    }
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const lineEnd = bytes.indexOf(LF, at);
      if (lineEnd === -1) break;
      const line = bytes.toString('latin1', at, lineEnd - 1);
      if (bytes[at] === M || bytes[at] === H) {
        const args = line.split(' ');
        const payloadStart = lineEnd + 1;
        const payloadEnd = payloadStart + Number(args.at(-1));
        if (payloadEnd + 2 > bytes.length) break;
        this.onMessage(/** @type {string} */ (args[2]), bytes, payloadStart, payloadEnd);
        at = payloadEnd + 2;
        continue;
      }
      at = lineEnd + 1;
      if (line === 'PONG') this.#waiting.shift()?.resolve();
      else if (line.startsWith('-ERR')) this.errors.push(line);
    }
    this.#rest = bytes.subarray(at);
  }
}
