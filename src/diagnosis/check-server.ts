import { isIP } from 'node:net';
import {
  type Auth,
  type ConnectionPlan,
  type Dial,
  type DialStage,
  describeAuth,
  formatServer,
  hostPort,
  loadAuthenticator,
  type PlannedServer,
  type ServerInfo,
} from '../connection/index.js';
import { CliError } from '../errors.js';
import { checkUser } from './check-user.js';
import { daysUntil, describeDate, type Finding, failed, SOON_DAYS } from './finding.js';
import { mendOf } from './mend.js';
import { round } from './milliseconds.js';
import { fetchPeerCertificate, type PeerCertificate } from './peer-certificate.js';
import { type Probe, probe, type TlsSession } from './probe.js';
import { type Resolve, resolveServer } from './resolve.js';
import { measureRoundTrips } from './round-trips.js';
import { readUserJwt } from './user-jwt.js';

/** What is found at one address of a server; `address` undefined for the server as a whole. */
export type Tell = (finding: Finding, address: string | undefined) => Promise<void>;

export interface ServerCheck {
  readonly plan: ConnectionPlan;
  readonly server: PlannedServer;
  /** Goes no further than to these: `login` without credentials that are of use, `tls` without its files. */
  readonly stopAt: ReadonlySet<DialStage>;
  readonly resolve?: Resolve;
}

/** As many round trips say how far away a server is. */
const ROUND_TRIPS = 5;

/**
 * Resolves a server's name, connects to each of its addresses, and measures.
 *
 * An address that is not reached is a failure where no other address of the server is, else a warning: connections
 * go to another one.
 */
export async function checkServer(check: ServerCheck, tell: Tell): Promise<void> {
  const { plan, server, resolve } = check;
  let addresses: readonly string[];
  try {
    addresses = await resolveServer(server, plan.timeoutMs, resolve);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await tell(failed('dns', error), undefined);
    return;
  }
  if (isIP(server.host) === 0) {
    const message = `${server.host} is ${addresses.join(', ')}`;
    await tell({ check: 'dns', status: 'ok', message, facts: { addresses } }, undefined);
  }
  const perAddress: Array<readonly Finding[]> = [];
  for (const address of addresses) perAddress.push(await checkAddress(check, address));
  const isReached = perAddress.some((findings) => !findings.some(({ status }) => status === 'failure'));
  for (const [index, findings] of perAddress.entries()) {
    const where = hostPort({ host: addresses[index] as string, port: server.port });
    for (const finding of findings) {
      await tell(isReached ? withoutFailure(finding) : finding, where);
    }
  }
}

function withoutFailure(finding: Finding): Finding {
  if (finding.failure === undefined) return finding;
  const { failure: _, ...rest } = finding;
  return { ...rest, status: 'warning', hint: 'connections go to another address of this name' };
}

async function checkAddress({ plan, server, stopAt }: ServerCheck, address: string): Promise<readonly Finding[]> {
  const probed = await probe(plan, server, address, stopAt);
  const findings = describeWay(probed, stopAt, Date.now());
  const { connection, failure } = probed;
  if (failure !== undefined) return [...findings, await explain(failure, probed, { plan, server, address })];
  if (connection === undefined) return findings;
  try {
    const trips = await measureRoundTrips(connection, ROUND_TRIPS, plan.timeoutMs);
    const message = `min ${trips.minMs.toFixed(2)} ms, median ${trips.medianMs.toFixed(2)} ms, max ${trips.maxMs.toFixed(2)} ms`;
    const facts = {
      rtt_min_ms: round(trips.minMs),
      rtt_median_ms: round(trips.medianMs),
      rtt_max_ms: round(trips.maxMs),
    };
    return [
      ...findings,
      { check: 'round_trip', status: 'ok', message, facts },
      ...(await checkUser(connection, plan.timeoutMs)),
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [...findings, failed('round_trip', error)];
  } finally {
    await connection.close();
  }
}

/** Each part of the way that went well. */
function describeWay(probed: Probe, stopAt: ReadonlySet<DialStage>, nowMs: number): readonly Finding[] {
  const { dial, reachedMs, tls } = probed;
  if (dial === undefined) return [];
  const findings: Finding[] = [];
  const connectedMs = Math.min(
    reachedMs.greeting ?? Number.POSITIVE_INFINITY,
    reachedMs.tls ?? Number.POSITIVE_INFINITY,
  );
  if (Number.isFinite(connectedMs)) {
    const message = `connected in ${connectedMs.toFixed(2)} ms`;
    findings.push({ check: 'tcp', status: 'ok', message, facts: { connect_ms: round(connectedMs) } });
  }
  if (tls !== undefined && reachedMs.greeting !== undefined && (reachedMs.tls ?? Infinity) < reachedMs.greeting) {
    findings.push(...describeTls(tls, nowMs));
  }
  if (dial.info !== undefined) findings.push(describeGreeting(dial));
  if (tls !== undefined && !findings.some(({ check }) => check === 'tls')) findings.push(...describeTls(tls, nowMs));
  if (reachedMs.ready !== undefined)
    findings.push(...describeLogin(dial, tls, (reachedMs.ready ?? 0) - (reachedMs.login ?? 0)));
  if (stopAt.has(dial.stage)) {
    const message = 'not tried: what is told above has to be mended first';
    findings.push({ check: CHECK_OF_STAGE[dial.stage], status: 'skipped', message });
  }
  return findings;
}

function describeGreeting({ info = {} }: Dial): Finding {
  const { server_name, version, max_payload, auth_required, tls_required, tls_available, jetstream, cluster } = info;
  const traits = [
    auth_required ? 'asks for credentials' : 'asks for no credentials',
    tls_required ? 'requires TLS' : tls_available ? 'offers TLS' : 'plain',
    `max payload ${String(max_payload ?? 'unknown').replace(/\B(?=(\d{3})+$)/g, ',')} bytes`,
    ...(jetstream ? ['JetStream'] : []),
    ...(cluster ? [`cluster ${cluster}, ${info.connect_urls?.length ?? 0} servers known`] : []),
  ];
  const name = serverNameOf(info);
  const message = `NATS server ${version ?? 'of unknown version'}${name === undefined ? '' : `, ${name}`}: ${traits.join(', ')}`;
  const facts = {
    server_name,
    version,
    max_payload,
    auth_required: auth_required === true,
    tls_required: tls_required === true,
    jetstream: jetstream === true,
    cluster,
    connect_urls: info.connect_urls,
  };
  return { check: 'greeting', status: 'ok', message, facts };
}

/** The name that somebody gave the server; undefined where it has but its id. */
export function serverNameOf({ server_name, server_id }: ServerInfo): string | undefined {
  return server_name === server_id ? undefined : server_name;
}

function describeTls({ version, cipher, certificate }: TlsSession, nowMs: number): readonly Finding[] {
  const facts = { tls_version: version, cipher, ...certificateFacts(certificate) };
  const session = { check: 'tls', status: 'ok', message: `${version}, ${cipher}`, facts } as const;
  if (certificate === undefined) return [session];
  const { names, subject, issuer, expiresAt } = certificate;
  const until = describeDate(expiresAt, nowMs);
  const message = `${session.message}; certificate for ${names.join(', ') || subject}, issued by ${issuer}, until ${until}`;
  return daysUntil(expiresAt, nowMs) < SOON_DAYS
    ? [{ ...session, message, status: 'warning', hint: "the server's certificate expires soon: renew it in time" }]
    : [{ ...session, message }];
}

function certificateFacts(certificate: PeerCertificate | undefined): object {
  if (certificate === undefined) return {};
  const { names, subject, issuer, expiresAt } = certificate;
  return { subject, issuer, names, expires_at: expiresAt.toISOString() };
}

function describeLogin({ server, info }: Dial, tls: TlsSession | undefined, tookMs: number): readonly Finding[] {
  const { auth } = server;
  const isAsked = info?.auth_required === true;
  const message =
    auth.method === 'none'
      ? `let in without credentials${isAsked ? ", as the server's default user" : ''}`
      : `let in: ${describeAuth(auth)}${isAsked ? '' : '; the server asks for no credentials'}`;
  const facts = { auth: auth.method, login_ms: round(tookMs) };
  const login: Finding = { check: 'login', status: 'ok', message: `${message}, in ${tookMs.toFixed(2)} ms`, facts };
  // An nkey and a JWT with one sign; these are sent as they are.
  const isSentAsItIs = auth.method === 'user' || auth.method === 'token';
  if (!isSentAsItIs || tls !== undefined || isLoopback(server.host)) return [login];
  const plain: Finding = {
    check: 'login',
    status: 'warning',
    message: `the ${auth.method === 'user' ? 'password' : 'token'} went over the network in plain text`,
    hint: 'have the server do TLS, and write tls:// for nats://',
  };
  return [login, plain];
}

function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host === 'localhost';
}

interface Where {
  readonly plan: ConnectionPlan;
  readonly server: PlannedServer;
  readonly address: string;
}

const CHECK_OF_STAGE = { socket: 'tcp', greeting: 'greeting', tls: 'tls', login: 'login', ready: 'login' } as const;

async function explain(failure: CliError, probed: Probe, { plan, server, address }: Where): Promise<Finding> {
  const { dial } = probed;
  if (dial === undefined) return failed('login', failure);
  const isMistrusted = dial.stage === 'tls' && /CERT|VERIFY/.test(String((dial.error as NodeJS.ErrnoException)?.code));
  const certificate = isMistrusted
    ? await fetchPeerCertificate({
        host: address,
        port: server.port,
        servername: isIP(server.host) === 0 ? server.host : undefined,
        first: plan.tls?.first === true,
        timeoutMs: plan.timeoutMs,
      })
    : undefined;
  const hint = mendOf(failure, {
    dial,
    host: server.host,
    isNamed: plan.serversFrom !== 'default',
    certificate,
    ...(await identityOf(dial.server.auth)),
    nowMs: Date.now(),
  });
  const facts = { server: formatServer(server), ...certificateFacts(certificate) };
  return { ...failed(CHECK_OF_STAGE[dial.stage], failure, hint), facts };
}

/** Who we say that we are, as far as that is no secret. */
async function identityOf(auth: Auth): Promise<{ publicKey: string | undefined; account: string | undefined }> {
  try {
    const told = (await loadAuthenticator(auth))('') as { readonly jwt?: string; readonly nkey?: string } | undefined;
    return { publicKey: told?.nkey || undefined, account: readUserJwt(told?.jwt ?? '')?.account };
  } catch {
    // The credentials' own check tells of it.
    return { publicKey: undefined, account: undefined };
  }
}
