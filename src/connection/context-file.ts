import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError, usageError } from '../errors.js';
import { reasonOf } from './secret.js';

/** Why a context is in use: named for this call, or selected once with `nats context select`. */
export type ContextOrigin = 'flag' | 'environment' | 'selected';

/** A context of the `nats` command, read but not yet merged. */
export interface Context {
  readonly name: string;
  readonly origin: ContextOrigin;
  /** The file's fields with those that are empty left out. */
  readonly fields: Readonly<Record<string, string | boolean>>;
}

/** The part of the file system that contexts need, so that a test can hand in its own. */
export interface ContextFiles {
  /** @returns the file's text, undefined where there is none */
  read(path: string): string | undefined;
  /** @returns the names in a directory, none where there is none */
  list(path: string): readonly string[];
}

const contextFiles: ContextFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw usageError(`cannot read ${path}: ${reasonOf(error)}`);
    }
  },
  list(path) {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
};

export interface ContextRequest {
  readonly flag: string | undefined;
  readonly environment: string | undefined;
  /** `--no-context`, or a server named without a context: what was merely selected is left alone. */
  readonly ignoreSelected: boolean;
  /** `$XDG_CONFIG_HOME`, by default `~/.config`. */
  readonly configHome: string;
}

/** Text fields that say how to connect; natsctl does as they say. */
const TEXT_FIELDS: ReadonlySet<string> = new Set([
  'url',
  'token',
  'user',
  'password',
  'creds',
  'nkey',
  'user_jwt',
  'user_seed',
  'cert',
  'key',
  'ca',
  'inbox_prefix',
]);
const FLAG_FIELDS: ReadonlySet<string> = new Set(['tls_first']);
/** Fields with no bearing on a core NATS connection. */
const IRRELEVANT_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'description',
  'color_scheme',
  'jetstream_domain',
  'jetstream_api_prefix',
  'jetstream_event_prefix',
]);

/**
 * Finds and reads the context in use: the one named by flag, else by environment, else the selected one.
 *
 * @returns undefined where none is named and none is selected
 * @throws CliError `usage` where it does not exist, cannot be read, or holds what natsctl does not support
 */
export function findContext(request: ContextRequest, files: ContextFiles = contextFiles): Context | undefined {
  const directory = join(request.configHome, 'nats', 'context');
  const named = request.flag || request.environment;
  if (named) {
    const origin = request.flag ? 'flag' : 'environment';
    // As the nats command does: the path of a file, where there is one.
    const content = named.endsWith('.json') ? files.read(named) : undefined;
    if (content !== undefined) return { name: basename(named, '.json'), origin, fields: parseContext(content, named) };
    const text = files.read(contextPath(directory, named));
    if (text === undefined) throw unknownContext(named, files.list(directory));
    return { name: named, origin, fields: parseContext(text, named) };
  }
  if (request.ignoreSelected) return undefined;
  const selected = files.read(join(request.configHome, 'nats', 'context.txt'))?.trim();
  if (!selected) return undefined;
  const text = files.read(contextPath(directory, selected));
  if (text === undefined) {
    throw new CliError('usage', `the selected context "${selected}" does not exist`, {
      hint: 'select another with `nats context select`, or leave it out with --no-context',
    });
  }
  return { name: selected, origin: 'selected', fields: parseContext(text, selected) };
}

/** The rule of the `nats` command: a name stays inside its directory. */
function contextPath(directory: string, name: string): string {
  if (/[/\\]/.test(name) && name.endsWith('.json')) throw usageError(`there is no context file ${name}`);
  if (name.includes('..') || /[/\\]/.test(name)) {
    throw usageError(`invalid context name "${name}": no "..", "/" or "\\"`);
  }
  return join(directory, `${name}.json`);
}

function unknownContext(name: string, files: readonly string[]): CliError {
  const known = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return usageError(
    `there is no context "${name}"`,
    known.length === 0 ? 'no contexts are saved on this machine' : `there are: ${known.sort().join(', ')}`,
  );
}

function parseContext(text: string, name: string): Context['fields'] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw usageError(`context ${name} is not valid JSON`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw usageError(`context ${name} is not a JSON object`);
  }
  const fields: Record<string, string | boolean> = {};
  for (const [field, value] of Object.entries(content)) {
    if (IRRELEVANT_FIELDS.has(field) || isEmpty(value)) continue;
    if (TEXT_FIELDS.has(field) && typeof value === 'string') fields[field] = value;
    else if (FLAG_FIELDS.has(field) && typeof value === 'boolean') fields[field] = value;
    else if (TEXT_FIELDS.has(field) || FLAG_FIELDS.has(field)) {
      throw usageError(`context ${name}: "${field}" has the wrong type`);
    } else throw usageError(`context ${name}: natsctl does not support "${field}"`, 'leave the field empty');
  }
  return fields;
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === null || value === false || (Array.isArray(value) && value.length === 0);
}
