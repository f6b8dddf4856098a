import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { CliError, usageError } from '../errors.js';
import { bracketed, exitCodeOf, listenForStop, prepareReadyFile, type ReadyFile } from '../lifecycle/index.js';
import { escapeLine, LOG_FORMATS, type LogFormat, type Output, parseLogFormat } from '../output/index.js';
import {
  type RunningServer,
  type ServerAuth,
  type ServerOptions,
  type ServerTls,
  startServer,
} from '../server/index.js';
import { parseSize } from '../units.js';
import { defineCommand, requireOperands } from './command.js';
import type { GlobalFlags } from './global-flags.js';
import { LOOPBACK, parseHost, parseListenAddress, parsePort } from './listen-address.js';
import { refuseConnectionFlags } from './refuse-flags.js';

/** Of the connection flags those that say what this server asks of its clients. */
const ASKED_OF_CLIENTS = new Set(['user', 'password', 'token', 'tlscert', 'tlskey', 'tlsca', 'tlsfirst'] as const);

export const server = defineCommand({
  usage: 'server',
  describe: 'Run a NATS server for development and tests, in this process',
  operands: {},
  flags: {
    host: { kind: 'value', describe: 'Address to listen on', default: LOOPBACK },
    port: { kind: 'value', alias: 'p', describe: 'Port; 0 picks a free one', default: '4222' },
    http: { kind: 'value', describe: 'Monitoring pages, [HOST:]PORT: /healthz, /varz, /connz, /subsz' },
    'max-pending': { kind: 'value', describe: 'Close a client with more than this waiting for it', default: '64MB' },
    'ready-file': { kind: 'value', completes: 'file', describe: 'Write this file once it listens; removed at the end' },
    log: {
      kind: 'value',
      choices: LOG_FORMATS,
      describe: 'Log on stderr: text, json, off',
      default: 'text; json with --json',
    },
  },
  examples: [
    ['natsctl server', 'listen on 127.0.0.1:4222'],
    ['natsctl server --port 0 --ready-file server.json', 'a free port, told in a file'],
    ['natsctl server --user me --password secret --trace', 'look at what clients say'],
  ],
  epilogue:
    'Here --user, --password, --token and the --tls flags say what the server asks of clients (--tlsca: a certificate of that authority); no NATS_ variable and no context touches them. --trace shows in its log what the clients and the server say, secrets masked. For production there is nats-server.\n\nExit codes: 0 ended by Ctrl-C or SIGTERM, 2 usage, 3 it cannot listen there.',
  offline: true,
  handlesSignals: true,

  async run({ operands, flags, global, output }) {
    requireOperands(operands, []);
    refuseConnectionFlags(
      global,
      '--host and --port say where it listens; --user and --password, --token and the --tls flags what it asks for',
      ASKED_OF_CLIENTS,
    );
    const format = parseLogFormat(flags.log, output.style.json);
    const log = createServerLog(output, format);
    const host = parseHost(flags.host ?? LOOPBACK, '--host');
    const options: ServerOptions = {
      host,
      port: parsePort(flags.port ?? '4222', '--port'),
      auth: readAuth(global),
      tls: readTls(global),
      http: flags.http === undefined ? undefined : parseListenAddress(flags.http, '--http'),
      maxPending: flags.maxPending === undefined ? undefined : parseSize(flags.maxPending, '--max-pending'),
      log: (level, message) => log(level, message),
      trace: global.trace
        ? (client, direction, line) => log('trace', `${direction === 'in' ? '<-' : '->'} ${client} ${line}`)
        : undefined,
    };
    const signals = listenForStop();
    let running: RunningServer | undefined;
    let readyFile: ReadyFile | undefined;
    try {
      if (flags.readyFile !== undefined) readyFile = await prepareReadyFile(flags.readyFile);
      running = await startServer(options);
      if (options.auth === undefined && options.tls?.ca === undefined && !isLoopback(host)) {
        output.warn(`anyone who reaches ${host} may use this server: it asks for no credentials`);
      }
      const { url, port, httpPort } = running;
      await readyFile?.write({ pid: process.pid, url, port, http_port: httpPort });
      const pages =
        httpPort === undefined ? '' : `, monitoring at http://${bracketed(options.http?.host ?? LOOPBACK)}:${httpPort}`;
      output.notice(`listening at ${url}${pages}; for development and tests, production is for nats-server`);
      const signal = await signals.first;
      output.notice(`${signal}: telling the clients`);
      const hurried = await Promise.race([running.stop(), signals.second]);
      return hurried === undefined ? 0 : exitCodeOf(hurried);
    } finally {
      signals.release();
      await readyFile?.remove();
    }
  },
});

type Level = 'info' | 'warn' | 'trace';

function createServerLog(output: Output, format: LogFormat): (level: Level, message: string) => void {
  if (format === 'off') return () => undefined;
  return (level, message) => {
    const time = new Date().toISOString();
    output.log(
      format === 'json' ? `${JSON.stringify({ time, level, message })}\n` : `${time} ${escapeLine(message)}\n`,
    );
  };
}

/** What clients must show; a user without a password is a mistake, since here it is not a token. */
function readAuth({ user, password, token }: GlobalFlags): ServerAuth | undefined {
  if (token !== undefined && user !== undefined) throw usageError('--user and --token exclude each other');
  if ((user === undefined) !== (password === undefined)) throw usageError('--user and --password go together');
  for (const [name, value] of Object.entries({ user, password, token })) {
    if (value === '') throw usageError(`--${name} is empty`);
  }
  if (token !== undefined) return { kind: 'token', token };
  return user === undefined || password === undefined ? undefined : { kind: 'user', user, password };
}

function readTls({ tlscert, tlskey, tlsca, tlsfirst }: GlobalFlags): ServerTls | undefined {
  if (tlscert === undefined && tlskey === undefined) {
    if (tlsca !== undefined || tlsfirst) throw usageError('TLS needs --tlscert and --tlskey');
    return undefined;
  }
  if (tlscert === undefined || tlskey === undefined) throw usageError('--tlscert and --tlskey go together');
  return {
    cert: readPem(tlscert, '--tlscert'),
    key: readPem(tlskey, '--tlskey'),
    ca: tlsca === undefined ? undefined : readPem(tlsca, '--tlsca'),
    first: tlsfirst,
  };
}

function readPem(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliError('usage', `${name}: cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
