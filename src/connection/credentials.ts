import type { Authenticator } from 'nats';
import { usageError } from '../errors.js';
import type { Auth } from './auth.js';
import { readSecret } from './secret.js';

/** Three parts in base64url, the first a JSON object. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/;

/**
 * Reads what the credentials consist of and makes the client's answer to a server's greeting of it. Called at
 * each dial, so that a file that was renewed meanwhile is used.
 *
 * @throws CliError `usage` where a file is missing or not of its form
 */
export async function loadAuthenticator(auth: Auth): Promise<Authenticator> {
  switch (auth.method) {
    case 'none':
      return () => undefined;
    case 'user': {
      const pass = withoutFinalNewline(await readSecret(auth.password, 'password'));
      return () => ({ user: auth.user, pass });
    }
    case 'token': {
      const token = withoutFinalNewline(await readSecret(auth.token, 'token'));
      return () => ({ auth_token: token });
    }
    case 'creds': {
      const text = await readSecret(auth.creds, 'creds');
      const jwt = findBlock(text, 'USER JWT');
      const seed = findBlock(text, 'USER NKEY SEED');
      if (jwt === undefined || seed === undefined || !JWT.test(jwt)) {
        throw usageError(`${auth.creds.label} is not a creds file (${auth.from})`, 'it needs a user JWT and its seed');
      }
      return signWith(seed, `creds ${auth.creds.label}`, jwt);
    }
    case 'nkey':
      return signWith(findSeed(await readSecret(auth.seed, 'nkey')), `nkey ${auth.seed.label}`);
    case 'jwt': {
      const jwtText = await readSecret(auth.jwt, 'jwt');
      const jwt = findBlock(jwtText, 'USER JWT') ?? jwtText.trim();
      if (!JWT.test(jwt)) {
        throw usageError(
          `${`jwt ${auth.jwt.label}`.trim()} is not of that form (${auth.from})`,
          'a JWT starts with eyJ',
        );
      }
      if (auth.seed === undefined) return () => ({ jwt, nkey: '', sig: '' });
      return signWith(findSeed(await readSecret(auth.seed, 'seed')), `seed ${auth.seed.label}`, jwt);
    }
  }
}

/** An answer that signs the server's nonce with the seed's private key. */
async function signWith(seed: string | undefined, name: string, jwt?: string): Promise<Authenticator> {
  // Loaded here alone: most connections sign nothing, and the signing code is slow to load.
  const { nkeys } = await import('nats/lib/nats-base-client/nkeys.js');
  let pair: ReturnType<typeof nkeys.fromSeed>;
  try {
    pair = nkeys.fromSeed(Buffer.from(seed ?? ''));
    pair.getPublicKey();
  } catch {
    throw usageError(`${name.trim()} does not hold a valid nkey seed`, 'a seed starts with S');
  }
  return (nonce = '') => {
    const sig = Buffer.from(pair.sign(Buffer.from(nonce))).toString('base64url');
    const nkey = pair.getPublicKey();
    return jwt === undefined ? { nkey, sig } : { jwt, nkey, sig };
  };
}

/** The text between `-----BEGIN NATS USER JWT-----` and its end line: the decorated form that `nsc` writes. */
function findBlock(text: string, name: string): string | undefined {
  const block = new RegExp(`-{3,}\\s*BEGIN (?:NATS )?${name}\\s*-{3,}\\s*(\\S+)\\s*-{3,}`).exec(text);
  return block?.[1];
}

/** A seed file holds the seed alone, among comments, or decorated. */
function findSeed(text: string): string | undefined {
  return findBlock(text, 'USER NKEY SEED') ?? /^\s*(S[A-Z2-7]{57})\s*$/m.exec(text)?.[1];
}

function withoutFinalNewline(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}
