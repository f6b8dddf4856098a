import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** How long a server may take to answer or to close; on a machine at its limit, too. */
const PATIENCE_MS = 20_000;
const PONG = 'PONG\r\n';

/** A socket that says what it is told to, byte for byte, and keeps what it hears. Bytes are latin1 strings. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  #heard = '';
  #pings = 0;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.#heard += text;
    });
    // A server that closes with bytes unread resets the connection.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
    });
  }

  /** Connects, and waits for the server's INFO unless it is not to be waited for. */
  static async connect(port: number, { expectsInfo = true } = {}): Promise<RawClient> {
    const client = new RawClient(connect(port, '127.0.0.1'));
    await once(client.socket, 'connect');
    if (expectsInfo) await client.waitFor((heard) => /^INFO .*\r\n/.test(heard));
    return client;
  }

  /** All that came, INFO first. */
  get heard(): string {
    return this.#heard;
  }

  /** What came after the first INFO, later ones reduced to what is the same in all servers. */
  get answer(): string {
    return this.#heard
      .slice(this.#heard.indexOf('\n') + 1)
      .replace(/^INFO (\{.*\}) *\r$/gm, (_, json) => `INFO ${JSON.stringify(essenceOf(JSON.parse(json)))}\r`);
  }

  /** The first INFO, parsed. */
  get info(): Record<string, unknown> {
    return JSON.parse(this.#heard.slice('INFO '.length, this.#heard.indexOf('\r\n')));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Sends it as it stands: in one write, or byte by byte. */
  async send(text: string, { byByte = false } = {}): Promise<void> {
    this.#pings += text.match(/^ping/gim)?.length ?? 0;
    const bytes = Buffer.from(text, 'latin1');
    if (!byByte) {
      this.socket.write(bytes);
      return;
    }
    for (let index = 0; index < bytes.length && !this.#isClosed; index++) {
      this.socket.write(bytes.subarray(index, index + 1));
      await turn();
    }
  }

  /** Waits until the server has dealt with all that was sent: it then answers a PING, which is left out of the answer. */
  async sync(): Promise<void> {
    this.#pings += 1;
    this.socket.write('PING\r\n');
    await this.waitFor((heard) => (heard.match(/^PONG\r\n/gm)?.length ?? 0) >= this.#pings);
    const at = this.#heard.lastIndexOf(PONG);
    this.#heard = this.#heard.slice(0, at) + this.#heard.slice(at + PONG.length);
    this.#pings -= 1;
  }

  /** Waits for what is to come; rejects with what came where it does not. */
  async waitFor(isThere: (heard: string) => boolean): Promise<void> {
    await within(`nothing more came after ${JSON.stringify(this.#heard)}`, (resolve, reject) => {
      const look = (): void => {
        if (isThere(this.#heard)) resolve();
        else if (this.#isClosed) reject(new Error(`closed after ${JSON.stringify(this.#heard)}`));
      };
      this.socket.on('data', look).on('close', look);
      look();
      return () => this.socket.off('data', look).off('close', look);
    });
  }

  /** Waits until the server has closed. */
  async closed(): Promise<void> {
    await within(`still open after ${JSON.stringify(this.#heard)}`, (resolve) => {
      if (this.#isClosed) resolve();
      this.socket.on('close', resolve);
      return () => this.socket.off('close', resolve);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    const closed = once(this.socket, 'close');
    this.socket.destroy();
    await closed;
  }
}

async function within(
  complaint: string,
  start: (resolve: () => void, reject: (error: Error) => void) => () => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(complaint)), PATIENCE_MS);
      stop = start(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    stop?.();
  }
}

function essenceOf(info: Record<string, unknown>): Record<string, unknown> {
  const { proto, headers, max_payload, auth_required, tls_required, tls_verify, connect_info, ldm } = info;
  return { proto, headers, max_payload, auth_required, tls_required, tls_verify, connect_info, ldm };
}
