import { usageError } from '../errors.js';
import { looksLikeJwt, looksLikeSeed, type SecretSource } from './secret.js';
import type { UrlLogin } from './server-url.js';
import { type Level, SETTINGS, type Setting, type SettingReader, WRITTEN_LEVELS } from './settings.js';

/** How the client proves who it is, and `from`: where that was set (`--creds`, `NATS_USER`, `context prod`). */
export type Auth =
  | { readonly method: 'none' }
  | { readonly method: 'user'; readonly user: string; readonly password: SecretSource; readonly from: string }
  | { readonly method: 'token'; readonly token: SecretSource; readonly from: string }
  | { readonly method: 'creds'; readonly creds: SecretSource; readonly from: string }
  | { readonly method: 'nkey'; readonly seed: SecretSource; readonly from: string }
  | {
      readonly method: 'jwt';
      readonly jwt: SecretSource;
      /** Absent for a bearer token, which the server takes unsigned. */
      readonly seed: SecretSource | undefined;
      readonly from: string;
    };

/** Each of these alone says how to prove who one is; a level that gives two is refused. */
export const METHODS = ['creds', 'nkey', 'jwt', 'user', 'token'] as const;

/**
 * The one method of the nearest level that names one, with what completes it.
 *
 * @throws CliError `usage` where a level names two methods, or a password or seed is given to no purpose
 */
export function planAuth(settings: SettingReader): { readonly auth: Auth; readonly level: Level } {
  for (const level of WRITTEN_LEVELS) {
    const given = METHODS.flatMap((method) => {
      const setting = settings.at(level, method);
      return setting === undefined ? [] : [{ method, setting }];
    });
    const [first, second] = given;
    if (second !== undefined) {
      const names =
        level === 'context'
          ? given.map(({ method }) => `"${SETTINGS[method].field}"`)
          : given.map(({ setting }) => setting.from);
      const where = level === 'context' ? ` (${second.setting.from})` : '';
      throw usageError(`${names.join(' and ')} exclude each other${where}`, 'give one kind of credentials');
    }
    if (first !== undefined) {
      const auth = completeAuth(first.method, first.setting, settings);
      requireUse(settings, auth);
      return { auth, level };
    }
  }
  requireUse(settings, { method: 'none' });
  return { auth: { method: 'none' }, level: 'default' };
}

function completeAuth(method: (typeof METHODS)[number], setting: Setting, settings: SettingReader): Auth {
  const { from } = setting;
  switch (method) {
    case 'creds':
      return { method, creds: settings.secret(setting, 'path'), from };
    case 'nkey':
      return { method, seed: settings.secret(setting, 'path'), from };
    case 'token':
      return { method, token: settings.secret(setting, 'literal'), from };
    case 'jwt': {
      const seed = settings.nearest('seed', companionLevels(setting));
      return {
        method,
        jwt: settings.secret(setting, looksLikeJwt(setting.value) ? 'literal' : 'path'),
        seed: seed && settings.secret(seed, looksLikeSeed(seed.value) ? 'literal' : 'path'),
        from,
      };
    }
    case 'user': {
      const password = settings.nearest('password', companionLevels(setting));
      if (password !== undefined) {
        return { method, user: setting.value, password: settings.secret(password, 'literal'), from };
      }
      // "Username or Token", as the peer's --user says; in a context a user stays a user.
      if (setting.level !== 'context') return { method: 'token', token: settings.secret(setting, 'literal'), from };
      return { method, user: setting.value, password: { kind: 'text', text: '', label: '' }, from };
    }
  }
}

/** A password or seed out of a context belongs to that context's user and to no other. */
export function companionLevels(setting: Setting): readonly (typeof WRITTEN_LEVELS)[number][] {
  return setting.level === 'context' ? WRITTEN_LEVELS : ['flag', 'environment'];
}

/** A password or seed that was written on the command line must be of use. */
function requireUse(settings: SettingReader, auth: Auth): void {
  if (auth.method !== 'user' && settings.at('flag', 'password')) throw usageError('--password needs --user');
  if (auth.method !== 'jwt' && settings.at('flag', 'seed')) throw usageError('--seed needs --jwt');
}

/** The credentials in a server's address. @param from where the address was written */
export function urlAuth(login: UrlLogin, from: string): Auth {
  const inUrl = from.startsWith('context') ? `the URL in ${from}` : `the URL of ${from}`;
  if (login.kind === 'token') {
    return { method: 'token', token: { kind: 'text', text: login.token, label: '' }, from: inUrl };
  }
  const password = { kind: 'text', text: login.password, label: '' } as const;
  return { method: 'user', user: login.user, password, from: inUrl };
}

/** The credentials in words, without what is secret in them: `creds ~/x.creds, from context prod`. */
export function describeAuth(auth: Auth): string {
  switch (auth.method) {
    case 'none':
      return 'no credentials were given';
    case 'user':
      return `user ${JSON.stringify(auth.user)}, from ${auth.from}`;
    case 'token':
      return `token, from ${auth.from}`;
    case 'creds':
      return `creds ${auth.creds.label}, from ${auth.from}`;
    case 'nkey':
      return `nkey ${auth.seed.label}, from ${auth.from}`;
    case 'jwt':
      return `${`jwt ${auth.jwt.label}`.trim()}, from ${auth.from}`;
  }
}
