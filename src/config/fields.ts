import type { Config, PoolConfig } from './define-config.js';

/**
 * What a field takes: a text, a text or a number, texts or one of them, or `true` and `false`. They become what the
 * flag of the same name would have been given on a command line.
 */
export type FieldKind = 'text' | 'number' | 'texts' | 'switch';

/** The fields of a pool. `service` and `command` are what stands beside the flags. */
export const POOL_FIELDS = {
  service: 'texts',
  exec: 'switch',
  stdio: 'switch',
  command: 'texts',
  subject: 'texts',
  name: 'text',
  workers: 'number',
  queue: 'text',
  handlerTimeout: 'text',
  concurrency: 'number',
  maxQueued: 'number',
  overload: 'text',
  watchdog: 'text',
  memoryLimit: 'text',
  maxRequests: 'number',
  grace: 'text',
  watch: 'switch',
  register: 'switch',
  registerTtl: 'text',
} as const satisfies Record<keyof PoolConfig, FieldKind>;

/** The fields beside the pools, which all of them share. */
export const SHARED_FIELDS = {
  server: 'texts',
  context: 'text',
  creds: 'text',
  nkey: 'text',
  tlscert: 'text',
  tlskey: 'text',
  tlsca: 'text',
  tlsfirst: 'switch',
  timeout: 'text',
  waitServer: 'text',
  inboxPrefix: 'text',
  connectionName: 'text',
  log: 'text',
  readyFile: 'text',
  health: 'number',
  embedded: 'switch',
} as const satisfies Record<Exclude<keyof Config, 'pools' | '$schema'>, FieldKind>;

/** Paths: they start from the file's folder. */
export const PATH_FIELDS: ReadonlySet<string> = new Set(['creds', 'nkey', 'tlscert', 'tlskey', 'tlsca', 'readyFile']);

/** A file like this is in a repository, and secrets are not. With where each of them may stand instead. */
export const SECRET_FIELDS: Readonly<Record<string, string>> = {
  user: 'NATS_USER',
  password: 'NATS_PASSWORD',
  token: 'NATS_TOKEN',
  jwt: 'NATS_JWT',
  seed: 'NATS_SEED',
};
