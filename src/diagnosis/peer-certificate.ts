import { connect as connectSocket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** What a server's certificate says. */
export interface PeerCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses that it is for. */
  readonly names: readonly string[];
  readonly expiresAt: Date;
}

/** The certificate that the server has shown; undefined where it has shown none. */
export function readPeerCertificate(socket: TLSSocket): PeerCertificate | undefined {
  const { subject, issuer, subjectaltname, valid_to } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const names = (subjectaltname ?? '').split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, ''));
  return {
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    names: names.filter((name) => name !== ''),
    expiresAt: new Date(valid_to),
  };
}

/** A name as certificates have it: `O=Example, CN=nats.example`. */
function nameOf(name: Readonly<Record<string, string | string[] | undefined>>): string {
  return Object.entries(name)
    .flatMap(([key, values]) => [values ?? []].flat().map((value) => `${key}=${value}`))
    .join(', ');
}

export interface FetchOptions {
  readonly host: string;
  readonly port: number;
  /** The name to ask for; undefined for an address. */
  readonly servername: string | undefined;
  /** TLS comes before the greeting. */
  readonly first: boolean;
  readonly timeoutMs: number;
}

/**
 * Looks at the certificate of a server that is not trusted: shakes hands once more, trusting anything, and hangs up
 * without having said a word.
 *
 * @returns undefined where that fails as well
 */
export async function fetchPeerCertificate(options: FetchOptions): Promise<PeerCertificate | undefined> {
  const { host, port, servername, first, timeoutMs } = options;
  const { connect: connectTls } = await import('node:tls');
  const socket = connectSocket({ host, port });
  let secure: TLSSocket | undefined;
  try {
    return await new Promise((resolve) => {
      const giveUp = (): void => resolve(undefined);
      const shakeHands = (): void => {
        const name = servername === undefined ? {} : { servername };
        const encrypted = connectTls({ socket, rejectUnauthorized: false, ...name });
        secure = encrypted.on('error', giveUp).once('secureConnect', () => resolve(readPeerCertificate(encrypted)));
      };
      socket.setTimeout(timeoutMs, giveUp).on('error', giveUp).once('close', giveUp);
      if (first) socket.once('connect', shakeHands);
      // The greeting stands in front of the handshake, and is left unread: it came before, as it was seen already.
      else socket.once('data', shakeHands);
    });
  } finally {
    secure?.destroy();
    socket.destroy();
  }
}
