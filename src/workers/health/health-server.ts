import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { bracketed, isAnywhere, listen } from '../../lifecycle/index.js';

/** What the pages say. */
export interface HealthPages {
  /** Why requests should not be sent here now; undefined where they should. */
  unreadiness(): string | undefined;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  onProblem(message: string): void;
}

export interface HealthServer {
  /** Where it is asked from this machine: `http://127.0.0.1:8080`. */
  readonly url: string;
  close(): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly contentType?: string;
  readonly text: string;
}

/** Past so many connections the oldest one goes: a client that opens them and says nothing shuts nobody out. */
const MOST_CONNECTIONS = 64;
const LONGEST_HEADER_BYTES = 8 * 1024;
/** Headers have to be there in this time, */
const HEADERS_TIMEOUT_MS = 5_000;
/** and the whole request in this; as long a client may keep from reading an answer. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How often Node looks for those that are too late. */
const LOOK_INTERVAL_MS = 1_000;
const METHODS = 'GET, HEAD';

/**
 * Serves `/livez`, `/readyz` and `/metrics` over HTTP to whoever watches a pool.
 *
 * @throws CliError `connection` where it cannot listen there
 */
export async function startHealthServer(
  where: { readonly host: string; readonly port: number },
  pages: HealthPages,
): Promise<HealthServer> {
  const routes: Readonly<Record<string, () => Page | Promise<Page>>> = {
    '/livez': () => ({ status: 200, text: 'ok\n' }),
    '/readyz': () => {
      const reason = pages.unreadiness();
      return reason === undefined ? { status: 200, text: 'ok\n' } : { status: 503, text: `${reason}\n` };
    },
    '/metrics': async () => ({ status: 200, ...(await pages.metrics()) }),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    // What else one sends with its request is not read.
    if (hasBody(request)) response.setHeader('connection', 'close');
    if (route === undefined) {
      send(response, { status: 404, text: `no such page; there are ${Object.keys(routes).join(', ')}\n` });
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', METHODS);
      send(response, { status: 405, text: `the methods are ${METHODS}\n` });
    } else send(response, await route());
  };

  const server = createServer(
    {
      maxHeaderSize: LONGEST_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: LOOK_INTERVAL_MS,
    },
    (request, response) => {
      answer(request, response).catch((error: Error) => {
        pages.onProblem(`a page for ${request.socket.remoteAddress} failed: ${error.message}`);
        if (!response.headersSent) send(response, { status: 500, text: 'the page could not be made\n' });
      });
    },
  );
  server.setTimeout(REQUEST_TIMEOUT_MS);
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    const [oldest] = connections;
    if (connections.size > MOST_CONNECTIONS) oldest?.destroy();
  });
  const { host } = where;
  const port = await listen(server, host, where.port, 'another program listens there; --health 0 picks a free port');
  // Such as too many open files, for one that comes.
  server.on('error', (error) => pages.onProblem(`the health pages: ${error.message}`));
  return {
    url: `http://${isAnywhere(host) ? '127.0.0.1' : bracketed(host)}:${port}`,
    close() {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return ended;
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function send(response: ServerResponse, { status, contentType = 'text/plain; charset=utf-8', text }: Page): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  // Node leaves the body out of an answer to HEAD.
  response.end(body);
}
