import { usageError } from '../errors.js';
import type { Context } from './context-file.js';
import { type SecretSource, secretSource } from './secret.js';

/** The connection flags as they were written, each undefined where it was not given. */
export interface ConnectionFlags {
  readonly server?: string | undefined;
  readonly context?: string | undefined;
  readonly noContext?: boolean | undefined;
  readonly creds?: string | undefined;
  readonly nkey?: string | undefined;
  readonly jwt?: string | undefined;
  readonly seed?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly tlscert?: string | undefined;
  readonly tlskey?: string | undefined;
  readonly tlsca?: string | undefined;
  readonly tlsfirst?: boolean | undefined;
  readonly timeout?: string | undefined;
  readonly inboxPrefix?: string | undefined;
  readonly connectionName?: string | undefined;
  readonly waitServer?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from. */
export interface SettingSources {
  readonly flags: ConnectionFlags;
  readonly env: Environment;
  /** What `env://NAME` and `$NAME` stand for, where that is not {@link SettingSources.env}. */
  readonly variables?: Environment;
  readonly home: string;
  readonly context: Context | undefined;
}

/** Nearest first: the lower rank decides. */
export type Level = 'flag' | 'environment' | 'context' | 'default';
export const RANK: Readonly<Record<Level, number>> = { flag: 0, environment: 1, context: 2, default: 3 };

/** The levels that a person writes to, nearest first. */
export const WRITTEN_LEVELS = ['flag', 'environment', 'context'] as const satisfies readonly Level[];

export interface Setting {
  readonly value: string;
  readonly level: Level;
  /** As the person knows it: `--creds`, `NATS_CREDS`, `context prod`. */
  readonly from: string;
  /** With the field where it is in a context: `"creds" in context prod`. */
  readonly fullName: string;
}

interface SettingNames {
  readonly flag: keyof ConnectionFlags;
  readonly env?: string;
  readonly field?: string;
}

/** The name of each setting on each level; flags and variables are those of the `nats` command. */
export const SETTINGS = {
  server: { flag: 'server', env: 'NATS_URL', field: 'url' },
  creds: { flag: 'creds', env: 'NATS_CREDS', field: 'creds' },
  nkey: { flag: 'nkey', env: 'NATS_NKEY', field: 'nkey' },
  jwt: { flag: 'jwt', env: 'NATS_JWT', field: 'user_jwt' },
  seed: { flag: 'seed', env: 'NATS_SEED', field: 'user_seed' },
  user: { flag: 'user', env: 'NATS_USER', field: 'user' },
  password: { flag: 'password', env: 'NATS_PASSWORD', field: 'password' },
  token: { flag: 'token', env: 'NATS_TOKEN', field: 'token' },
  cert: { flag: 'tlscert', env: 'NATS_CERT', field: 'cert' },
  key: { flag: 'tlskey', env: 'NATS_KEY', field: 'key' },
  ca: { flag: 'tlsca', env: 'NATS_CA', field: 'ca' },
  inboxPrefix: { flag: 'inboxPrefix', field: 'inbox_prefix' },
  timeout: { flag: 'timeout', env: 'NATS_TIMEOUT' },
  connectionName: { flag: 'connectionName' },
  waitServer: { flag: 'waitServer' },
} as const satisfies Record<string, SettingNames>;
export type SettingKey = keyof typeof SETTINGS;

/** Reads the settings of each level by name. */
export class SettingReader {
  readonly #sources: SettingSources;

  constructor(sources: SettingSources) {
    this.#sources = sources;
  }

  /** @throws CliError `usage` where a flag was given an empty value; an empty variable or field counts as none */
  at(level: (typeof WRITTEN_LEVELS)[number], key: SettingKey): Setting | undefined {
    const names: SettingNames = SETTINGS[key];
    const { flags, env, context } = this.#sources;
    if (level === 'flag') {
      const value = flags[names.flag];
      const from = flagName(names.flag);
      if (typeof value !== 'string') return undefined;
      if (value === '') throw usageError(`${from} is empty`);
      return { value, level, from, fullName: from };
    }
    if (level === 'environment') {
      const value = names.env === undefined ? undefined : env[names.env];
      const from = names.env ?? '';
      return value ? { value, level, from, fullName: from } : undefined;
    }
    const value = names.field === undefined ? undefined : context?.fields[names.field];
    if (typeof value !== 'string') return undefined;
    const from = `context ${context?.name}`;
    return { value, level, from, fullName: `"${names.field}" in ${from}` };
  }

  /** The nearest level's value, of the levels that are allowed. */
  nearest(key: SettingKey, levels: readonly (typeof WRITTEN_LEVELS)[number][] = WRITTEN_LEVELS): Setting | undefined {
    for (const level of levels) {
      const setting = this.at(level, key);
      if (setting !== undefined) return setting;
    }
    return undefined;
  }

  /** Resolves what the setting refers to. @throws CliError `usage`, see {@link secretSource} */
  secret(setting: Setting, otherwise: 'path' | 'literal'): SecretSource {
    const { env, variables = env, home } = this.#sources;
    const expands = setting.level === 'context';
    return secretSource(setting.value, otherwise, {
      env: variables,
      home,
      setting: setting.fullName,
      variables: expands,
    });
  }
}

/** `inboxPrefix` as it stands on the command line: `--inbox-prefix`. */
export function flagName(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
