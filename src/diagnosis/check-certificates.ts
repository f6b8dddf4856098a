import type { X509Certificate } from 'node:crypto';
import { type ConnectionPlan, loadTlsOptions, readSecret, type SecretSource } from '../connection/index.js';
import { CliError, type ErrorKind } from '../errors.js';
import { checkFileMode } from './check-file-mode.js';
import { daysUntil, describeDate, type Finding, failed, SOON_DAYS } from './finding.js';

const CERTIFICATE = /-----BEGIN [A-Z ]*CERTIFICATE-----[^-]*-----END [A-Z ]*CERTIFICATE-----/g;

/** Reads the TLS files as a connection would, and looks at what the certificates say of themselves. */
export async function checkCertificates({ tls }: ConnectionPlan, nowMs = Date.now()): Promise<readonly Finding[]> {
  if (tls?.ca === undefined && tls?.certificate === undefined) {
    return [{ check: 'certificates', status: 'ok', message: 'none were given; authorities are those of Node' }];
  }
  try {
    await loadTlsOptions(tls, { hostname: '', tlsName: '' });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [failed('certificates', error)];
  }
  const ca = tls.ca === undefined ? [] : await judgeFile(tls.ca, 'authority', nowMs);
  if (tls.certificate === undefined) return ca;
  const { cert, key } = tls.certificate;
  // Behind it may stand those of authorities in between.
  const own = (await judgeFile(cert, 'client certificate', nowMs)).slice(0, 1);
  return [...ca, ...own, ...(await checkFileMode('certificates', key))];
}

type Role = 'authority' | 'client certificate';

async function judgeFile(source: SecretSource, role: Role, nowMs: number): Promise<readonly Finding[]> {
  const { X509Certificate } = await import('node:crypto');
  const text = await readSecret(source, role);
  return (text.match(CERTIFICATE) ?? []).map((pem) =>
    judgeCertificate(new X509Certificate(pem), role, source.label, nowMs),
  );
}

/** What a certificate of ours says. Pure. */
export function judgeCertificate(
  certificate: Pick<X509Certificate, 'subject' | 'issuer' | 'validFrom' | 'validTo'>,
  role: Role,
  label: string,
  nowMs: number,
): Finding {
  const subject = oneLine(certificate.subject);
  const issuer = oneLine(certificate.issuer);
  const until = new Date(certificate.validTo);
  const by = subject === issuer ? '' : `, issued by ${issuer}`;
  const what = `${role} ${label}: ${subject}${by}`;
  const facts = { file: label, role: role.replace(' ', '_'), subject, issuer, expires_at: until.toISOString() };
  // Whom the server refuses is not let in; a server that we mistrust is not reached.
  const kind: ErrorKind = role === 'authority' ? 'connection' : 'authorization';
  if (until.getTime() <= nowMs) {
    const failure = new CliError(kind, `${what}, expired on ${describeDate(until, nowMs)}`, {
      hint: 'it needs to be renewed',
    });
    return { ...failed('certificates', failure), facts };
  }
  const from = new Date(certificate.validFrom);
  if (from.getTime() > nowMs) {
    const failure = new CliError(kind, `${what}, valid from ${describeDate(from, nowMs)} on`, {
      hint: 'does this machine have the right time?',
    });
    return { ...failed('certificates', failure), facts };
  }
  const message = `${what}, until ${describeDate(until, nowMs)}`;
  const isSoon = daysUntil(until, nowMs) < SOON_DAYS;
  return isSoon
    ? { check: 'certificates', status: 'warning', message, hint: 'renew it in time', facts }
    : { check: 'certificates', status: 'ok', message, facts };
}

/** Node gives each part of a name a line. */
function oneLine(name: string): string {
  return name.trim().split('\n').join(', ');
}
