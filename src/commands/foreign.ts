import { CliError } from '../errors.js';
import { dashed } from './flags.js';

/** Whose a command or a flag of the `nats` command is. */
type Owner = 'JetStream' | 'server administration' | 'the nats command';

interface ForeignCommand {
  readonly owner: Owner;
  readonly aliases?: readonly string[];
  /** What natsctl has for it. */
  readonly instead?: string;
}

/** The commands of `nats` that natsctl leaves to it, with their aliases there. */
const COMMANDS: Readonly<Record<string, ForeignCommand>> = {
  account: { owner: 'server administration', aliases: ['a'] },
  audit: { owner: 'server administration' },
  auth: { owner: 'server administration' },
  backup: { owner: 'JetStream' },
  cheat: { owner: 'the nats command', instead: 'examples: natsctl COMMAND --help, natsctl help scripts' },
  consumer: { owner: 'JetStream', aliases: ['con', 'obs', 'c'] },
  counter: { owner: 'JetStream', aliases: ['ctr'] },
  errors: { owner: 'the nats command', aliases: ['err', 'error'] },
  events: { owner: 'server administration', aliases: ['event', 'e'] },
  jwt: { owner: 'the nats command', instead: 'natsctl doctor shows what the credentials in use say' },
  kv: { owner: 'JetStream' },
  latency: { owner: 'server administration', aliases: ['lat'], instead: 'natsctl rtt measures the round trip' },
  object: { owner: 'JetStream', aliases: ['obj'] },
  plugins: { owner: 'the nats command' },
  schema: { owner: 'the nats command' },
  srv: { owner: 'server administration', aliases: ['sys', 'system'] },
  stream: { owner: 'JetStream', aliases: ['str', 'st', 'ms', 's'] },
  top: { owner: 'server administration' },
  trace: { owner: 'server administration', instead: 'natsctl --trace shows the protocol of any command' },
};

/** The subcommands of `nats service` that show nothing, and what natsctl has for them. */
const OF_SERVICE: Readonly<Record<string, string>> = {
  serve: 'natsctl serve greeter serves a demo, natsctl reply canned answers',
  request: 'natsctl request takes the subject of an endpoint, which natsctl service info shows',
  req: 'natsctl request takes the subject of an endpoint, which natsctl service info shows',
};

/** The subcommands of `nats server`: `natsctl server` takes none, it is a server. */
const OF_SERVER: ReadonlySet<string> = new Set([
  ...['account', 'acct', 'check', 'cluster', 'r', 'raft', 'config', 'cfg', 'generate', 'gen', 'graph', 'info', 'list'],
  ...['ls', 'mappings', 'mapping', 'passwd', 'password', 'ping', 'report', 'rep', 'request', 'req', 'watch'],
]);

interface ForeignFlags {
  readonly owner: Owner;
  readonly flags: readonly string[];
  readonly instead?: string;
}

const OF_EVERY_COMMAND: readonly ForeignFlags[] = [
  { owner: 'JetStream', flags: ['js-api-prefix', 'js-event-prefix', 'js-domain', 'domain'] },
  { owner: 'the nats command', flags: ['socks-proxy'], instead: 'natsctl speaks to no proxy' },
  { owner: 'the nats command', flags: ['colors'], instead: 'natsctl has --no-color' },
  { owner: 'the nats command', flags: ['no-tlsfirst'], instead: 'leave --tlsfirst out' },
  { owner: 'the nats command', flags: ['no-trace'], instead: 'leave --trace out' },
];
const TEMPLATES: ForeignFlags = {
  owner: 'the nats command',
  flags: ['no-templates'],
  instead: 'natsctl leaves bodies as they are unless --templates asks for it',
};
const TRANSLATE: ForeignFlags = { owner: 'the nats command', flags: ['translate'] };
const FORCE_STDIN: ForeignFlags = {
  owner: 'the nats command',
  flags: ['force-stdin'],
  instead: 'with natsctl the BODY - always reads stdin',
};

/** The flags of `nats` that natsctl leaves to it, by natsctl's name of the command. */
const FLAGS: Readonly<Record<string, readonly ForeignFlags[]>> = {
  pub: [
    {
      owner: 'JetStream',
      flags: [
        ...['atomic', 'jetstream', 'J', 'schedule-after', 'schedule-at', 'schedule-cron', 'schedule-dest'],
        ...['schedule-every', 'schedule-source', 'schedule-ttl'],
      ],
    },
    FORCE_STDIN,
    { owner: 'the nats command', flags: ['jitter'], instead: 'natsctl has --interval and --rate' },
    TEMPLATES,
  ],
  sub: [
    {
      owner: 'JetStream',
      flags: [
        ...['stream', 'durable', 'ack', 'no-ack', 'start-sequence', 'all', 'new', 'last', 'since', 'last-per-subject'],
        ...['terminate-at-end', 'T', 'direct', 'backup'],
      ],
    },
    { ...TRANSLATE, instead: 'natsctl runs a program for each message with --exec' },
    {
      owner: 'the nats command',
      flags: ['match-replies', 'inbox', 'i', 'ignore-subject', 'I', 'report-subscriptions', 'graph'],
    },
  ],
  request: [
    TRANSLATE,
    FORCE_STDIN,
    { owner: 'the nats command', flags: ['count'], instead: 'natsctl has --repeat' },
    TEMPLATES,
    { owner: 'the nats command', flags: ['templates'] },
  ],
  reply: [
    { owner: 'the nats command', flags: ['command'], instead: 'natsctl has serve --exec, without a shell' },
    { owner: 'the nats command', flags: ['sleep'], instead: 'natsctl has --delay' },
    TEMPLATES,
  ],
  service: [
    { owner: 'the nats command', flags: ['endpoint', 'e'], instead: 'natsctl service info NAME --json | jq finds one' },
  ],
  context: [
    {
      owner: 'the nats command',
      flags: ['embed'],
      instead: 'natsctl saves the path of the file, or what you give: --creds data:;base64,…',
    },
    { owner: 'the nats command', flags: ['completion'], instead: 'natsctl has context ls --names' },
  ],
};

/** @returns the error for a command that only `nats` has, undefined where it has none of that name either */
export function foreignCommand(name: string): CliError | undefined {
  for (const [command, { owner, aliases = [], instead }] of Object.entries(COMMANDS)) {
    if (name === command || aliases.includes(name)) return foreign(`"${name}"`, owner, `nats ${name}`, instead);
  }
  return undefined;
}

/**
 * @param command natsctl's name of it
 * @param operand what stands first behind it
 * @returns the error for a subcommand that only `nats` has, otherwise undefined
 */
export function foreignSubcommand(command: string | undefined, operand: string | undefined): CliError | undefined {
  if (operand === undefined) return undefined;
  if (command === 'service' && Object.hasOwn(OF_SERVICE, operand)) {
    return foreign(`"service ${operand}"`, 'the nats command', `nats service ${operand}`, OF_SERVICE[operand]);
  }
  if (command !== 'server' || !OF_SERVER.has(operand)) return undefined;
  const use = `nats server ${operand}`;
  return foreign(`"server ${operand}"`, 'server administration', use, 'natsctl server runs a server for development');
}

/**
 * @param command natsctl's name of it; undefined where there is none yet
 * @param flags names that natsctl does not know, without dashes
 * @param exitCode where it is not that of the kind
 * @returns the error for the first of them that only `nats` has, undefined where there is none
 */
export function foreignFlag(
  command: string | undefined,
  flags: readonly string[],
  exitCode?: number,
): CliError | undefined {
  const known = [...(FLAGS[command ?? ''] ?? []), ...OF_EVERY_COMMAND];
  for (const flag of flags) {
    const entry = known.find((entry) => entry.flags.includes(flag));
    if (entry === undefined) continue;
    const what = dashed(flag);
    const use = `nats ${command === undefined ? '' : `${command} `}${what}`;
    return foreign(what, entry.owner, use, entry.instead, exitCode);
  }
  return undefined;
}

function foreign(what: string, owner: Owner, use: string, instead: string | undefined, exitCode?: number): CliError {
  const message =
    owner === 'the nats command'
      ? `natsctl has no ${what}: use ${use}`
      : `${what} is for ${owner}, which natsctl leaves to the nats command: use ${use}`;
  return new CliError('usage', message, { hint: instead, details: { use }, exitCode });
}
