import { resolve } from 'node:path';
import {
  type ConnectionFlags,
  flagName,
  looksLikeJwt,
  looksLikeSeed,
  parseServerList,
  requireInboxPrefix,
  SETTINGS,
  secretSource,
} from '../connection/for-contexts.js';
import { usageError } from '../errors.js';

/** Fields of a context with the values that are to be saved. */
export type NamedFields = Readonly<Record<string, string | boolean>>;

/** What relative paths and `~` start from. */
export interface PathScope {
  readonly home: string;
  readonly cwd: string;
}

const PATH_FIELDS: ReadonlySet<string> = new Set(['creds', 'nkey', 'cert', 'key', 'ca', 'user_jwt', 'user_seed']);

/**
 * The fields that the flags name, as they are to be saved: relative paths made absolute, since a context is used from
 * any folder. Pure.
 *
 * @throws CliError `usage` where a value is empty or malformed, or refers to what natsctl does not support
 */
export function namedFields(flags: ConnectionFlags, scope: PathScope): NamedFields {
  const fields: Record<string, string | boolean> = {};
  for (const names of Object.values(SETTINGS)) {
    const value = flags[names.flag];
    if (!('field' in names) || typeof value !== 'string') continue;
    fields[names.field] = savedValue(names.field, value, flagName(names.flag), scope);
  }
  if (flags.tlsfirst === true) fields['tls_first'] = true;
  return fields;
}

function savedValue(field: string, value: string, flag: string, scope: PathScope): string {
  if (value === '') throw usageError(`${flag} is empty`);
  if (field === 'url') {
    parseServerList(value, flag);
    return value;
  }
  if (field === 'inbox_prefix') return requireInboxPrefix(value, flag);
  if (field === 'user') return value;
  // The variable may be set only where the context is used.
  if (/^env:\/\/./.test(value)) return value;
  const isLiteral =
    !PATH_FIELDS.has(field) ||
    (field === 'user_jwt' && looksLikeJwt(value)) ||
    (field === 'user_seed' && looksLikeSeed(value));
  // Without a scheme the nats command takes these fields, and literals, for the text itself.
  const isBarePath = PATH_FIELDS.has(field) && !field.startsWith('user_') && !value.startsWith('file://');
  const source = secretSource(value, isLiteral ? 'literal' : 'path', {
    ...{ home: scope.home, env: {}, variables: false },
    setting: flag,
  });
  // A variable in a path stands for its value at the time of use, as with the nats command.
  if (source.kind === 'text' || source.path.startsWith('$')) return value;
  return (isBarePath ? '' : 'file://') + resolve(scope.cwd, source.path);
}
