import { MOST_WORKERS } from '../control/index.js';
import { LOG_FORMATS } from '../output/index.js';
import { DEFAULT_TTL_S, OVERLOAD_POLICIES } from '../services/index.js';
import type { Flags, FlagValues } from './flags.js';

const LIMITS = 'Limits of each worker:';
const PROGRAM = 'A program that answers, behind --:';

/** The flags of `natsctl serve`. Those of a pool are the fields of one in natsctl.config.ts. */
export const serveFlags = {
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
  config: {
    kind: 'value',
    completes: 'file',
    describe: 'File of several pools',
    default: 'natsctl.config.* here, where no SERVICE is named',
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
} as const satisfies Flags;

export type ServeFlags = FlagValues<typeof serveFlags>;
