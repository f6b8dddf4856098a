import type { ConnectOptions } from './connect-options.js';
import type { ServerAuth } from './options.js';

/**
 * Who is let in. Secrets are compared in constant time: how long a refusal takes says nothing of how near a
 * guess was.
 */
export async function createAdmission(auth: ServerAuth | undefined): Promise<(options: ConnectOptions) => boolean> {
  if (auth === undefined) return () => true;
  const crypto = await import('node:crypto');
  const createComparison = (secret: string): ((guess: unknown) => boolean) => comparisonWith(crypto, secret);
  if (auth.kind === 'token') {
    const isToken = createComparison(auth.token);
    return ({ auth_token: token }) => isToken(token);
  }
  const isUser = createComparison(auth.user);
  const isPassword = createComparison(auth.password);
  return ({ user, pass }) => {
    const userFits = isUser(user);
    return isPassword(pass) && userFits;
  };
}

function comparisonWith(
  { createHash, timingSafeEqual }: typeof import('node:crypto'),
  secret: string,
): (guess: unknown) => boolean {
  // Digests are of one length, which the comparison needs, and which hides that of the secret.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(secret);
  return (guess) =>
    timingSafeEqual(digest(typeof guess === 'string' ? guess : ''), expected) && typeof guess === 'string';
}
