import { type Auth, describeAuth, loadAuthenticator, type SecretSource } from '../connection/index.js';
import { CliError } from '../errors.js';
import { checkFileMode } from './check-file-mode.js';
import { daysUntil, describeDate, type Finding, failed, SOON_DAYS } from './finding.js';
import { readUserJwt, type UserJwt } from './user-jwt.js';

const NEW_CREDENTIALS = 'ask whoever runs the account for new ones';
const CLOCK = "or does this machine's clock go wrong?";

/**
 * Reads the credentials as a connection would, and looks at what they say of themselves. Nothing of them is sent.
 *
 * @param nowMs milliseconds since 1970
 */
export async function checkCredentials(auth: Auth, nowMs = Date.now()): Promise<readonly Finding[]> {
  if (auth.method === 'none') return [{ check: 'credentials', status: 'ok', message: 'none were given' }];
  const files = await Promise.all(secretsOf(auth).map((secret) => checkFileMode('credentials', secret)));
  try {
    const authenticator = await loadAuthenticator(auth);
    // What a server would be told, but for the signature, which would be of its own nonce.
    const told = authenticator('') as { readonly jwt?: string; readonly nkey?: string } | undefined;
    return [...judgeCredentials(auth, told?.jwt, told?.nkey || undefined, nowMs), ...files.flat()];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [failed('credentials', error), ...files.flat()];
  }
}

function secretsOf(auth: Auth): readonly SecretSource[] {
  switch (auth.method) {
    case 'none':
      return [];
    case 'user':
      return [auth.password];
    case 'token':
      return [auth.token];
    case 'creds':
      return [auth.creds];
    case 'nkey':
      return [auth.seed];
    case 'jwt':
      return auth.seed === undefined ? [auth.jwt] : [auth.jwt, auth.seed];
  }
}

/**
 * What the credentials themselves say. Pure.
 *
 * @param publicKey the nkey that belongs to the seed; undefined where there is no seed
 */
export function judgeCredentials(
  auth: Auth,
  jwt: string | undefined,
  publicKey: string | undefined,
  nowMs: number,
): readonly Finding[] {
  const described = describeAuth(auth);
  if (jwt === undefined) {
    const key = publicKey === undefined ? '' : `: public key ${publicKey}`;
    const facts = { method: auth.method, public_key: publicKey };
    return [{ check: 'credentials', status: 'ok', message: `${described}${key}`, facts }];
  }
  const claims = readUserJwt(jwt);
  if (claims === undefined) {
    return [
      failed('credentials', new CliError('usage', `${described}: its JWT cannot be read`, { hint: NEW_CREDENTIALS })),
    ];
  }
  const { name, subject, account } = claims;
  const who: Finding = {
    check: 'credentials',
    status: 'ok',
    message: `${described}: user ${JSON.stringify(name ?? '')} ${subject ?? ''}, account ${account ?? 'unknown'}`,
    facts: factsOf(auth, claims),
  };
  return [who, ...judgeClaims(claims, publicKey, described, nowMs)];
}

function factsOf(auth: Auth, claims: UserJwt): NonNullable<Finding['facts']> {
  const { name, subject, account, issuer, expiresAt, issuedAt, isBearer } = claims;
  return {
    method: auth.method,
    user: name,
    subject,
    account,
    issuer,
    issued_at: issuedAt?.toISOString(),
    expires_at: expiresAt?.toISOString(),
    bearer: isBearer,
  };
}

function judgeClaims(
  { type, subject, expiresAt, notBefore, isBearer }: UserJwt,
  publicKey: string | undefined,
  described: string,
  nowMs: number,
): readonly Finding[] {
  const refuse = (reason: string, hint: string): Finding =>
    failed('credentials', new CliError('authorization', `${described}: ${reason}`, { hint }));
  const findings: Finding[] = [];
  if (type !== undefined && type !== 'user') {
    findings.push(refuse(`it is the JWT of an ${type}, and that of a user is wanted`, NEW_CREDENTIALS));
  }
  if (publicKey !== undefined && subject !== undefined && publicKey !== subject) {
    findings.push(
      refuse(`the seed belongs to ${publicKey}, the JWT to ${subject}`, 'give the seed that was made with the JWT'),
    );
  }
  if (publicKey === undefined && !isBearer) {
    findings.push(refuse('the JWT needs its seed: it is no bearer token', 'give the seed with --seed or NATS_SEED'));
  }
  if (notBefore !== undefined && notBefore.getTime() > nowMs) {
    findings.push(refuse(`the JWT is valid from ${describeDate(notBefore, nowMs)} on`, `wait, ${CLOCK}`));
  }
  if (expiresAt !== undefined) findings.push(judgeExpiry(expiresAt, refuse, nowMs));
  return findings;
}

function judgeExpiry(expiresAt: Date, refuse: (reason: string, hint: string) => Finding, nowMs: number): Finding {
  const days = daysUntil(expiresAt, nowMs);
  const when = describeDate(expiresAt, nowMs);
  if (days <= 0) return refuse(`the JWT expired on ${when}`, `${NEW_CREDENTIALS}, ${CLOCK}`);
  const message = `the JWT expires on ${when}`;
  return days < SOON_DAYS
    ? { check: 'credentials', status: 'warning', message, hint: `${NEW_CREDENTIALS} in time` }
    : { check: 'credentials', status: 'ok', message };
}
