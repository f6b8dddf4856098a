import { isAbsolute, resolve } from 'node:path';
import { type ConfigFile, type FieldValues, type NamedPool, PATH_FIELDS } from '../config/index.js';
import { type Environment, SETTINGS } from '../connection/index.js';
import { CliError } from '../errors.js';
import { keyOf } from './flags.js';
import { type GlobalFlags, globalFlags } from './global-flags.js';
import { type ServeFlags, serveFlags } from './serve-flags.js';
import type { PoolRequest, Read, ServeCommandLine, SharedRequest } from './serve-request.js';

/** Fields that say where to connect to, and as whom: whoever names a server or a context elsewhere means none of these. */
const PLACE = ['server', 'context', 'creds', 'nkey', 'tlscert', 'tlskey', 'tlsca', 'tlsfirst'] as const;
const LOGIN = ['creds', 'nkey', 'jwt', 'seed', 'user', 'password', 'token'] as const;
const CERTIFICATE = ['tlscert', 'tlskey'] as const;
/** As in `--max-queued: 3`. */
const FLAG = /(?<![\w-])--([a-z][a-z-]*[a-z])/g;
const FLAG_KEYS: ReadonlySet<string> = new Set([...Object.keys(serveFlags), ...Object.keys(globalFlags)].map(keyOf));

/** A pool of the file, with what the command line says of all pools. */
export function mergePool(file: ConfigFile, { name, fields }: NamedPool, line: ServeCommandLine): PoolRequest {
  const { flags } = line;
  const text = (key: keyof ServeFlags & string): string | undefined => {
    const given = flags[key];
    return typeof given === 'string' ? given : textOf(fields, key);
  };
  const services = listOf(fields, 'service');
  const [command, ...args] = listOf(fields, 'command');
  return {
    name,
    services,
    program: command === undefined ? [] : [command.includes('/') ? fromFolder(file.folder, command) : command, ...args],
    folder: file.folder,
    flags: {
      exec: fields['exec'] === true,
      stdio: fields['stdio'] === true,
      subject: listOf(fields, 'subject'),
      name: textOf(fields, 'name'),
      workers: text('workers'),
      queue: text('queue'),
      handlerTimeout: text('handlerTimeout'),
      concurrency: text('concurrency'),
      maxQueued: text('maxQueued'),
      overload: text('overload'),
      watchdog: text('watchdog'),
      memoryLimit: text('memoryLimit'),
      maxRequests: text('maxRequests'),
      grace: text('grace'),
      // What comes with natsctl stays, so that on a command line it is meant for the others.
      watch: fields['watch'] === true || (flags.watch && services.some((service) => /[./\\]/.test(service))),
      register: fields['register'] === true || flags.register,
      registerTtl: text('registerTtl'),
    },
    read: reader(file.given, `pools.${name}`, without(fields, flags), (message) => {
      return `${fields['service'] === undefined ? 'command' : 'service'}: ${message}`;
    }),
  };
}

/** What all pools of the file share: flags win over variables, those over the file, and it over the selected context. */
export function mergeShared(file: ConfigFile, { flags, global, env }: ServeCommandLine): SharedRequest {
  const fields = sharedFields(file, global, env);
  const text = (key: string, given: string | undefined): string | undefined => given ?? textOf(fields, key);
  const says = flags.embedded || flags.noEmbedded || env['NATSCTL_EMBEDDED'] === '0';
  return {
    flags: {
      log: text('log', flags.log),
      health: text('health', flags.health),
      readyFile: text('readyFile', flags.readyFile),
      embedded: flags.embedded || (!says && fields['embedded'] === true),
      noEmbedded: flags.noEmbedded || (!says && fields['embedded'] === false),
    },
    global: {
      ...global,
      server: global.server ?? (fields['server'] === undefined ? undefined : listOf(fields, 'server').join(',')),
      context: text('context', global.context),
      creds: text('creds', global.creds),
      nkey: text('nkey', global.nkey),
      tlscert: text('tlscert', global.tlscert),
      tlskey: text('tlskey', global.tlskey),
      tlsca: text('tlsca', global.tlsca),
      tlsfirst: global.tlsfirst || fields['tlsfirst'] === true,
      timeout: text('timeout', global.timeout),
      waitServer: text('waitServer', global.waitServer),
      inboxPrefix: text('inboxPrefix', global.inboxPrefix),
      connectionName: text('connectionName', global.connectionName),
    },
    read: reader(file.given, '', without(without(fields, flags), global), (message) => {
      const context = textOf(fields, 'context');
      return context !== undefined && message.includes(context) ? `context: ${message}` : undefined;
    }),
  };
}

/** The shared fields that count, where variables and flags say other things: a secret never goes to another server. */
function sharedFields({ shared, folder }: ConfigFile, global: GlobalFlags, env: Environment): FieldValues {
  const isGiven = (key: string): boolean => {
    const setting = Object.values(SETTINGS).find(({ flag }) => flag === key);
    const variable = setting !== undefined && 'env' in setting ? env[setting.env] : undefined;
    return Boolean(global[key as keyof GlobalFlags]) || Boolean(variable);
  };
  const out = new Set<string>(['timeout'].filter(isGiven));
  if (isGiven('server') || global.context !== undefined || env['NATS_CONTEXT']) for (const key of PLACE) out.add(key);
  if (global.noContext) out.add('context');
  if (LOGIN.some(isGiven)) for (const key of LOGIN) out.add(key);
  if (CERTIFICATE.some(isGiven)) for (const key of CERTIFICATE) out.add(key);
  if (isGiven('tlsca')) out.add('tlsca');
  const counting = Object.entries(shared).filter(([key]) => !out.has(key));
  return Object.fromEntries(
    counting.map(([key, value]) => [
      key,
      PATH_FIELDS.has(key) && typeof value === 'string' ? fromFolder(folder, value) : value,
    ]),
  );
}

/** Not of what names no file: `~/me.creds`, `env://CREDS`. */
function fromFolder(folder: string, path: string): string {
  return isAbsolute(path) || path === '' || /^[~$]|:\/\//.test(path) ? path : resolve(folder, path);
}

/**
 * Has errors about flags tell of the fields of the file that the values are from.
 *
 * @param path of the fields: `pools.orders`
 * @param fields those whose values are the file's
 * @param otherwise what to make of a message that names no flag; undefined: it is none of the file's
 */
function reader(
  given: string,
  path: string,
  fields: FieldValues,
  otherwise: (message: string) => string | undefined,
): Read {
  const start = path === '' ? `${given}: ` : `${given}: ${path}.`;
  const inFields = (text: string): string =>
    text.replaceAll(FLAG, (flag, name: string) => (FLAG_KEYS.has(keyOf(name)) ? keyOf(name) : flag));
  const isOurs = (key: string): boolean => fields[key] !== undefined || (key === 'noEmbedded' && 'embedded' in fields);
  return (parse) => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof CliError) || error.kind !== 'usage') throw error;
      const { message, hint, details } = error;
      const named = [...message.matchAll(FLAG)].map(([, name = '']) => keyOf(name)).find((key) => FLAG_KEYS.has(key));
      if (named !== undefined && !isOurs(named)) throw error;
      const told = named === undefined ? otherwise(message) : inFields(message);
      if (told === undefined) throw error;
      // What it says of a command line is of no use here.
      const ownHint = hint === undefined || hint.includes('natsctl serve') ? undefined : inFields(hint);
      throw new CliError('usage', `${start}${told}`, { hint: ownHint, details, cause: error });
    }
  };
}

/** The fields that no flag has overruled. */
function without(fields: FieldValues, flags: Readonly<Record<string, unknown>>): FieldValues {
  // A switch or a list that was not given is false or empty.
  const isGiven = (value: unknown): boolean => value !== undefined && value !== false && !Array.isArray(value);
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !isGiven(flags[key])));
}

function textOf(fields: FieldValues, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' ? value : undefined;
}

function listOf(fields: FieldValues, key: string): readonly string[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}
