import {
  type ContextFields,
  formatServer,
  looksLikeContent,
  maskServerText,
  parseServerList,
} from '../connection/for-contexts.js';

/** Of one length, whatever is behind it. */
const MASK = '********';

/** Fields of the `nats` command that hold no secret. */
const PLAIN: ReadonlySet<string> = new Set([
  ...['description', 'user', 'inbox_prefix', 'tls_first', 'color_scheme', 'nsc'],
  ...['jetstream_domain', 'jetstream_api_prefix', 'jetstream_event_prefix'],
  ...['windows_cert_store', 'windows_cert_match_by', 'windows_cert_match', 'windows_ca_certs_match'],
]);
const ADDRESSES: ReadonlySet<string> = new Set(['url', 'socks_proxy']);
const PATHS: ReadonlySet<string> = new Set(['creds', 'nkey', 'cert', 'key', 'ca']);
/** Their values may be the secret itself, or say where it is. */
const REFERENCES: Readonly<Record<string, RegExp>> = {
  token: /^(?:env|file|op|nsc):\/\//,
  password: /^(?:env|file|op|nsc):\/\//,
  user_jwt: /^(?:(?:env|file|op|nsc):\/\/|[/~.$])/,
  user_seed: /^(?:(?:env|file|op|nsc):\/\/|[/~.$])/,
};

/**
 * What may be shown of a context: fields that are empty left out, secrets masked, and so every field that nobody
 * knows, since it may hold one. Pure.
 */
export function maskedFields(fields: ContextFields): ContextFields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([field, value]) => field !== 'name' && !isEmpty(value))
      .map(([field, value]) => [field, shownValue(field, value)]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === null || value === false || (Array.isArray(value) && value.length === 0);
}

function shownValue(field: string, value: unknown): unknown {
  if (PLAIN.has(field)) return value;
  if (typeof value !== 'string') return MASK;
  if (ADDRESSES.has(field)) return maskAddresses(value);
  if (value.startsWith('data:')) return 'data:';
  if (PATHS.has(field)) return looksLikeContent(value) ? MASK : value;
  return REFERENCES[field]?.test(value) ? value : MASK;
}

/** A list of servers, of each what it is without its login. */
export function maskAddresses(text: string): string {
  if (!text.includes('@')) return text;
  try {
    return parseServerList(text, '')
      .map((server) => formatServer(server).replace('://', server.login === undefined ? '://' : '://…@'))
      .join(',');
  } catch {
    return maskServerText(text);
  }
}
