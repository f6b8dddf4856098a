import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NatsConnection, Status } from 'nats';
import type { NatsConnectionImpl } from 'nats/lib/nats-base-client/nats.js';
import type { CliError } from '../errors.js';
import type { MessageTaker } from '../protocol/message-cutter.js';
import { type Denial, denialError, lostError, readDenial } from './client-errors.js';
import { type Dial, nameOf, type Session } from './dial.js';
import { explainDialFailure, isRefusal } from './dial-failure.js';
import { MessageTap } from './message-tap.js';
import type { ConnectionPlan } from './plan.js';
import { formatServer } from './server-url.js';

/** How a connection came to be without its server. */
export interface Disconnect {
  /** What the server said before it closed the connection, if it did. */
  readonly complaint: string | undefined;
  /** While reading was paused, or just after: the server ends a connection that takes nothing for long. */
  readonly tooSlow: boolean;
}

/** What an open connection tells besides messages. */
export interface ConnectionEvents {
  disconnected: [disconnect: Disconnect];
  reconnected: [server: string];
  denied: [denial: Denial];
  /** It will not be reconnected as things are, such as a file of credentials that is gone; once an outage. */
  hindered: [reason: CliError];
}

/** An open connection: nats.js's own, with what it leaves out. Its owner closes it. */
export interface Connection {
  readonly nats: NatsConnection;
  readonly plan: ConnectionPlan;
  readonly events: EventEmitter<ConnectionEvents>;
  /** The server in use, without credentials. */
  server(): string;
  /** Whether a server is there now; what is sent while none is will be thrown away at the next dial. */
  isConnected(): boolean;
  /** Take it before publishing and hand it to {@link Connection.confirm}. */
  epoch(): number;
  /**
   * Sends frames of the client protocol as they are, for what sends more than nats.js should hold. They come before
   * a {@link Connection.confirm} that follows, and perhaps before what nats.js was given in this turn of the loop.
   *
   * @param frames whole ones; not to be changed before {@link Connection.unsentBytes} was 0
   * @returns a promise only where the server is behind; it resolves when it has caught up, or is gone
   * @throws CliError `connection` where the connection was lost since `since`: nothing of the frames is sent
   */
  send(frames: Uint8Array, since: number): Promise<void> | undefined;
  /** What of the frames sent has not been handed to the system yet. */
  unsentBytes(): number;
  /**
   * Subscribes as nats.js does, over reconnects too, and takes the messages as they stand in what the socket gives,
   * before nats.js reads them. The server is asked at once: before frames that are sent next.
   *
   * @returns ends it
   */
  takeMessages(subject: string, queue: string | undefined, taker: MessageTaker): () => void;
  /**
   * Waits until the server has taken all that was sent since `since`: a round trip with no disconnect in it.
   *
   * @throws CliError `connection` where the connection was lost meanwhile: what was sent may be lost with it;
   *   `authorization` where the server denied a subject since the last call
   */
  confirm(since?: number): Promise<void>;
  /**
   * Reads no more from the server until {@link Connection.resumeReading}, also over a reconnect. Up to 64 KiB that
   * were read already are still handed on. Harmless when repeated.
   */
  pauseReading(): void;
  resumeReading(): void;
  /** Resolves when the connection is closed: with the reason where that was not our doing. */
  readonly closed: Promise<CliError | undefined>;
  /** Closes at once; what was not confirmed may be lost. */
  close(): Promise<void>;
}

/** A server that reads its configuration anew may refuse once what it takes a moment later. */
const REFUSALS_IN_A_ROW = 2;

/** Makes a client that has just connected a {@link Connection}. */
export function openConnection(nats: NatsConnectionImpl, session: Session, plan: ConnectionPlan): Connection {
  const { brake, outlet, protocol } = session;
  const events = new EventEmitter<ConnectionEvents>().setMaxListeners(0);
  let denial: Denial | undefined;
  let reason: CliError | undefined;
  let complaint: { readonly epoch: number; readonly text: string | undefined } | undefined;
  let isHindered = false;

  const server = (): string => {
    const [host, port] = splitHostPort(nats.getServer());
    const planned = plan.servers.find((candidate) => candidate.host === host && candidate.port === port);
    return formatServer({ host, port, tls: planned?.tls ?? false });
  };

  const hear = (status: Status): void => {
    // nats.js types `type` as an enum of its own; its values are the contract.
    const type: string = status.type;
    if (type === 'disconnect') {
      isHindered = false;
      events.emit('disconnected', { complaint: complaintSince(session.epoch), tooSlow: brake.explainsAnEnd });
    } else if (type === 'reconnect') events.emit('reconnected', server());
    else if (type === 'error' && status.permissionContext !== undefined) {
      denial = readDenial(status.permissionContext);
      events.emit('denied', denial);
    } else if (type === 'error') complaint = { epoch: session.epoch, text: protocol.lastError?.message };
  };
  const complaintSince = (epoch: number): string | undefined =>
    complaint !== undefined && complaint.epoch >= epoch ? complaint.text : undefined;
  void (async () => {
    for await (const status of protocol.status()) {
      for (const listener of nats.listeners) listener.push(status);
      hear(status);
    }
  })();

  const tellHindrance = (dial: Dial): void => {
    const failure = explainDialFailure(plan, [dial], dial.error);
    if (failure.mayPass || failure.kind === 'authorization' || isHindered) return;
    isHindered = true;
    events.emit('hindered', failure);
  };

  session.onDialFailed = (dial) => {
    if (nats.isClosed()) return;
    if (!isRefusedForGood(dial, session.dials)) {
      tellHindrance(dial);
      return;
    }
    reason = explainDialFailure(plan, session.dials, dial.error);
    void nats.close();
  };
  const closed = nats.closed().then((error) => {
    brake.release();
    // nats.js leaves those who wait for a PONG waiting.
    protocol.resetOutbound();
    return reason ?? (error instanceof Error ? explainDialFailure(plan, session.dials, error) : undefined);
  });

  return {
    nats: nats as NatsConnection,
    plan,
    events,
    server,
    isConnected: () => protocol.connected,
    epoch: () => session.epoch,
    send(frames, since) {
      if (!protocol.connected || session.epoch !== since) throw lostError(plan, undefined, complaintSince(since));
      return outlet.write(frames);
    },
    unsentBytes: () => outlet.unsentBytes,
    takeMessages(subject, queue, taker) {
      session.tap ??= new MessageTap(protocol);
      const { tap } = session;
      // That it is denied is told by an event.
      const callback = (): void => undefined;
      const subscription = nats.subscribe(subject, queue === undefined ? { callback } : { queue, callback });
      const sid = subscription.getID();
      tap.add(sid, taker);
      // Written at once, and not in a turn of its own.
      nats.flush().catch(() => undefined);
      return () => {
        tap.remove(sid);
        if (!subscription.isClosed()) subscription.unsubscribe();
      };
    },
    async confirm(since = session.epoch) {
      try {
        await nats.flush();
      } catch (error) {
        throw (nats.isClosed() ? await closed : undefined) ?? lostError(plan, error, complaintSince(since));
      }
      // nats.js tells of a denial through an iterator, a turn of the loop after the flush that followed it.
      await nextTurn();
      if (denial !== undefined) {
        const denied = denialError(denial);
        denial = undefined;
        throw denied;
      }
      if (session.epoch !== since) throw lostError(plan, undefined, complaintSince(since));
    },
    pauseReading() {
      if (!nats.isClosed()) brake.pause();
    },
    resumeReading: () => brake.resume(),
    closed,
    async close() {
      session.close();
      await nats.close();
    },
  };
}

/** Whether the same server has now refused us as often as says that it means it. */
function isRefusedForGood(dial: Dial, dials: readonly Dial[]): boolean {
  if (!isRefusal(dial)) return false;
  const ofServer = dials.filter((other) => nameOf(other) === nameOf(dial));
  return ofServer.length >= REFUSALS_IN_A_ROW && ofServer.slice(-REFUSALS_IN_A_ROW).every(isRefusal);
}

function splitHostPort(listen: string): [host: string, port: number] {
  const colon = listen.lastIndexOf(':');
  return [listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), Number(listen.slice(colon + 1))];
}
