import type { Socket } from 'node:net';
import {
  type CommandHandler,
  CommandParser,
  type ParseProblem,
  type PublishFrame,
} from '../protocol/command-parser.js';
import { type ConnectOptions, DEFAULT_CONNECT_OPTIONS, readConnectOptions } from './connect-options.js';
import { describeMessage, describePublish, tailWithoutHeaders } from './frame-texts.js';
import { Outbox } from './outbox.js';
import { endOf } from './problem-end.js';
import type { ServerState } from './server-state.js';
import { findReserved, isLiteral, isSubscribable, RESERVED_QUEUE } from './subject-rules.js';
import type { Subscription } from './subscription.js';
import { noTraffic } from './traffic.js';

const PONG = Buffer.from('PONG\r\n');
const PING = Buffer.from('PING\r\n');
const OK = Buffer.from('+OK\r\n');
const MSG = Buffer.from('MSG ');
const HMSG = Buffer.from('HMSG ');
const LETTER_C = 0x63;

/** One connection to the server: reads what the client says, and holds what is on its way to it. */
export class Client implements CommandHandler {
  readonly id: number;
  readonly started = new Date();
  readonly traffic = noTraffic();
  readonly subscriptions = new Map<string, Subscription>();
  readonly outbox: Outbox;
  readonly socket: Socket;
  /** Where it is; of a socket that has ended nobody knows any more. */
  readonly address: { readonly ip: string | undefined; readonly port: number | undefined };
  options: ConnectOptions = DEFAULT_CONNECT_OPTIONS;
  /** Whether the server already has it on its list of those to send to. */
  isDirty = false;
  lastActivity = Date.now();
  readonly #state: ServerState;
  readonly #parser: CommandParser;
  /** Whether nothing but CONNECT may come: credentials are asked for, and were not shown yet. */
  #mustConnect: boolean;
  #hasSpoken = false;
  #hasConnected = false;
  #hasPonged = false;
  #pingsOut = 0;
  #isClosed = false;
  /** Until CONNECT, or where it is closed until its end, how long that may take. */
  #timer: NodeJS.Timeout | undefined;

  constructor(id: number, socket: Socket, state: ServerState) {
    this.id = id;
    this.socket = socket;
    this.address = { ip: socket.remoteAddress, port: socket.remotePort };
    this.#state = state;
    this.outbox = new Outbox(socket, state.slabs);
    this.#parser = new CommandParser(this, state.limits);
    this.#mustConnect = state.requiresAuth;
    if (state.requiresAuth) {
      this.#timer = setTimeout(
        () => this.closeWithError('Authentication Timeout', 'Authentication Timeout'),
        state.limits.authTimeoutMs,
      );
    }
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.close('Client Closed'));
    socket.on('close', () => {
      this.close('Client Closed');
      clearTimeout(this.#timer);
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #read(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.lastActivity = Date.now();
    // As nats-server does, at the first byte. What else starts so is no operation.
    if (this.#mustConnect && !this.#hasSpoken && ((chunk[0] as number) | 0x20) !== LETTER_C) {
      this.#refuse();
      return;
    }
    this.#hasSpoken = true;
    this.#parser.parse(chunk);
    this.#state.holdBack(this);
  }

  // What the client says.

  onConnect(json: string): void {
    this.#state.trace?.(this.id, 'in', `CONNECT ${json}`);
    clearTimeout(this.#timer);
    const options = readConnectOptions(json, this.options);
    if (options === undefined) {
      this.close('Protocol Violation', ': CONNECT with options that cannot be read');
      return;
    }
    this.options = options;
    if (this.#hasConnected) this.#removeSubscriptions();
    this.#hasConnected = true;
    if (!this.#state.admits(options) || options.account || options.new_account) {
      this.#refuse();
      return;
    }
    this.#mustConnect = false;
    const { protocol = 0 } = options;
    if (protocol < 0 || protocol > 1) this.closeWithError('invalid client protocol', 'Bad Client Protocol Version');
    else if (options.no_responders && !options.headers) {
      this.closeWithError('no responders requires headers support', 'No Responders Requires Headers');
    } else if (options.verbose) this.send(OK);
  }

  /** For the parser: without them an HPUB is no command. */
  get acceptsHeaders(): boolean {
    return this.options.headers === true;
  }

  onPublish(frame: PublishFrame): void {
    this.traffic.inMessages += 1;
    this.traffic.inBytes += frame.size;
    this.#state.trace?.(this.id, 'in', describePublish(frame));
    if (this.options.pedantic && !isLiteral(frame)) this.sendError('Invalid Publish Subject');
    const reserved = findReserved(frame);
    if (reserved !== undefined) {
      const { bytes, replyStart, replyEnd } = frame;
      if (reserved === 'subject') this.sendError(`Permissions Violation for Publish to "${subjectOf(frame)}"`);
      else {
        const reply = bytes.toString('latin1', replyStart, replyEnd);
        this.sendError(`Permissions Violation for Publish with Reply of "${reply}"`);
      }
      return;
    }
    if (this.options.verbose) this.send(OK);
    this.#state.publish(this, frame);
  }

  onSubscribe(subject: string, queue: string | undefined, sid: string): void {
    this.#state.trace?.(this.id, 'in', ['SUB', subject, queue, sid].filter(Boolean).join(' '));
    if (queue === RESERVED_QUEUE) {
      this.sendError(`Permissions Violation for Subscription to "${subject}" using queue "${queue}"`);
      return;
    }
    if (!this.subscriptions.has(sid)) {
      if (!isSubscribable(subject)) {
        this.sendError('Invalid Subject');
        return;
      }
      const sidBytes = Buffer.from(`${sid} `, 'latin1');
      const subscription: Subscription = { client: this, subject, queue, sid, sidBytes, delivered: 0, max: 0 };
      this.subscriptions.set(sid, subscription);
      this.#state.interest.add(subscription);
    }
    if (this.options.verbose) this.send(OK);
  }

  onUnsubscribe(sid: string, max: number | undefined): void {
    this.#state.trace?.(this.id, 'in', ['UNSUB', sid, max].filter(Boolean).join(' '));
    const subscription = this.subscriptions.get(sid);
    if (subscription !== undefined) {
      if (max !== undefined && max > subscription.delivered) subscription.max = max;
      else this.removeSubscription(subscription);
    }
    if (this.options.verbose) this.send(OK);
  }

  onPing(): void {
    this.#state.trace?.(this.id, 'in', 'PING');
    this.send(PONG);
    if (this.#hasPonged || !this.#hasConnected) return;
    this.#hasPonged = true;
    // Clients that understand a later INFO are told once that they are connected.
    if ((this.options.protocol ?? 0) >= 1) this.send(Buffer.from(this.#state.infoFor(this, { connect_info: true })));
  }

  onPong(): void {
    this.#state.trace?.(this.id, 'in', 'PONG');
    this.#pingsOut = 0;
  }

  onProblem(problem: ParseProblem): void {
    const { text, reason, detail } = endOf(problem);
    if (text !== undefined) this.sendError(text);
    this.close(reason, detail);
  }

  #refuse(): void {
    this.closeWithError('Authorization Violation', 'Authentication Failure');
  }

  // What goes to the client.

  /** Puts a message on its way. @returns whether it is; a client that has fallen too far behind is closed instead */
  deliver(subscription: Subscription, frame: PublishFrame): boolean {
    if (this.#isClosed || (subscription.max > 0 && subscription.delivered >= subscription.max)) return false;
    subscription.delivered += 1;
    let { bytes, tailStart, end, size } = frame;
    let word = MSG;
    if (frame.headerSize >= 0) {
      if (frame.headerSize > 0 && this.options.headers) word = HMSG;
      else {
        // One that does not know of headers gets the body alone.
        bytes = tailWithoutHeaders(frame);
        tailStart = 0;
        end = bytes.length;
        size -= frame.headerSize;
      }
    }
    this.traffic.outMessages += 1;
    this.traffic.outBytes += size;
    this.#state.trace?.(
      this.id,
      'out',
      describeMessage({ sid: subscription.sid, takesHeaders: this.acceptsHeaders }, frame),
    );
    if (bytes === frame.bytes) {
      this.outbox.addMessage(word, bytes, frame.subjectStart, frame.subjectEnd, subscription.sidBytes, tailStart, end);
    } else {
      this.outbox.add(
        Buffer.concat([
          word,
          frame.bytes.subarray(frame.subjectStart, frame.subjectEnd + 1),
          subscription.sidBytes,
          bytes,
        ]),
      );
    }
    this.#state.markDirty(this);
    if (this.outbox.pending > this.#state.limits.maxPending) {
      this.#closeAsSlow();
      return false;
    }
    if (subscription.max > 0 && subscription.delivered >= subscription.max) this.removeSubscription(subscription);
    return true;
  }

  send(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#state.trace?.(this.id, 'out', bytes.toString('utf8'));
    this.outbox.add(bytes);
    this.#state.markDirty(this);
    if (this.outbox.pending > this.#state.limits.maxPending) this.#closeAsSlow();
  }

  #closeAsSlow(): void {
    this.#state.slowConsumers += 1;
    this.close('Slow Consumer (Pending Bytes)', `: more than ${this.#state.limits.maxPending} bytes pending`);
  }

  sendError(text: string): void {
    this.send(Buffer.from(`-ERR '${text}'\r\n`, 'latin1'));
  }

  /** Asks whether the client is there, unless it was heard lately. Closes one that has not answered the last times. */
  checkAlive(now: number): void {
    if (now - this.lastActivity < this.#state.limits.pingIntervalMs) return;
    if (this.#pingsOut + 1 > this.#state.limits.maxPingsOut) {
      this.#state.staleConnections += 1;
      this.closeWithError('Stale Connection', 'Stale Connection');
      return;
    }
    this.#pingsOut += 1;
    this.send(PING);
  }

  removeSubscription(subscription: Subscription): void {
    if (this.subscriptions.delete(subscription.sid)) this.#state.interest.remove(subscription);
  }

  closeWithError(text: string, reason: string, detail = ''): void {
    this.sendError(text);
    this.close(reason, detail);
  }

  /** The server ends: tells a client that knows of later INFOs, and closes. */
  bidFarewell(): void {
    if ((this.options.protocol ?? 0) >= 1) this.send(Buffer.from(this.#state.infoFor(this, { ldm: true })));
    this.close('Server Shutdown');
  }

  #removeSubscriptions(): void {
    for (const subscription of [...this.subscriptions.values()]) this.removeSubscription(subscription);
  }

  /**
   * Ends the connection; what is on its way is still sent as far as the client takes it.
   *
   * @param reason in nats-server's words, as its pages show it of a closed connection
   */
  close(reason: string, detail = ''): void {
    if (this.#isClosed) return;
    this.outbox.flush();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#parser.stop();
    this.#state.forget(this, reason, detail);
    this.#removeSubscriptions();
    if (reason.startsWith('Slow Consumer')) {
      this.socket.destroy();
      return;
    }
    this.socket.end();
    // What it still says is read and dropped: to close with bytes unread would take the last words from it.
    this.socket.resume();
    // One that never reads, or never ends its side, is not waited for.
    this.#timer = setTimeout(() => this.socket.destroy(), this.#state.limits.closeTimeoutMs);
    if (this.socket.destroyed) clearTimeout(this.#timer);
  }
}

function subjectOf({ bytes, subjectStart, subjectEnd }: PublishFrame): string {
  return bytes.toString('latin1', subjectStart, subjectEnd);
}
