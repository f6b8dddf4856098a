import type { ContextFields } from '../connection/for-contexts.js';
import { usageError } from '../errors.js';
import type { NamedFields } from './named-fields.js';

/** As the `nats` command has it where no server was named. */
const DEFAULT_URL = 'nats://127.0.0.1:4222';

/** What a new context starts as: the fields that natsctl knows, so that an editor shows what there is. */
export const EMPTY_CONTEXT: ContextFields = {
  description: '',
  url: '',
  token: '',
  user: '',
  password: '',
  creds: '',
  nkey: '',
  user_jwt: '',
  user_seed: '',
  cert: '',
  key: '',
  ca: '',
  inbox_prefix: '',
  tls_first: false,
};

/** A context is of one of these kinds; each with the fields that belong to it, the deciding one first. */
export const KINDS = [['creds'], ['nkey'], ['user_jwt', 'user_seed'], ['user', 'password'], ['token']] as const;

export interface MergedContext {
  readonly fields: ContextFields;
  /** Of another kind of credentials, and emptied. */
  readonly replaced: readonly string[];
}

/**
 * A context with other values: what is named is set, what is not is kept, unknown fields too. Credentials of another
 * kind take the place of those that were there, since a context with two kinds is of no use. Pure.
 *
 * @param name the context's, for errors
 * @throws CliError `usage` where the outcome is of no use: two kinds of credentials, half a pair
 */
export function mergeFields(before: ContextFields, change: NamedFields, name: string): MergedContext {
  const has = (field: string): boolean => Boolean(before[field]);
  const named = userOrToken(before, change);
  const kinds = KINDS.filter((kind) => kind.some((field) => field in named));
  if (kinds.length > 1) {
    const names = kinds.map((kind) => `"${kind[0]}"`).join(' and ');
    throw usageError(`${names} exclude each other`, 'give one kind of credentials');
  }
  if ('password' in named && !('user' in named) && !has('user')) throw usageError('--password needs --user');
  if ('user_seed' in named && !('user_jwt' in named) && !has('user_jwt')) throw usageError('--seed needs --jwt');

  const others = kinds.length === 0 ? [] : KINDS.filter((kind) => kind !== kinds[0]).flat();
  const replaced = others.filter(has);
  const emptied = Object.fromEntries(replaced.map((field) => [field, '']));
  // The file's name is the context's: a copy must not keep another.
  const { name: _, ...kept } = before;
  const fields = { ...kept, ...emptied, ...named } as Record<string, unknown>;
  fields['url'] ||= DEFAULT_URL;
  if (Boolean(fields['cert']) !== Boolean(fields['key'])) {
    const missing = fields['cert'] ? 'key' : 'certificate';
    throw usageError(`the TLS ${missing} of context ${name} is missing`, 'give both: --tlscert and --tlskey');
  }
  return { fields, replaced };
}

/** A user without a password is a token, as the flag says everywhere, unless it is the user who is saved already. */
function userOrToken(before: ContextFields, change: NamedFields): NamedFields {
  const { user, ...others } = change;
  if (user === undefined || 'password' in change || user === before['user']) return change;
  if (before['user']) {
    throw usageError('--user needs --password: the one that is saved is that of another user', 'or give --token');
  }
  if ('token' in change) throw usageError('--user without --password is a token: give one of --user and --token');
  return { ...others, token: user };
}

/** The text of a context's file. */
export function formatContext(fields: ContextFields): string {
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}
