import { CliError } from '../errors.js';
import { formatDuration } from '../units.js';
import { describeAuth } from './auth.js';
import { type Dial, type DialStage, nameOf } from './dial.js';
import type { ConnectionPlan } from './plan.js';

/** What nats-server says to credentials that it does not take, or no longer takes. */
const REFUSALS =
  /^(authorization violation|authentication error|(user |account )?authentication (expired|revoked)|account expired)/i;

/** How OpenSSL tells that the server did not take our client certificate, or misses one. */
const CERTIFICATE_ALERTS = /ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$/;

/** A certificate that nobody trusted has signed. */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
]);

/** Known authorities, and yet not to be trusted: for each what to look at. */
const BAD_CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the server needs a new certificate, or this machine the right time',
  CERT_NOT_YET_VALID: 'does this machine have the right time?',
  CERT_REVOKED: 'the server needs a new certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name the server by a host name that its certificate holds',
};

const CLOSED = 'the server closed the connection';

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the host name could not be resolved',
  ETIMEDOUT: 'no answer',
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
};

/** What a dial that ran out of time had been waiting for. */
const AWAITED: Readonly<Record<DialStage, string>> = {
  socket: 'no answer',
  greeting: 'no greeting',
  tls: 'no answer',
  login: 'no answer to the login',
  ready: 'no answer',
};

/** A failure that stays what it is, however often one tries. */
export class LastingError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The socket ended without an error of its own. */
export function closedByServer(): Error {
  return Object.assign(new Error(CLOSED), { code: 'ECONNRESET' });
}

interface Failure {
  readonly reason: string;
  readonly hint: string | undefined;
  /** Where no server answered one may yet; a certificate that is not trusted stays so. */
  readonly mayPass: boolean;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** OpenSSL gives its reason apart from a message full of its own addresses. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

/** Whether the server turned the client's credentials down, its certificate among them. */
export function isRefusal(dial: Dial): boolean {
  if (dial.serverError !== undefined) return REFUSALS.test(dial.serverError);
  const code = codeOf(dial.error);
  if (CERTIFICATE_ALERTS.test(code)) return true;
  // In TLS 1.3 the client is done before the server misses its certificate: the refusal may be a closed socket.
  return dial.lacksCertificate && (SYSTEM_REASONS[code] === CLOSED || code.endsWith('ALERT_HANDSHAKE_FAILURE'));
}

/** In words: why this server was not reached, and what to try. */
function describeFailure(dial: Dial, plan: ConnectionPlan): Failure {
  const { error, serverError, stage } = dial;
  if (serverError !== undefined) return { reason: `it said "${serverError}"`, hint: undefined, mayPass: true };
  if (error instanceof LastingError) return { reason: error.message, hint: error.hint, mayPass: false };

  const code = codeOf(error);
  const message = messageOf(error);
  const mistrust = UNKNOWN_AUTHORITY.has(code)
    ? 'name the certificate authority with --tlsca FILE'
    : BAD_CERTIFICATES[code];
  if (mistrust !== undefined) {
    return { reason: `its TLS certificate is not trusted: ${message}`, hint: mistrust, mayPass: false };
  }
  const timedOut = code === 'TIMEOUT' || error === undefined;
  const passing = timedOut ? `${AWAITED[stage]} within ${formatDuration(dial.timeoutMs)}` : SYSTEM_REASONS[code];
  if (stage === 'tls') {
    const hint = plan.tls?.first ? 'does the server do TLS first? else leave --tlsfirst out' : 'is this port for TLS?';
    return { reason: `the TLS handshake failed: ${passing ?? message}`, hint, mayPass: passing !== undefined };
  }
  const isSilent = stage === 'greeting';
  const hint = plan.tls?.first
    ? 'is it a NATS server?'
    : 'is it a NATS server? one that does TLS first needs --tlsfirst';
  return { reason: passing ?? message, hint: isSilent ? hint : undefined, mayPass: true };
}

/**
 * Tells from all dials why there is no connection: a file that is of no use or credentials that any server refused
 * before all else, since that is what has to be mended; else what kept each server out of reach. Pure.
 *
 * @param error what the client gave for the reason, where nothing is known of any dial
 */
export function explainDialFailure(plan: ConnectionPlan, dials: readonly Dial[], error: unknown): CliError {
  const latest = [...new Map(dials.map((dial) => [nameOf(dial), dial])).values()];
  const ours = latest.map((dial) => dial.error).find((cause) => cause instanceof CliError);
  if (ours instanceof CliError) return ours;
  const refused = latest.find(isRefusal);
  if (refused !== undefined) return refusalError(refused, plan);

  const last = latest.at(-1);
  if (last === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return new CliError('connection', `no connection: ${message}`, { cause: error });
  }
  const failures = latest.map((dial) => describeFailure(dial, plan));
  const told = failures.map(({ reason }, at) => `${nameOf(latest[at] as Dial)}: ${reason}`).join('; ');
  const hint =
    failures.find((failure) => failure.hint !== undefined)?.hint ??
    (plan.serversFrom === 'default'
      ? 'start one: `natsctl server`, or `natsctl serve`, which brings it, for development, nats-server for production; or name one with --server or NATS_URL'
      : `the server was named by ${plan.serversFrom}`);
  return new CliError('connection', `no connection to ${told}`, {
    hint,
    details: { server: nameOf(last) },
    cause: error,
    mayPass: failures.every(({ mayPass }) => mayPass),
  });
}

function refusalError(dial: Dial, plan: ConnectionPlan): CliError {
  const certificate = plan.tls?.certificate;
  const aboutCertificate = dial.serverError === undefined;
  const proof = aboutCertificate
    ? certificate
      ? `client certificate ${certificate.cert.label}, from ${certificate.from}`
      : 'no client certificate was given'
    : describeAuth(dial.server.auth);
  const said = dial.serverError ?? 'client certificate refused';
  const bare = aboutCertificate ? certificate === undefined : dial.server.auth.method === 'none';
  const hint = aboutCertificate
    ? 'give --tlscert and --tlskey'
    : 'give --creds, --user and --password, --token, --nkey or --context';
  return new CliError('authorization', `${nameOf(dial)} refused the credentials (${said}): ${proof}`, {
    hint: bare ? hint : undefined,
    details: { server: nameOf(dial) },
  });
}
