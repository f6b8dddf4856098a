import type { Auth, Dial } from '../connection/index.js';
import type { CliError } from '../errors.js';
import { describeDate } from './finding.js';
import type { PeerCertificate } from './peer-certificate.js';

/** What a diagnosis knows of a failed dial beside the failure. */
export interface Circumstances {
  readonly dial: Dial;
  /** The host as it was named. */
  readonly host: string;
  /** Whether a person named the server. */
  readonly isNamed: boolean;
  /** What the server shows as its certificate, where it was not trusted. */
  readonly certificate: PeerCertificate | undefined;
  /** The public key in use, and the account of the JWT, where there are such. */
  readonly publicKey: string | undefined;
  readonly account: string | undefined;
  readonly nowMs: number;
}

const PORTS = 'clients use 4222 unless it is set otherwise; 8222 is for monitoring, 6222 for routes';

/** The likely cause of a failed dial and what mends it, where more is known than the failure says itself. Pure. */
export function mendOf(failure: CliError, circumstances: Circumstances): string | undefined {
  const { dial, host, isNamed } = circumstances;
  if (failure.kind === 'authorization') {
    const isBareOfCertificate = dial.serverError === undefined && failure.hint !== undefined;
    return isBareOfCertificate ? failure.hint : mendRefusal(circumstances);
  }
  const code = (dial.error as NodeJS.ErrnoException | undefined)?.code;
  if (dial.serverError !== undefined) return mendComplaint(dial.serverError) ?? failure.hint;
  if (dial.stage === 'tls') return mendMistrust(code ?? '', circumstances) ?? failure.hint;
  if (dial.stage === 'greeting') {
    const [line = ''] = (dial.saidInstead ?? '').split(/[\r\n]/);
    return `${line === '' ? '' : `it said ${JSON.stringify(line)}; `}${failure.hint ?? 'is it a NATS server?'}; ${PORTS}`;
  }
  if (dial.stage !== 'socket') return failure.hint;
  if (code === 'ECONNREFUSED') {
    return isNamed ? `nothing listens there: is the server running, and is this its port? ${PORTS}` : failure.hint;
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return `this machine has no way to ${host}: is it in the right network, or VPN?`;
  }
  return `nothing comes back from ${host}: a firewall may swallow it, or the address is wrong; wait longer with --timeout`;
}

/** What nats-server complains of before it lets a client in. */
function mendComplaint(complaint: string): string | undefined {
  if (/maximum connections/i.test(complaint)) {
    return 'the server, or the account, has as many connections as it allows: raise max_connections, or end some';
  }
  if (/secure connection.*required/i.test(complaint)) return 'the server wants TLS: write tls:// for nats://';
  return undefined;
}

function mendMistrust(code: string, { certificate, host, nowMs }: Circumstances): string | undefined {
  if (certificate === undefined) return undefined;
  const { subject, issuer, names, expiresAt } = certificate;
  if (code === 'CERT_HAS_EXPIRED') {
    return `it expired on ${describeDate(expiresAt, nowMs)}: the server needs a new one, or this machine the right time`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate is for ${names.join(', ') || subject}, and not for ${host}: use one of these names, or add this one to the certificate`;
  }
  if (!/CERT|VERIFY/.test(code)) return undefined;
  return issuer === subject
    ? `it is signed by itself (${subject}): if it is the server's own, give it with --tlsca FILE`
    : `it is issued by ${issuer}: name this authority's certificate with --tlsca FILE`;
}

function mendRefusal({ dial, publicKey, account }: Circumstances): string {
  const { serverError, server } = dial;
  if (serverError === undefined) return 'is the client certificate valid, and of an authority that the server trusts?';
  if (/expired/i.test(serverError)) return 'these credentials have expired: ask for new ones';
  if (/revoked/i.test(serverError)) return 'these credentials were revoked: ask for new ones';
  if (server.auth.method === 'none') {
    return 'the server wants to know who you are: give --creds, --user and --password, --token, --nkey or --context';
  }
  return `${likelyCause(server.auth, publicKey, account)} The server's log says why it refused`;
}

function likelyCause(
  auth: Exclude<Auth, { readonly method: 'none' }>,
  publicKey: string | undefined,
  account: string | undefined,
): string {
  switch (auth.method) {
    case 'user':
      return 'are user and password right, and for this server?';
    case 'token':
      return 'is the token right, and for this server? A user without a password is taken for a token.';
    case 'nkey':
      return `is ${publicKey ?? 'its public key'} among the nkeys of the server's users?`;
    case 'creds':
    case 'jwt':
      return `does the server know account ${account ?? 'of the JWT'} and trust its operator, and is the JWT not expired nor revoked?`;
  }
}
