import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../lifecycle/index.js';
import type { Client } from './client.js';
import {
  type ClosedConnection,
  connz,
  describeClosed,
  InvalidQuery,
  type ServerIdentity,
  subsz,
  varz,
} from './monitor-pages.js';
import type { ServerState } from './server-state.js';

/** Connections that have ended and are still shown where asked for. */
const MOST_CLOSED_KEPT = 1_000;

export interface Monitor {
  readonly port: number;
  /** Keeps a client that goes, for `/connz?state=closed`. */
  remember(client: Client, reason: string): void;
  close(): Promise<void>;
}

/**
 * Serves the monitoring pages of nats-server, field names as its own, so that what reads those reads these:
 * `/healthz`, `/varz`, `/connz`, `/subsz`.
 *
 * @throws CliError `connection` where it cannot listen there
 */
export async function startMonitor(
  where: { readonly host: string; readonly port: number },
  identity: ServerIdentity,
  state: ServerState,
): Promise<Monitor> {
  const closed: ClosedConnection[] = [];
  const requests: Record<string, number> = {};
  const pages: Record<string, (query: URLSearchParams) => object> = {
    '/healthz': () => ({ status: 'ok' }),
    '/varz': () => varz(identity, state, server.address(), requests),
    '/connz': (query) => connz(identity, state, closed, query),
    '/subsz': (query) => subsz(identity, state, query),
    '/subscriptionsz': (query) => subsz(identity, state, query),
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [path = '', search] = (request.url ?? '').split('?', 2);
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    requests[path] = (requests[path] ?? 0) + 1;
    try {
      const content = JSON.stringify(page(new URLSearchParams(search)), null, 2);
      response.writeHead(200, { 'content-type': 'application/json' }).end(content);
    } catch (error) {
      if (!(error instanceof InvalidQuery)) throw error;
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
    }
  };
  const server = createServer(answer);
  const port = await listen(
    server,
    where.host,
    where.port,
    'another server may be running there; --http 0 picks a free port',
  );
  return {
    port,
    remember(client, reason) {
      closed.push(describeClosed(client, reason));
      if (closed.length > MOST_CLOSED_KEPT) closed.shift();
    },
    close() {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return ended;
    },
  };
}
