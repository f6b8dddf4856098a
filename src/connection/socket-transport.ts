import { connect as connectSocket, type Socket } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { ConnectionOptions } from 'nats';
import { setTransportFactory, type Transport } from 'nats/lib/nats-base-client/transport.js';
import { MalformedMessage } from '../protocol/message-line.js';
import { VERSION } from '../version.js';
import { loadAuthenticator } from './credentials.js';
import type { Dial, DialStage, Session } from './dial.js';
import { closedByServer, LastingError } from './dial-failure.js';
import { readGreeting } from './greeting.js';
import type { PlannedTls } from './plan.js';
import type { ProtocolTrace } from './protocol-trace.js';
import { hostPort } from './server-url.js';
import { loadTlsOptions } from './tls-options.js';

type Server = Parameters<Transport['connect']>[0];

/** nats.js hands its options to each transport; the session travels in them. */
export interface SessionOptions extends ConnectionOptions {
  readonly session: Session;
}

/** As much is kept of what a server says that is none. */
const SAID_BYTES = 80;
/** What the parser of nats.js throws at bytes that are not the protocol. */
const PARSE_ERROR = /^(parse error|process\w*MsgArgs .*) \[\d+\]: /;

/**
 * Carries the protocol of one nats.js connection over one TCP or TLS socket.
 *
 * The client's own transport is not used: it leaves a socket open that timed out, gives credentials to
 * whichever server it reaches, takes the end of a login for a reason to wait until the time-out, and tells a
 * refused one as a refused connection where the server closes fast.
 */
class SocketTransport implements Transport {
  // What an operator reads in the server's list of connections.
  readonly lang = 'natsctl';
  readonly version = VERSION;
  closeError?: Error;
  #resolveClosed: (error?: Error) => void = () => undefined;
  readonly #closed = new Promise<Error | undefined>((resolve) => {
    this.#resolveClosed = resolve;
  });
  #session: Session | undefined;
  #dial: Dial | undefined;
  #socket: Socket | undefined;
  #trace: ProtocolTrace | undefined;
  #encrypted = false;
  #done = false;

  get isClosed(): boolean {
    return this.#done;
  }

  isEncrypted(): boolean {
    return this.#encrypted;
  }

  async connect(server: Server, options: ConnectionOptions): Promise<void> {
    const { session } = options as SessionOptions;
    const dial = session.beginDial(server.hostname, server.port);
    this.#session = session;
    this.#dial = dial;
    try {
      if (session.plan.trace !== undefined) {
        const { createProtocolTrace } = await import('./protocol-trace.js');
        this.#trace = createProtocolTrace(session.plan.trace);
      }
      session.authenticator = await loadAuthenticator(dial.server.auth);
      await this.#open(server, dial, session);
    } catch (error) {
      dial.error ??= error;
      this.#destroy();
      throw error;
    }
  }

  async #open(server: Server, dial: Dial, session: Session): Promise<void> {
    const { tls } = session.plan;
    const peer = { hostname: server.hostname, tlsName: dial.server.tlsName ?? server.tlsName };
    const tlsOptions = tls || dial.server.tls ? await loadTlsOptions(tls, peer) : undefined;
    this.#keep(connectSocket({ host: server.hostname, port: server.port, noDelay: true }));
    this.#enter('socket');
    await this.#until('connect');
    this.#trace?.note(`connected to ${hostPort({ host: server.hostname, port: server.port })}`);
    if (tls?.first) await this.#encrypt(tlsOptions ?? {});
    this.#enter('greeting');
    const greeting = await readGreeting(this.#socket as Socket, (received) => {
      dial.saidInstead = Buffer.from(received).toString('latin1', 0, SAID_BYTES);
      this.#trace?.received(received);
    });
    dial.info = greeting.info;
    dial.lacksCertificate = greeting.info.tls_verify === true && tls?.certificate === undefined;
    const staysAsItIs = this.#encrypted || !(tlsOptions || greeting.info.tls_required);
    // What else came in plain may be anybody's.
    const said = staysAsItIs ? greeting.received : greeting.line;
    this.#trace?.received(said);
    if (!staysAsItIs) {
      requireOffer(greeting.info, tls);
      await this.#encrypt(tlsOptions ?? (await loadTlsOptions(undefined, peer)));
    }
    this.#carry(dial, session, said);
  }

  #enter(stage: DialStage): void {
    const dial = this.#dial as Dial;
    dial.stage = stage;
    this.#session?.onStage(dial, this.#socket as Socket);
  }

  #keep(socket: Socket): void {
    this.#socket = socket;
    // It may come while nobody waits for it; what is tried next tells of it.
    socket.on('error', (error) => {
      this.closeError ??= error;
    });
    if (this.#done) socket.destroy();
  }

  /** Waits for an event of the socket; its end is the rejection. */
  async #until(event: 'connect' | 'secureConnect'): Promise<void> {
    const socket = this.#socket as Socket;
    await new Promise<void>((resolve, reject) => {
      const onEvent = (): void => {
        socket.off('close', onClose);
        resolve();
      };
      const onClose = (): void => reject(this.closeError ?? closedByServer());
      socket.once(event, onEvent).once('close', onClose);
    });
  }

  async #encrypt(options: TlsOptions): Promise<void> {
    this.#enter('tls');
    const { connect: connectTls } = await import('node:tls');
    const socket = this.#socket as Socket;
    if (socket.destroyed) throw this.closeError ?? closedByServer();
    const secure = connectTls({ ...options, socket });
    this.#keep(secure);
    await this.#until('secureConnect');
    this.#trace?.note(`encrypted: ${secure.getProtocol()}, ${secure.getCipher().standardName}`);
    this.#encrypted = true;
  }

  /** From here on nats.js speaks and listens: it answers the greeting with the login. */
  #carry(dial: Dial, session: Session, greeting: Buffer): void {
    const socket = this.#socket as Socket;
    this.#enter('login');
    session.tap?.beginSocket();
    // nats.js has put the login's own at the head of those that wait for a PONG.
    session.protocol.pongs[0]?.then(
      () => {
        session.dialSucceeded(dial);
        session.onStage(dial, socket);
        session.outlet.hold(socket, (bytes) => this.send(bytes));
        session.brake.hold(socket, session.protocol);
      },
      () => undefined,
    );
    socket.on('data', (chunk: Buffer) => {
      this.#trace?.received(chunk);
      this.#receive(chunk);
    });
    socket.once('close', () => this.#finish(this.closeError));
    // CONNECT and PING in one packet: a server that closes at the first leaves no second one unread, whose
    // reset could overtake its reason.
    socket.cork();
    this.#receive(greeting);
    socket.uncork();
    socket.resume();
  }

  /** Has the bytes parsed as they come, so that what came before the socket's end is known at its end. */
  #receive(chunk: Buffer): void {
    const { protocol, tap } = this.#session as Session;
    const dial = this.#dial as Dial;
    const { lastError } = protocol;
    try {
      if (tap === undefined) protocol.parser.parse(chunk);
      else tap.read(chunk);
    } catch (error) {
      // The parser is left in the middle of something.
      this.#finish(new LastingError('this is not a NATS server'));
      if (!isParseError(error)) throw error;
    }
    if (dial.stage === 'login' && protocol.lastError !== lastError) {
      dial.serverError = protocol.lastError?.message.replace(/^'(.*)'$/, '$1');
    }
  }

  /** Nothing is left to iterate over: {@link SocketTransport.#receive} hands on what comes. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {}

  send(frame: Uint8Array): void {
    // A failed write shows as the socket's error and end.
    if (this.#done) return;
    this.#trace?.sent(frame);
    this.#socket?.write(frame);
  }

  /** nats.js calls it at the end of each dial that failed, and at the connection's own end. */
  async close(error?: Error): Promise<void> {
    const dial = this.#dial;
    this.#finish(error);
    if (dial === undefined || dial.stage === 'ready') return;
    dial.error ??= error;
    this.#session?.onDialFailed(dial);
  }

  disconnect(): void {
    this.#finish(undefined);
  }

  closed(): Promise<Error | undefined> {
    return this.#closed;
  }

  discard(): void {
    // Nothing is kept beyond the socket's end.
  }

  #finish(error: Error | undefined): void {
    if (this.#done) return;
    this.#destroy();
    const dial = this.#dial;
    const session = this.#session;
    if (dial === undefined || session === undefined) return;
    if (dial.stage === 'ready') {
      if (error !== undefined) this.closeError = error;
      this.#resolveClosed(error);
    } else if (dial.stage === 'login') {
      // nats.js waits for the PONG alone.
      dial.error ??= error ?? closedByServer();
      session.protocol.connectError?.(dial.error as Error);
    }
  }

  #destroy(): void {
    if (!this.#done && this.#dial?.stage !== 'socket') this.#trace?.note('closed');
    this.#done = true;
    this.#socket?.destroy();
  }
}

function isParseError(error: unknown): boolean {
  return error instanceof MalformedMessage || (error instanceof Error && PARSE_ERROR.test(error.message));
}

/** @throws LastingError where TLS is wanted and the server has none */
function requireOffer(
  info: { readonly tls_required?: boolean; readonly tls_available?: boolean },
  tls?: PlannedTls,
): void {
  if (info.tls_required || info.tls_available) return;
  const flags =
    tls === undefined ? 'write nats:// to speak to it in plain' : 'leave the --tls flags out to speak in plain';
  throw new LastingError('the server does not offer TLS', flags);
}

/** Has nats.js carry every connection over this transport; done by the connection module before it connects. */
export function useSocketTransport(): void {
  setTransportFactory({ factory: () => new SocketTransport(), defaultPort: 4222 });
}
