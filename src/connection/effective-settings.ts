import { companionLevels, METHODS } from './auth.js';
import { DEFAULT_SERVER, DEFAULT_TIMEOUT } from './plan.js';
import { looksLikeJwt, looksLikeSeed } from './secret.js';
import { maskServerList } from './server-url.js';
import {
  flagName,
  SETTINGS,
  type Setting,
  type SettingKey,
  SettingReader,
  type SettingSources,
  WRITTEN_LEVELS,
} from './settings.js';

/** A setting that somebody wrote, or its default, as it may be shown to anybody. */
export interface EffectiveSetting {
  /** That of its flag, without the dashes. */
  readonly name: string;
  /** What is secret in it masked. */
  readonly value: string;
  /** Where it was written: `--creds`, `NATS_CREDS`, `context prod`, `default`. */
  readonly from: string;
  /** Why it has no effect; undefined where it has one. */
  readonly unused: string | undefined;
}

const DEFAULTS: Partial<Record<SettingKey, string>> = { server: DEFAULT_SERVER, timeout: DEFAULT_TIMEOUT };
const MASKED = '[masked]';
/** Forms that name a place where a secret is, and hold none themselves. */
const REFERENCE = /^(?:env|file|nsc|op):\/\//;
/** Too long for a file's name, and without what makes a path: a seed that was pasted, mistyped perhaps. */
const NO_PATH = /^[^/\\.]{40,}$/;

/**
 * All settings that are written anywhere, the effective one of each first, and the defaults where nothing is. Pure;
 * also where they contradict each other, so that no plan can be made of them.
 */
export function effectiveSettings(sources: SettingSources): readonly EffectiveSetting[] {
  const settings = new SettingReader(sources);
  const shown = (Object.keys(SETTINGS) as SettingKey[]).flatMap((key): readonly EffectiveSetting[] => {
    const name = flagName(SETTINGS[key].flag).slice(2);
    const value = DEFAULTS[key];
    const written = writtenAt(settings, key);
    const [nearest] = written;
    if (nearest === undefined) return value === undefined ? [] : [{ name, value, from: 'default', unused: undefined }];
    return written.map((setting) => ({
      name,
      value: shownValue(settings, key, setting),
      from: setting.from,
      unused: setting === nearest ? whyUnused(settings, key, setting) : `${nearest.from} comes first`,
    }));
  });
  return [...shown, ...tlsFirst(sources)];
}

function writtenAt(settings: SettingReader, key: SettingKey): readonly Setting[] {
  return WRITTEN_LEVELS.flatMap((level) => {
    try {
      return settings.at(level, key) ?? [];
    } catch {
      // An empty flag: the plan tells of it.
      return [];
    }
  });
}

function tlsFirst({ flags, context }: SettingSources): readonly EffectiveSetting[] {
  const inContext = context?.fields['tls_first'] === true;
  if (flags.tlsfirst !== true && !inContext) return [];
  const from = flags.tlsfirst === true ? '--tlsfirst' : `context ${context?.name}`;
  return [{ name: 'tlsfirst', value: 'true', from, unused: undefined }];
}

/** The method that is used: the nearest level's, the first where a level has two, which the plan refuses. */
function usedMethod(settings: SettingReader): { readonly key: SettingKey; readonly setting: Setting } | undefined {
  for (const level of WRITTEN_LEVELS) {
    for (const key of METHODS) {
      const setting = writtenAt(settings, key).find((candidate) => candidate.level === level);
      if (setting !== undefined) return { key, setting };
    }
  }
  return undefined;
}

/** Of several kinds of credentials the nearest level's is used; a password and a seed go with their own kind. */
function whyUnused(settings: SettingReader, key: SettingKey, setting: Setting): string | undefined {
  const used = usedMethod(settings);
  const owner = key === 'password' ? 'user' : key === 'seed' ? 'jwt' : undefined;
  if (owner !== undefined) {
    const isCompanion = used?.key === owner && companionLevels(used.setting).some((level) => level === setting.level);
    return isCompanion ? undefined : `no --${owner} goes with it`;
  }
  if (!METHODS.some((method) => method === key) || used === undefined || used.key === key) return undefined;
  return used.setting.level === setting.level
    ? `${used.setting.from} is there too`
    : `the credentials of ${used.setting.from} come first`;
}

function shownValue(settings: SettingReader, key: SettingKey, setting: Setting): string {
  const { value } = setting;
  if (key === 'server') return maskServerList(value);
  if (value.startsWith('data:')) return 'data:…';
  if (REFERENCE.test(value)) return value;
  if (key === 'password' || key === 'token') return MASKED;
  // A user without a password is a token.
  if (key === 'user' && setting.level !== 'context') {
    return companionLevels(setting).some((level) => writtenAt(settings, 'password').some((it) => it.level === level))
      ? value
      : MASKED;
  }
  const isPasted =
    looksLikeJwt(value) || looksLikeSeed(value) || NO_PATH.test(value) || /[\r\n]|-----BEGIN/.test(value);
  return isPasted ? MASKED : value;
}
