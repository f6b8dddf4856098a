import { MOST_WORKERS, ownPlace } from '../control/index.js';
import { usageError } from '../errors.js';
import { LOG_FORMATS, parseLogFormat } from '../output/index.js';
import { requireQueue } from '../protocol/subjects.js';
import {
  DEFAULT_TTL_S,
  HANDLER_TIMEOUT_MS,
  LONGEST_TTL_S,
  nameOfSource,
  OVERLOAD_POLICIES,
  SHORTEST_TTL_S,
} from '../services/index.js';
import { parseDuration, parseWholeNumber } from '../units.js';
import { countProcessors, createAssignments, embeddedPolicy, parseWorkerCount, servePool } from '../workers/index.js';
import { defineCommand } from './command.js';
import { planFromFlags } from './connection-plan.js';
import { parseListenAddress } from './listen-address.js';
import { readLimits } from './serve-limits.js';
import { chooseServices } from './serve-sources.js';

const MOST_CONCURRENT = 1_000_000;
const LIMITS = 'Limits of each worker:';
const PROGRAM = 'A program that answers, behind --:';

export const serve = defineCommand({
  usage: 'serve SERVICE… | --exec|--stdio --subject SUBJECT -- CMD ARGS…',
  describe: 'Run services with a supervised pool of workers, each a process with a connection of its own',
  operands: { SERVICE: 'A module, ./orders.ts, or one that comes with natsctl: echo, greeter, registry, time' },
  completes: ['service'],
  runsProgram: true,
  flags: {
    workers: {
      kind: 'value',
      alias: 'w',
      describe: `How many, 1 to ${MOST_WORKERS}; auto: one a processor`,
      default: '1',
      choices: ['auto'],
    },
    queue: { kind: 'value', describe: 'Queue group that the workers join', default: "the service's own" },
    'handler-timeout': { kind: 'value', describe: 'A caller is told error 504 after so long', default: '30s' },
    concurrency: {
      kind: 'value',
      describe: 'Requests at a time in each worker',
      default: 'no limit; with --exec one a processor',
    },
    'max-queued': {
      kind: 'value',
      group: LIMITS,
      describe: 'Requests that wait for --concurrency',
      default: 'no limit',
    },
    overload: {
      kind: 'value',
      group: LIMITS,
      choices: OVERLOAD_POLICIES,
      describe: 'Past that: error 429 at once, or left unread',
      default: 'reject',
    },
    watchdog: {
      kind: 'value',
      group: LIMITS,
      describe: 'Silent for so long, it is killed and replaced',
      default: '10s',
    },
    'memory-limit': { kind: 'value', group: LIMITS, describe: 'Replaced before it uses so much, such as 256MB' },
    'max-requests': { kind: 'value', group: LIMITS, describe: 'Replaced once it has taken so many' },
    log: {
      kind: 'value',
      choices: LOG_FORMATS,
      describe: 'Log of requests on stderr: text, json, off',
      default: 'text; json with --json',
    },
    grace: { kind: 'value', describe: 'How long requests in hand may take at the end', default: '10s' },
    'ready-file': {
      kind: 'value',
      completes: 'file',
      describe: 'Write this file once all workers serve; removed at the end',
    },
    health: {
      kind: 'value',
      describe: 'Serve /livez, /readyz, /metrics over HTTP',
    },
    watch: { kind: 'switch', describe: 'Replace the workers where a module, or what it imports, changes' },
    register: { kind: 'switch', describe: 'Keep each instance registered with the registry, another service' },
    'register-ttl': {
      kind: 'value',
      describe: 'How long it knows one that has died',
      default: `${DEFAULT_TTL_S}s`,
    },
    embedded: { kind: 'switch', describe: 'Start a development server if none answers, even in production' },
    'no-embedded': { kind: 'switch', describe: 'Never start one (NATSCTL_EMBEDDED=0)' },
    exec: { kind: 'switch', group: PROGRAM, describe: 'Run it for each request: the body is stdin, stdout the reply' },
    stdio: {
      kind: 'switch',
      group: PROGRAM,
      describe: 'One in each worker; a line of JSON for each request and reply',
    },
    subject: { kind: 'list', group: PROGRAM, completes: 'subject', describe: 'What it answers on; may be repeated' },
    name: { kind: 'value', group: PROGRAM, describe: 'Of the service', default: "the program's" },
  },
  examples: [
    ['natsctl serve ./orders.ts --workers 3', 'three workers share the requests to a module of yours'],
    ['natsctl serve ./orders.ts --watch', 'each save is served at once'],
    ['natsctl serve greeter --ready-file ready.json --wait-server 30s &', 'in CI, with a server that is starting'],
    ['natsctl serve --exec --subject up.case --name upper -- tr a-z A-Z', 'a program; no shell'],
  ],
  epilogue:
    'Ctrl-C or SIGTERM drains: what is in hand is answered, then it exits with 0. A second Ctrl-C ends it at once. A worker that dies is replaced. How to write a module: docs/services.md.\n\nExit codes: 0 drained, 2 usage or a module that cannot be loaded, 3 no connection, 4 refused or denied, 9 no worker stays alive, 130 ended by a second Ctrl-C.',
  handlesSignals: true,

  async run({ operands, afterDashes, flags, global, output, env }) {
    const names = operands.slice(0, operands.length - afterDashes.length);
    const services = chooseServices(flags, names, afterDashes, env['PATH']);
    if (flags.watch && !services.some(({ kind }) => kind === 'module')) {
      throw usageError('--watch: there is no module to watch', 'name one, ./orders.ts: what comes with natsctl stays');
    }
    const label = services.map(nameOfSource).join(', ');
    const queue = flags.queue === undefined ? undefined : requireQueue(flags.queue);
    const log = parseLogFormat(flags.log, output.style.json);
    const graceMs = parseDuration(flags.grace ?? '10s', '--grace');
    const handlerTimeoutMs =
      flags.handlerTimeout === undefined
        ? HANDLER_TIMEOUT_MS
        : parseDuration(flags.handlerTimeout, '--handler-timeout');
    const concurrency =
      flags.concurrency === undefined
        ? flags.exec
          ? countProcessors()
          : undefined
        : parseWholeNumber(flags.concurrency, '--concurrency', { min: 1, max: MOST_CONCURRENT });
    const workers = parseWorkerCount(flags.workers ?? '1');
    const registerTtlS = registerTtl(flags.register, flags.registerTtl);
    const health = flags.health === undefined ? undefined : parseListenAddress(flags.health, '--health');
    const limits = readLimits(flags);
    const plan = planFromFlags(global, env, `natsctl serve ${label}`);
    return servePool({
      label,
      workers,
      watched: flags.watch,
      readyFile: flags.readyFile,
      health,
      output,
      plan,
      embedded: embeddedPolicy(flags, env, plan),
      controlPlace: ownPlace(env),
      assignmentFor: createAssignments({
        services,
        queue,
        handlerTimeoutMs,
        concurrency,
        plan,
        log,
        ...limits,
        programLog: output.style.json || log === 'json' ? 'json' : 'text',
        graceMs,
        registerTtlS,
      }),
    });
  },
});

/**
 * @returns in seconds; undefined where nothing is to be registered
 * @throws CliError `usage` where no registry would take it
 */
function registerTtl(isAsked: boolean, text: string | undefined): number | undefined {
  if (!isAsked) {
    if (text !== undefined) throw usageError('--register-ttl says nothing without --register', 'add --register');
    return undefined;
  }
  if (text === undefined) return DEFAULT_TTL_S;
  const seconds = parseDuration(text, '--register-ttl') / 1_000;
  if (seconds >= SHORTEST_TTL_S && seconds <= LONGEST_TTL_S) return seconds;
  throw usageError(`--register-ttl: ${text} is not from ${SHORTEST_TTL_S}s to 1h`);
}
