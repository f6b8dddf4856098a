import type { OutputStyle } from '../output/index.js';
import type { Flags, FlagValues } from './flags.js';

const CONNECTION = 'Connection:';
const OUTPUT = 'Output:';

/** Flags that every command takes; their names and variables are those of the `nats` command where it has them. */
export const globalFlags = {
  server: {
    kind: 'value',
    alias: 's',
    group: CONNECTION,
    describe: 'Servers, with commas between them (NATS_URL)',
    default: 'nats://127.0.0.1:4222',
  },
  context: {
    kind: 'value',
    completes: 'context',
    group: CONNECTION,
    describe: 'A context of the nats command (NATS_CONTEXT)',
  },
  'no-context': { kind: 'switch', group: CONNECTION, describe: 'Leave the selected context out' },
  creds: {
    kind: 'value',
    completes: 'file',
    group: CONNECTION,
    describe: 'File with a user JWT and its seed (NATS_CREDS)',
  },
  nkey: { kind: 'value', completes: 'file', group: CONNECTION, describe: 'File with an nkey seed (NATS_NKEY)' },
  jwt: { kind: 'value', completes: 'file', group: CONNECTION, describe: 'User JWT, or a file with it (NATS_JWT)' },
  seed: {
    kind: 'value',
    completes: 'file',
    group: CONNECTION,
    describe: "The JWT's seed, or a file with it (NATS_SEED)",
  },
  user: { kind: 'value', group: CONNECTION, describe: 'User, or without a password a token (NATS_USER)' },
  password: { kind: 'value', group: CONNECTION, describe: 'Password of --user (NATS_PASSWORD)' },
  token: { kind: 'value', group: CONNECTION, describe: 'Token (NATS_TOKEN)' },
  tlscert: { kind: 'value', completes: 'file', group: CONNECTION, describe: 'Client certificate file (NATS_CERT)' },
  tlskey: { kind: 'value', completes: 'file', group: CONNECTION, describe: "The certificate's key file (NATS_KEY)" },
  tlsca: { kind: 'value', completes: 'file', group: CONNECTION, describe: 'File of the authority to trust (NATS_CA)' },
  tlsfirst: { kind: 'switch', group: CONNECTION, describe: "TLS before the server's greeting" },
  timeout: {
    kind: 'value',
    group: CONNECTION,
    describe: 'Bounds one try to connect, and one wait for a reply (NATS_TIMEOUT)',
    default: '5s',
  },
  'wait-server': { kind: 'value', group: CONNECTION, describe: 'Keep trying this long while no server answers' },
  'inbox-prefix': { kind: 'value', group: CONNECTION, describe: 'Prefix of reply subjects', default: '_INBOX' },
  'connection-name': { kind: 'value', group: CONNECTION, describe: "Name in the server's list of connections" },
  json: { kind: 'switch', alias: 'j', group: OUTPUT, describe: 'JSON, an object a line' },
  quiet: { kind: 'switch', alias: 'q', group: OUTPUT, describe: 'Only data and errors' },
  verbose: { kind: 'switch', group: OUTPUT, describe: 'Tell more; show the stack of an error' },
  trace: { kind: 'switch', group: OUTPUT, describe: 'Show the client protocol on stderr, secrets masked' },
  'no-color': { kind: 'switch', group: OUTPUT, describe: 'No colours (NO_COLOR)' },
} as const satisfies Flags;

export type GlobalFlags = FlagValues<typeof globalFlags>;

/** How to write, out of the global flags. */
export function outputStyle(flags: GlobalFlags): OutputStyle {
  return { json: flags.json, quiet: flags.quiet, verbose: flags.verbose, color: !flags.noColor };
}
