/** What a user's JWT says; it is not verified, which is for the server. */
export interface UserJwt {
  /** The user's public nkey. */
  readonly subject: string | undefined;
  readonly name: string | undefined;
  /** The public nkey of whoever signed it: the account's, or one of the account's signing keys. */
  readonly issuer: string | undefined;
  /** The account's public nkey. */
  readonly account: string | undefined;
  /** `user`, `account`, `operator`. */
  readonly type: string | undefined;
  readonly issuedAt: Date | undefined;
  readonly notBefore: Date | undefined;
  /** Undefined where it does not end. */
  readonly expiresAt: Date | undefined;
  /** Whoever has it is let in, without a signature. */
  readonly isBearer: boolean;
}

/**
 * Reads the claims of a JWT (https://docs.nats.io, "JWT"). Pure.
 *
 * @returns undefined where it is none
 */
export function readUserJwt(text: string): UserJwt | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text.trim()) ?? [];
  if (payload === undefined) return undefined;
  const claims = parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims === undefined) return undefined;
  const nats = isObject(claims['nats']) ? claims['nats'] : {};
  const issuer = textOf(claims['iss']);
  return {
    subject: textOf(claims['sub']),
    name: textOf(claims['name']),
    issuer,
    // A signing key signs in the account's name.
    account: textOf(nats['issuer_account']) ?? issuer,
    // Version 1 has it beside the nats object.
    type: textOf(nats['type']) ?? textOf(claims['type']),
    issuedAt: dateOf(claims['iat']),
    notBefore: dateOf(claims['nbf']),
    expiresAt: dateOf(claims['exp']),
    isBearer: nats['bearer_token'] === true,
  };
}

type Claims = Readonly<Record<string, unknown>>;

function parseObject(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Seconds since 1970; 0 is none. */
function dateOf(value: unknown): Date | undefined {
  if (typeof value !== 'number' || value <= 0) return undefined;
  const date = new Date(value * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
