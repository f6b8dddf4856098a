import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as jwt from '@nats-io/jwt';
import { createTempDir } from './guardian.js';

/** A user known by its nkey: the server knows the public key, the client signs with the seed. */
export interface NkeyUser {
  readonly publicKey: string;
  readonly seed: string;
  readonly seedFile: string;
}

/** A user of an {@link Operator}, in every form that a client takes it. */
export interface JwtUser extends NkeyUser {
  readonly jwt: string;
  readonly jwtFile: string;
  /** JWT and seed in one file, as `--creds` takes it. */
  readonly credsFile: string;
}

export interface JwtUserOptions {
  /** Default: no expiry. May lie in the past. */
  readonly expiresAt?: Date;
  /** The subjects that the user may use. Default: all. */
  readonly permissions?: jwt.Permissions;
}

/** The head of a chain of JWTs: operator, one account, its users. */
export interface Operator {
  /** The part of a nats-server.conf that has the server trust this operator and know the account. */
  readonly config: string;
  createUser(options?: JwtUserOptions): Promise<JwtUser>;
}

/** Makes an nkey user. */
export function createNkeyUser(): NkeyUser {
  return toFiles(jwt.createUser());
}

/** The part of a nats-server.conf that lets in these nkey users and nobody else. */
export function nkeyConfig(...users: readonly NkeyUser[]): string {
  return `authorization { users: [ ${users.map(({ publicKey }) => `{ nkey: ${publicKey} }`).join(', ')} ] }\n`;
}

/** What an account JWT leaves out counts as 0: no connection, no subscription. */
const unlimited = { conn: -1, leaf: -1, subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true };

/** Makes an operator with one account. */
export async function createOperator(): Promise<Operator> {
  const operatorKey = jwt.createOperator();
  const accountKey = jwt.createAccount();
  const operatorJwt = await jwt.encodeOperator('natsctl test', operatorKey);
  const accountJwt = await jwt.encodeAccount('test', accountKey, { limits: unlimited }, { signer: operatorKey });
  return {
    config: `operator: ${operatorJwt}
resolver: MEMORY
resolver_preload: { ${accountKey.getPublicKey()}: ${accountJwt} }
`,
    async createUser({ expiresAt, permissions } = {}) {
      const userKey = jwt.createUser();
      const expiry = expiresAt === undefined ? {} : { exp: Math.floor(expiresAt.getTime() / 1000) };
      const userJwt = await jwt.encodeUser('user', userKey, accountKey, { ...permissions }, expiry);
      const creds = jwt.fmtCreds(userJwt, userKey);
      return {
        ...toFiles(userKey),
        jwt: userJwt,
        jwtFile: writeSecret('user.jwt', userJwt),
        credsFile: writeSecret('user.creds', creds),
      };
    },
  };
}

function toFiles(userKey: jwt.KeyPair): NkeyUser {
  const seed = new TextDecoder().decode(userKey.getSeed());
  return { publicKey: userKey.getPublicKey(), seed, seedFile: writeSecret('user.nk', seed) };
}

function writeSecret(name: string, content: string | Uint8Array): string {
  const path = join(createTempDir('credentials'), name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}
