/** What a client says of itself in CONNECT. */
export interface ConnectOptions {
  readonly verbose: boolean;
  readonly pedantic: boolean;
  readonly echo: boolean;
  readonly headers: boolean | undefined;
  readonly no_responders: boolean | undefined;
  readonly protocol: number | undefined;
  readonly user: string | undefined;
  readonly pass: string | undefined;
  readonly auth_token: string | undefined;
  readonly account: string | undefined;
  readonly new_account: boolean | undefined;
  readonly name: string | undefined;
  readonly lang: string | undefined;
  readonly version: string | undefined;
}

/**
 * What a client is until it says otherwise, as in nats-server: made for a person at a terminal. All names are there,
 * so that the options of all clients are of one shape: they are looked at for each message.
 */
export const DEFAULT_CONNECT_OPTIONS: ConnectOptions = {
  verbose: true,
  pedantic: true,
  echo: true,
  headers: undefined,
  no_responders: undefined,
  protocol: undefined,
  user: undefined,
  pass: undefined,
  auth_token: undefined,
  account: undefined,
  new_account: undefined,
  name: undefined,
  lang: undefined,
  version: undefined,
};

const TYPES: Readonly<Record<keyof ConnectOptions | 'tls_required' | 'jwt' | 'nkey' | 'sig', string>> = {
  verbose: 'boolean',
  pedantic: 'boolean',
  echo: 'boolean',
  headers: 'boolean',
  no_responders: 'boolean',
  tls_required: 'boolean',
  new_account: 'boolean',
  protocol: 'integer',
  user: 'string',
  pass: 'string',
  auth_token: 'string',
  account: 'string',
  name: 'string',
  lang: 'string',
  version: 'string',
  jwt: 'string',
  nkey: 'string',
  sig: 'string',
};

/**
 * Reads a CONNECT's JSON as Go does for nats-server: names in any case, null says nothing, what is not known is
 * passed over, a value of another type makes all of it invalid.
 *
 * @param before what was said earlier, and holds where this says nothing
 * @returns undefined where it is invalid
 */
export function readConnectOptions(json: string, before: ConnectOptions): ConnectOptions | undefined {
  let said: unknown;
  try {
    said = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (said === null) return before;
  if (typeof said !== 'object' || Array.isArray(said)) return undefined;
  const options: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(said)) {
    const name = key.toLowerCase();
    if (!Object.hasOwn(TYPES, name) || value === null) continue;
    const type = Number.isInteger(value) ? 'integer' : typeof value;
    if (type !== TYPES[name as keyof typeof TYPES]) return undefined;
    if (Object.hasOwn(DEFAULT_CONNECT_OPTIONS, name)) options[name] = value;
  }
  return options as unknown as ConnectOptions;
}
