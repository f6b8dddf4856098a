import { usageError } from '../errors.js';

/** Credentials written into a server's address: `nats://user:password@host` or `nats://token@host`. */
export type UrlLogin =
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** One server's address, taken apart. */
export interface ServerUrl {
  readonly host: string;
  readonly port: number;
  /** `tls://` was written: never speak to it in plain. */
  readonly tls: boolean;
  readonly login: UrlLogin | undefined;
}

const DEFAULT_PORT = 4222;
const SCHEMES: ReadonlySet<string> = new Set(['nats:', 'tls:']);
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The address without what is secret in it: all up to the last `@` is left out. */
export function maskServerText(text: string): string {
  const at = text.lastIndexOf('@');
  if (at === -1) return text;
  return `${SCHEME.exec(text)?.[0] ?? ''}…@${text.slice(at + 1)}`;
}

/**
 * A list of addresses without what is secret in them. A comma within a password cuts it in two, the first half in
 * what looks like an address of its own.
 */
export function maskServerList(text: string): string {
  const addresses = text.split(',');
  return addresses.map((address, at) => (isCut(addresses, at) ? '…' : maskServerText(address))).join(',');
}

function isCut(addresses: readonly string[], at: number): boolean {
  const isWhole = addresses[at]?.includes('@') === true;
  return !isWhole && addresses.slice(at + 1).some((later) => later.includes('@'));
}

/**
 * The host as nats.js writes it: it reads addresses as `http://` ones, which makes letters small and gives
 * `127.1` and `[0:0::1]` their common form. A server must be found again under the name nats.js knows it by.
 */
function commonHost(url: URL): string {
  const { hostname } = new URL(`http://${url.hostname}`);
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function parseServerUrl(text: string, shown: string, from: string): ServerUrl {
  const fail = (reason: string): Error =>
    usageError(`invalid server address "${shown}" (${from}): ${reason}`, 'write nats://host:port');

  let url: URL;
  let host: string;
  try {
    url = new URL(SCHEME.test(text) ? text : `nats://${text}`);
    host = SCHEMES.has(url.protocol) && url.hostname !== '' ? commonHost(url) : '';
  } catch {
    throw fail('it is not a URL');
  }
  if (!SCHEMES.has(url.protocol)) throw fail('natsctl speaks nats:// and tls:// alone');
  if (host === '') throw fail('it has no host');
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '') {
    throw fail('nothing may follow the port; percent-encode special characters of a password');
  }
  if (url.port === '0') throw fail('port 0 is no port');
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === 'tls:',
    login: readLogin(url, fail),
  };
}

function readLogin(url: URL, fail: (reason: string) => Error): UrlLogin | undefined {
  if (url.username === '' && url.password === '') return undefined;
  try {
    const user = decodeURIComponent(url.username);
    if (url.password === '') return { kind: 'token', token: user };
    return { kind: 'user', user, password: decodeURIComponent(url.password) };
  } catch {
    throw fail('its credentials are not percent-encoded rightly');
  }
}

/**
 * Reads a comma-separated list of server addresses.
 *
 * @param from where the list was written, for errors: `--server`, `NATS_URL`, `context prod`
 * @throws CliError `usage`, secrets masked
 */
export function parseServerList(text: string, from: string): readonly ServerUrl[] {
  const addresses = text
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  if (addresses.length === 0) throw usageError(`no server address in ${from}`, 'write nats://host:port');
  return addresses.map((address, at) =>
    parseServerUrl(address, isCut(addresses, at) ? '…' : maskServerText(address), from),
  );
}

/** `host:port`, an IPv6 host in brackets: what nats.js is given and gives back. */
export function hostPort(server: { readonly host: string; readonly port: number }): string {
  return `${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`;
}

/** The address as a person writes it, without credentials. */
export function formatServer(server: { readonly host: string; readonly port: number; readonly tls: boolean }): string {
  return `${server.tls ? 'tls' : 'nats'}://${hostPort(server)}`;
}
