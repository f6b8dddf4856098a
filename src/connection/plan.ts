import { join } from 'node:path';
import { CliError, usageError } from '../errors.js';
import { parseDuration } from '../units.js';
import { type Auth, planAuth, urlAuth } from './auth.js';
import { type Context, type ContextFiles, findContext } from './context-file.js';
import type { TraceStyle } from './protocol-trace.js';
import type { SecretSource } from './secret.js';
import { parseServerList } from './server-url.js';
import { type ConnectionFlags, type Environment, RANK, SettingReader, type SettingSources } from './settings.js';

/** A server and what it is to be told: never a secret that was meant for another. */
export interface PlannedServer {
  readonly host: string;
  readonly port: number;
  /** `tls://` was asked for. */
  readonly tls: boolean;
  readonly auth: Auth;
  /** The name that its certificate must hold, where `host` is one of the addresses of that name. */
  readonly tlsName?: string;
}

export interface PlannedTls {
  readonly ca: SecretSource | undefined;
  readonly certificate: { readonly cert: SecretSource; readonly key: SecretSource; readonly from: string } | undefined;
  /** The handshake comes before the server's greeting. */
  readonly first: boolean;
}

/** All that is needed to connect; plain data, so that it can travel to a worker process. */
export interface ConnectionPlan {
  readonly servers: readonly PlannedServer[];
  /** Where the servers were named; `default` where nobody did. */
  readonly serversFrom: string;
  /** The context in use; undefined where there is none. */
  readonly context: string | undefined;
  /** For servers that the cluster makes known. */
  readonly auth: Auth;
  readonly tls: PlannedTls | undefined;
  readonly inboxPrefix: string | undefined;
  /** As operators see it in the server's list of connections. */
  readonly name: string;
  /** Bounds one try to connect to a server, and one wait for a reply. */
  readonly timeoutMs: number;
  /** How long to keep trying while no server answers; 0 is one try. */
  readonly waitServerMs: number;
  /** How to show the protocol; undefined where nobody asked for it. */
  readonly trace: TraceStyle | undefined;
}

export interface PlanRequest extends SettingSources {
  /** The connection's name where `--connection-name` gives none. */
  readonly name: string;
  /** `--trace`. */
  readonly trace?: TraceStyle | undefined;
}

export const DEFAULT_SERVER = 'nats://127.0.0.1:4222';
export const DEFAULT_TIMEOUT = '5s';

/** The directory under which the `nats` command keeps its contexts. */
export function configHome(env: Environment, home: string): string {
  return env['XDG_CONFIG_HOME'] || join(home, '.config');
}

/**
 * Finds the context that holds for these flags and this environment.
 *
 * A context that was merely selected is left alone once a server is named: its secrets were not meant for
 * that server.
 *
 * @throws CliError `usage`, see {@link findContext}
 */
export function contextFor(
  flags: ConnectionFlags,
  env: Environment,
  home: string,
  files?: ContextFiles,
): Context | undefined {
  if (flags.context === '') throw usageError('--context is empty');
  if (flags.noContext && flags.context) throw usageError('--context and --no-context exclude each other');
  return findContext(
    {
      flag: flags.context,
      environment: flags.noContext ? undefined : env['NATS_CONTEXT'],
      ignoreSelected: flags.noContext === true || flags.server !== undefined || Boolean(env['NATS_URL']),
      configHome: configHome(env, home),
    },
    files,
  );
}

/**
 * The name of the context that was selected once and is left alone here, since a server is named or `--no-context`
 * says so; undefined where there is none.
 */
export function contextLeftOut(
  flags: ConnectionFlags,
  env: Environment,
  home: string,
  files?: ContextFiles,
): string | undefined {
  if (flags.context || env['NATS_CONTEXT'] || contextFor(flags, env, home, files) !== undefined) return undefined;
  const nobody = { flag: undefined, environment: undefined, ignoreSelected: false };
  try {
    return findContext({ ...nobody, configHome: configHome(env, home) }, files)?.name;
  } catch {
    // It is of no use anyway.
    return undefined;
  }
}

/**
 * Merges flags, environment and context, in this order of precedence, into a plan. Pure.
 *
 * @throws CliError `usage` where a setting is malformed, contradicts another, or is not supported
 */
export function planConnection(request: PlanRequest): ConnectionPlan {
  const settings = new SettingReader(request);
  if (request.env['NATS_SOCKS_PROXY']) {
    throw usageError('NATS_SOCKS_PROXY: natsctl does not support proxies', 'unset the variable to connect directly');
  }
  const { auth, level } = planAuth(settings);
  const server = settings.nearest('server') ?? { value: DEFAULT_SERVER, level: 'default', from: 'default' };
  const timeout = settings.nearest('timeout') ?? { value: DEFAULT_TIMEOUT, from: 'default' };
  const waitServer = settings.nearest('waitServer');
  const authWins = RANK[level] < RANK[server.level];
  return {
    servers: parseServerList(server.value, server.from).map(({ host, port, tls, login }) => ({
      host,
      port,
      tls,
      auth: authWins || login === undefined ? auth : urlAuth(login, server.from),
    })),
    serversFrom: server.from,
    context: request.context?.name,
    auth,
    tls: planTls(settings, request),
    inboxPrefix: planInboxPrefix(settings),
    name: settings.nearest('connectionName')?.value ?? request.name,
    timeoutMs: parseDuration(timeout.value, timeout.from),
    waitServerMs: waitServer === undefined ? 0 : parseDuration(waitServer.value, waitServer.from),
    trace: request.trace,
  };
}

function planTls(settings: SettingReader, { flags, context }: PlanRequest): PlannedTls | undefined {
  const cert = settings.nearest('cert');
  const key = settings.nearest('key');
  const ca = settings.nearest('ca');
  // A switch that was not given is false, and says nothing against the context's.
  const first = flags.tlsfirst === true || context?.fields['tls_first'] === true;
  const lone = cert === undefined ? key : key === undefined ? cert : undefined;
  if (lone !== undefined) {
    const missing = lone === cert ? 'key' : 'certificate';
    throw usageError(`the TLS ${missing} is missing`, `${lone.from} has the other half: give both`);
  }
  if (ca === undefined && cert === undefined && !first) return undefined;
  return {
    ca: ca && settings.secret(ca, 'path'),
    certificate:
      cert && key
        ? { cert: settings.secret(cert, 'path'), key: settings.secret(key, 'path'), from: cert.from }
        : undefined,
    first,
  };
}

function planInboxPrefix(settings: SettingReader): string | undefined {
  const prefix = settings.nearest('inboxPrefix');
  return prefix && requireInboxPrefix(prefix.value, prefix.from);
}

/** @param from where it was written @throws CliError `usage` where it is no prefix of subjects */
export function requireInboxPrefix(prefix: string, from: string): string {
  // nats.js appends ".<unique>" to it.
  if (!/^[^\s.*>]+(?:\.[^\s.*>]+)*$/.test(prefix)) {
    throw new CliError('usage', `invalid inbox prefix ${JSON.stringify(prefix)} (${from})`, {
      hint: 'tokens with dots between them, no wildcards, no final dot: _INBOX.me',
    });
  }
  return prefix;
}
