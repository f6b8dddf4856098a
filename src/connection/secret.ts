import { promises } from 'node:fs';
import { usageError } from '../errors.js';

/**
 * Where a secret, or a file that holds one, is found. `label` is what may be shown of it: the path as it was
 * written, or the form (`data:`, `env://NAME`); never the secret.
 */
export type SecretSource =
  | { readonly kind: 'file'; readonly path: string; readonly label: string }
  | { readonly kind: 'text'; readonly text: string; readonly label: string };

/** What the forms of a reference are resolved with. */
export interface ReferenceScope {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The setting that holds the reference, for errors: `--creds`, `"creds" in context prod`. */
  readonly setting: string;
  /** Whether `$NAME` in a path is replaced: in a context file; in a flag the shell has done it already. */
  readonly variables: boolean;
}

/** Reference forms of the `nats` command that natsctl has no means for. */
const UNSUPPORTED_SCHEMES = ['nsc', 'op'] as const;

/** An nkey seed, or what was meant to be one. */
const SEED = /^S[A-Z2-7]{40,}$/;

/** A seed where a file's name may stand as well. */
export function looksLikeSeed(text: string): boolean {
  return SEED.test(text.trim());
}

/** A JWT where a file's name may stand as well. */
export function looksLikeJwt(text: string): boolean {
  return text.startsWith('eyJ');
}

/**
 * Replaces a leading `~` by the home directory and, as the `nats` command does in context files, `$NAME` and
 * `${NAME}` by the environment's value.
 */
function expandPath(path: string, { env, home, variables }: ReferenceScope): string {
  const expanded = variables
    ? path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => env[braced ?? bare] ?? '')
    : path;
  return expanded === '~' || expanded.startsWith('~/') ? `${home}${expanded.slice(1)}` : expanded;
}

/**
 * Resolves the reference forms of the peer's contexts: `data:;base64,…`, `env://NAME`, `file://PATH`. What
 * has none of these forms is what `otherwise` says: a path, or the secret itself.
 *
 * @throws CliError `usage` for `nsc://` and `op://`, a variable that is not set, bad base64, or a secret where a
 *   path belongs
 */
export function secretSource(reference: string, otherwise: 'path' | 'literal', scope: ReferenceScope): SecretSource {
  const scheme = UNSUPPORTED_SCHEMES.find((name) => reference.startsWith(`${name}:`));
  if (scheme !== undefined) {
    throw usageError(`${scope.setting}: natsctl does not support ${scheme}:// references`);
  }
  if (reference.startsWith('data:')) return { kind: 'text', text: decodeData(reference, scope), label: 'data:' };
  if (reference.startsWith('env://')) {
    const name = reference.slice('env://'.length);
    const text = scope.env[name];
    if (text === undefined || text === '') {
      throw usageError(`${scope.setting}: the environment variable ${name || '(no name)'} is not set`);
    }
    return { kind: 'text', text, label: `env://${name}` };
  }
  if (reference.startsWith('file://')) return fileSource(reference.slice('file://'.length), scope);
  if (otherwise === 'path') return fileSource(reference, scope);
  return { kind: 'text', text: reference, label: '' };
}

/** The content of a file where its path is wanted: a path is shown, and what was pasted in its place must not be. */
export function looksLikeContent(text: string): boolean {
  return looksLikeSeed(text) || looksLikeJwt(text) || /[\r\n]|-----BEGIN/.test(text);
}

function fileSource(path: string, scope: ReferenceScope): SecretSource {
  if (looksLikeContent(path)) {
    throw usageError(`${scope.setting}: this is the content of a file, and the path of one is wanted`);
  }
  return { kind: 'file', path: expandPath(path, scope), label: path };
}

function decodeData(reference: string, scope: ReferenceScope): string {
  const comma = reference.indexOf(',');
  const header = reference.slice('data:'.length, comma).split(';');
  const payload = reference.slice(comma + 1);
  if (comma === -1 || !header.some((part) => part.trim() === 'base64')) {
    throw usageError(`${scope.setting}: a data: reference must have the form data:;base64,…`);
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(payload) || payload.length % 4 !== 0) {
    throw usageError(`${scope.setting}: the data: reference is not valid base64`);
  }
  return Buffer.from(payload, 'base64').toString('utf8');
}

/**
 * Reads the secret.
 *
 * @param name the setting, for errors: `creds`
 * @returns its text, the file's final newline included
 * @throws CliError `usage` where the file cannot be read
 */
export async function readSecret(source: SecretSource, name: string): Promise<string> {
  if (source.kind === 'text') return source.text;
  try {
    return await promises.readFile(source.path, 'utf8');
  } catch (error) {
    throw usageError(`cannot read the ${name} file ${source.label}: ${reasonOf(error)}`);
  }
}

/** The system's reason in words: `no such file`, `permission denied`. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a directory';
  return code ?? String(error);
}
