import { setTimeout as delay } from 'node:timers/promises';
import { NatsConnectionImpl } from 'nats/lib/nats-base-client/nats.js';
import { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';
import { type Connection, openConnection } from './connection.js';
import { type DialObserver, Session } from './dial.js';
import { explainDialFailure } from './dial-failure.js';
import type { ConnectionPlan } from './plan.js';
import { readHeadersLeniently } from './received-headers.js';
import { hostPort } from './server-url.js';
import { type SessionOptions, useSocketTransport } from './socket-transport.js';

/** Reconnects within a second: at once where a server is there, else with jitter so that a pool does not stampede. */
const RECONNECT_PAUSE_MS = 100;
const RECONNECT_JITTER_MS = 400;
/** Two pings unanswered end a connection: a half-open one is noticed within three intervals, 9 s. */
const PING_INTERVAL_MS = 3_000;
const MOST_PINGS_UNANSWERED = 2;
/** `--wait-server` asks again this often. */
const WAIT_SERVER_PAUSE_MS = 200;

/** nats.js hides the constructor behind its own connect(), which keeps the protocol handler out of reach. */
const Client = NatsConnectionImpl as unknown as new (options: SessionOptions) => NatsConnectionImpl;

function clientOptions(plan: ConnectionPlan, session: Session, timeoutMs: number): SessionOptions {
  return {
    session,
    servers: plan.servers.map(hostPort),
    name: plan.name,
    timeout: timeoutMs,
    authenticator: (nonce) => session.authenticator(nonce),
    ...(plan.inboxPrefix === undefined ? {} : { inboxPrefix: plan.inboxPrefix }),
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => RECONNECT_PAUSE_MS + Math.random() * RECONNECT_JITTER_MS,
    // nats.js knows some refusals of many; the connection decides when to give up.
    ignoreAuthErrorAbort: true,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: MOST_PINGS_UNANSWERED,
    // A stack trace for each request costs a third of its time, and no user of natsctl sees one.
    noAsyncTraces: true,
  };
}

/**
 * Connects as planned, trying again for as long as `waitServerMs` where no server answers.
 *
 * @param onStage is told how far each dial comes
 * @throws CliError `connection`, `authorization`, or `usage` for a credentials or TLS file that is of no use
 */
export async function connect(plan: ConnectionPlan, onStage?: DialObserver): Promise<Connection> {
  useSocketTransport();
  readHeadersLeniently();
  const deadline = performance.now() + plan.waitServerMs;
  let timeoutMs = plan.timeoutMs;
  for (;;) {
    const session = new Session(plan, onStage);
    const nats = new Client(clientOptions(plan, session, timeoutMs));
    const protocol = new ProtocolHandler(nats.options, nats);
    session.protocol = protocol;
    try {
      await protocol.dialLoop();
      nats.protocol = protocol;
      nats.options.timeout = plan.timeoutMs;
      return openConnection(nats, session, plan);
    } catch (error) {
      const failure = explainDialFailure(plan, session.dials, error);
      const remaining = deadline - performance.now() - WAIT_SERVER_PAUSE_MS;
      if (!failure.mayPass || remaining <= 0) throw failure;
      await delay(WAIT_SERVER_PAUSE_MS);
      timeoutMs = Math.ceil(Math.min(plan.timeoutMs, remaining));
    }
  }
}
