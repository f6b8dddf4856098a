import { type Dial, type DialStage, describeAuth, type ServerInfo } from '../connection/index.js';
import { type Check, daysUntil, describeDate, type Finding, SOON_DAYS } from './finding.js';
import { round } from './milliseconds.js';
import type { PeerCertificate } from './peer-certificate.js';
import type { Probe, TlsSession } from './probe.js';

/** The check that a dial fails in which ends at that stage. */
export const CHECK_OF_STAGE: Readonly<Record<DialStage, Check>> = {
  socket: 'tcp',
  greeting: 'greeting',
  tls: 'tls',
  login: 'login',
  ready: 'login',
};

/**
 * Each part of the way that went well, in the order in which it was gone. Pure.
 *
 * @param nowMs milliseconds since 1970
 */
export function describeWay(probed: Probe, stopAt: ReadonlySet<DialStage>, nowMs: number): readonly Finding[] {
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

/** What a certificate says, for programs; nothing where there is none. */
export function certificateFacts(certificate: PeerCertificate | undefined): Readonly<Record<string, unknown>> {
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
