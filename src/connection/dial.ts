import type { Socket } from 'node:net';
import type { Authenticator } from 'nats';
import type { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';
import type { Auth } from './auth.js';
import type { ServerInfo } from './greeting.js';
import type { MessageTap } from './message-tap.js';
import { Outlet } from './outlet.js';
import type { ConnectionPlan, PlannedServer } from './plan.js';
import { ReadingBrake } from './reading-brake.js';
import { formatServer } from './server-url.js';

/** How far a dial got: the next thing awaited is the socket, the greeting, the TLS handshake, or the login's PONG. */
export type DialStage = 'socket' | 'greeting' | 'tls' | 'login' | 'ready';

/** What is known of one try to connect to one server. nats.js keeps but one error of all tries, and not always the true one. */
export interface Dial {
  readonly server: PlannedServer;
  readonly timeoutMs: number;
  stage: DialStage;
  /** What ended it on our side or the network's. */
  error: unknown;
  /** What the server said in `-ERR '…'` before it let us in. */
  serverError: string | undefined;
  /** The greeting asks for a client certificate, and there is none to show. */
  lacksCertificate: boolean;
  /** What the server says of itself, once it has greeted. */
  info: ServerInfo | undefined;
  /** The start of what it says in place of a greeting. */
  saidInstead: string | undefined;
}

/**
 * Is told of each dial when it reaches its next stage, with the socket in use: from `tls` to the next one that is
 * the encrypted one.
 */
export type DialObserver = (dial: Dial, socket: Socket) => void;

/** Enough to explain a failure; a pool that reconnects for days must not remember every dial. */
const DIALS_KEPT = 16;

/** What the transport and the connection over it share: the plan, the dials, and the epoch. */
export class Session {
  readonly plan: ConnectionPlan;
  readonly dials: Dial[] = [];
  readonly brake = new ReadingBrake();
  readonly outlet = new Outlet();
  /** Where messages are taken ahead of nats.js. */
  tap: MessageTap | undefined;
  authenticator: Authenticator = () => undefined;
  /** Called after each dial that failed. */
  onDialFailed: (dial: Dial) => void = () => undefined;
  readonly onStage: DialObserver;
  #protocol: ProtocolHandler | undefined;
  #closed = false;
  #epoch = 0;
  #auth: Auth;

  constructor(plan: ConnectionPlan, onStage: DialObserver = () => undefined) {
    this.plan = plan;
    this.onStage = onStage;
    this.#auth = plan.auth;
  }

  /** The client's protocol handler, which makes its transports after it was made itself. */
  get protocol(): ProtocolHandler {
    if (this.#protocol === undefined) throw new Error('the session has no protocol handler yet');
    return this.#protocol;
  }

  set protocol(protocol: ProtocolHandler) {
    this.#protocol = protocol;
  }

  /**
   * Counts dials. nats.js throws its outbound buffer away at each, so what was published in one epoch has reached
   * the server only if a flush was answered in the same one.
   */
  get epoch(): number {
    return this.#epoch;
  }

  /** No dial begins from here on: nats.js may be about to start one as it is closed. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Starts the record of a dial. A server that only the cluster made known is told what the last one was told.
   *
   * @throws Error where the session is closed
   */
  beginDial(host: string, port: number): Dial {
    if (this.#closed) throw new Error('the connection is closed');
    this.#epoch += 1;
    const planned = this.plan.servers.find((server) => server.host === host && server.port === port);
    const dial: Dial = {
      server: planned ?? { host, port, tls: this.plan.servers.some(({ tls }) => tls), auth: this.#auth },
      timeoutMs: this.protocol.options.timeout ?? this.plan.timeoutMs,
      stage: 'socket',
      error: undefined,
      serverError: undefined,
      lacksCertificate: false,
      info: undefined,
      saidInstead: undefined,
    };
    this.dials.push(dial);
    if (this.dials.length > DIALS_KEPT) this.dials.shift();
    return dial;
  }

  dialSucceeded(dial: Dial): void {
    dial.stage = 'ready';
    this.#auth = dial.server.auth;
    this.dials.length = 0;
  }
}

export function nameOf(dial: Dial): string {
  return formatServer(dial.server);
}
