import { looksLikeContent, maskServerList } from '../../connection/for-contexts.js';

const MASKED = '[masked]';

/** Flags whose value is secret, with the names that the `nats` command has for them. */
const SECRET: ReadonlySet<string> = new Set(['password', 'token']);
/** Flags whose value is secret or the path of a file that holds it. */
const SECRET_OR_FILE: ReadonlySet<string> = new Set(['creds', 'nkey', 'jwt', 'seed', 'tlskey']);
/** Those of them that are always a path, where they are no reference that holds the secret itself. */
const FILES: ReadonlySet<string> = new Set(['creds', 'nkey', 'tlskey']);
const SERVERS: ReadonlySet<string> = new Set(['s', 'server']);
const HEADERS: ReadonlySet<string> = new Set(['H', 'header']);
/** Headers by whose names one sees that they carry a secret: `Authorization`, `X-Api-Key`, `Cookie`. */
const SECRET_HEADER = /auth|cookie|credential|jwt|key|pass|secret|session|signature|token/i;

/** A login in an address that stands anywhere in a text: all up to the last `@` before the host. */
const LOGIN = /([a-z][a-z0-9+.-]*:\/\/)[^\s/]+@/gi;
const LOGIN_WITHOUT_SCHEME = /(^|[\s,=])[^\s,=:/@]+:[^\s/]+@(?=[\w[])/g;
/** An nkey seed or a JWT, wherever it stands. */
const SECRET_TEXT = /\bS[A-Z2-7]{40,}\b|\beyJ[\w-]{10,}(?:\.[\w-]+)*/g;

/**
 * A command line without what is secret in it: passwords, tokens, seeds, JWTs, logins in addresses, and the values of
 * headers that authorize. Paths of files are left as they are. What may be a secret counts as one.
 */
export function maskCommand(words: readonly string[]): readonly string[] {
  const hasPassword = words.some((word) => /^--password(?:=|$)/.test(word));
  const end = words.indexOf('--');
  let awaiting: string | undefined;
  return words.map((word, at) => {
    if (end !== -1 && at >= end) return maskText(word);
    if (awaiting !== undefined) {
      const name = awaiting;
      awaiting = undefined;
      return maskValue(name, word, hasPassword);
    }
    const flag = readFlag(word);
    if (flag === undefined) return maskText(word);
    if (flag.value !== undefined) return flag.start + maskValue(flag.name, flag.value, hasPassword);
    if (isMaskedByName(flag.name)) awaiting = flag.name;
    return maskText(word);
  });
}

interface FlagWord {
  readonly name: string;
  /** All before its value. */
  readonly start: string;
  /** Undefined where it is the next word, or there is none. */
  readonly value: string | undefined;
}

/** `--name`, `--name=value`, `-n`, `-nvalue`, `-n=value`; switches may stand before the last letter: `-qs`. */
function readFlag(word: string): FlagWord | undefined {
  const [, long, equals] = /^--([^=]+)(=)?/.exec(word) ?? [];
  if (long !== undefined) {
    const start = `--${long}${equals ?? ''}`;
    return { name: dashes(long), start, value: equals === undefined ? undefined : word.slice(start.length) };
  }
  const [start, letter] = /^-[a-zA-Z]*?([sH])=?/.exec(word) ?? [];
  if (start === undefined || letter === undefined) return undefined;
  return { name: letter, start, value: word.length > start.length ? word.slice(start.length) : undefined };
}

/** yargs takes a name in camel case too. */
function dashes(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isMaskedByName(name: string): boolean {
  const hasValue = name === 'user' || SECRET.has(name) || SECRET_OR_FILE.has(name);
  return hasValue || SERVERS.has(name) || HEADERS.has(name);
}

function maskValue(name: string, value: string, hasPassword: boolean): string {
  if (SECRET.has(name)) return MASKED;
  // Without a password it is a token.
  if (name === 'user') return hasPassword ? value : MASKED;
  if (SECRET_OR_FILE.has(name)) return isReference(name, value) ? value : MASKED;
  if (SERVERS.has(name)) return maskServerList(value);
  if (HEADERS.has(name)) return maskHeader(value);
  return maskText(value);
}

/** Whether the value names where the secret is, or is none: the `--seed` of a benchmark is a number. */
function isReference(name: string, value: string): boolean {
  if (looksLikeContent(value) || value.startsWith('data:')) return false;
  return FILES.has(name) || /^\d+$/.test(value) || value.includes('/');
}

function maskHeader(header: string): string {
  const colon = header.indexOf(':');
  const name = header.slice(0, colon);
  return colon !== -1 && SECRET_HEADER.test(name) ? `${name}:${MASKED}` : maskText(header);
}

function maskText(text: string): string {
  return text.replace(LOGIN, '$1…@').replace(LOGIN_WITHOUT_SCHEME, '$1…@').replace(SECRET_TEXT, MASKED);
}
