import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError, usageError } from '../errors.js';
import { placeInJson } from '../json-place.js';
import { reasonOf } from './secret.js';

/** Why a context is in use: named for this call, or selected once with `natsctl context select`. */
export type ContextOrigin = 'flag' | 'environment' | 'selected';

/** A context, as the `nats` command has them too, read but not yet merged. */
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
/** Fields with no bearing on a core NATS connection; texts, as the others of the `nats` command. */
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
  const directory = contextDirectory(request.configHome);
  const named = request.flag || request.environment;
  if (named) {
    const origin = request.flag ? 'flag' : 'environment';
    // As the nats command does: the path of a file, where there is one.
    const content = named.endsWith('.json') ? files.read(named) : undefined;
    if (content !== undefined) return { name: basename(named, '.json'), origin, fields: parseContext(content, named) };
    const text = files.read(contextPath(directory, named));
    if (text === undefined) throw unknownContext(named, contextNames(files.list(directory)));
    return { name: named, origin, fields: parseContext(text, named) };
  }
  if (request.ignoreSelected) return undefined;
  const selected = files.read(join(request.configHome, 'nats', 'context.txt'))?.trim();
  if (!selected) return undefined;
  const text = files.read(contextPath(directory, selected));
  if (text === undefined) {
    throw new CliError('usage', `the selected context "${selected}" does not exist`, {
      hint: 'select another with `natsctl context select`, or leave it out with --no-context',
    });
  }
  return { name: selected, origin: 'selected', fields: parseContext(text, selected) };
}

function contextPath(directory: string, name: string): string {
  if (/[/\\]/.test(name) && name.endsWith('.json')) throw usageError(`there is no context file ${name}`);
  return join(directory, `${requireContextName(name)}.json`);
}

/**
 * The rule of the `nats` command: a name stays inside its directory.
 *
 * @throws CliError `usage`
 */
export function requireContextName(name: string): string {
  if (name === '') throw usageError('the name of the context is empty');
  if (name.includes('..') || /[/\\]/.test(name)) {
    throw usageError(`invalid context name "${name}": no "..", "/" or "\\"`);
  }
  return name;
}

/** Where the contexts are, a JSON file each. @param configHome `$XDG_CONFIG_HOME`, by default `~/.config` */
export function contextDirectory(configHome: string): string {
  return join(configHome, 'nats', 'context');
}

/** The contexts among the files of that directory, sorted. */
export function contextNames(files: readonly string[]): readonly string[] {
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** @param known the names of those that there are */
export function unknownContext(name: string, known: readonly string[]): CliError {
  return usageError(
    `there is no context "${name}"`,
    known.length === 0 ? 'no contexts are saved on this machine' : `there are: ${known.join(', ')}`,
  );
}

/**
 * Reads what a context file says of the connection.
 *
 * @returns its fields with those left out that are empty or have no bearing on a connection
 * @throws CliError `usage` where it is malformed, or holds what natsctl does not support
 */
export function parseContext(text: string, name: string): Context['fields'] {
  const fields: Record<string, string | boolean> = {};
  for (const [field, value] of Object.entries(parseContextFile(text, name))) {
    if (IRRELEVANT_FIELDS.has(field) || isEmpty(value)) continue;
    if (!TEXT_FIELDS.has(field) && !FLAG_FIELDS.has(field)) {
      throw usageError(`context ${name}: natsctl does not support "${field}"`, 'leave the field empty');
    }
    // Its type has been looked at.
    fields[field] = value as string | boolean;
  }
  return fields;
}

/** A context file as it is: those fields too that natsctl knows nothing of. */
export type ContextFields = Readonly<Record<string, unknown>>;

/**
 * Reads a context file whole.
 *
 * @throws CliError `usage` where it is no JSON object, or a field that natsctl knows has the wrong type
 */
export function parseContextFile(text: string, name: string): ContextFields {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw usageError(`context ${name} is not valid JSON`, placeInJson(error, text));
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw usageError(`context ${name} is not a JSON object`);
  }
  for (const [field, value] of Object.entries(content)) {
    const isWrong =
      (TEXT_FIELDS.has(field) && typeof value !== 'string') || (FLAG_FIELDS.has(field) && typeof value !== 'boolean');
    if (isWrong && !isEmpty(value)) throw usageError(`context ${name}: "${field}" has the wrong type`);
  }
  return content as ContextFields;
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === null || value === false || (Array.isArray(value) && value.length === 0);
}
