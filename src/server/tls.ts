import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { usageError } from '../errors.js';
import type { ServerLimits, ServerTls } from './options.js';

/** Makes an encrypted socket of a plain one; rejects where the handshake fails, with the reason. */
export type TlsAcceptor = (socket: Socket) => Promise<TLSSocket>;

interface Handshake {
  readonly succeed: (secure: TLSSocket) => void;
  readonly fail: (error: Error) => void;
}

/** @throws CliError `usage` where the PEM texts are of no use */
export async function createTlsAcceptor({ cert, key, ca }: ServerTls, limits: ServerLimits): Promise<TlsAcceptor> {
  const { createServer } = await import('node:tls');
  const asksForCertificate = ca !== undefined;
  /** By the address of the client: a TLS server does not say which of its sockets was made of which. */
  const handshakes = new Map<string, Handshake>();
  const options = {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    requestCert: asksForCertificate,
    // We refuse ourselves, so that the log can say why.
    rejectUnauthorized: false,
    handshakeTimeout: limits.tlsTimeoutMs,
    allowHalfOpen: true,
  };
  let server: ReturnType<typeof createServer>;
  try {
    server = createServer(options);
  } catch (error) {
    throw usageError(`the TLS certificate and key cannot be used: ${(error as Error).message}`);
  }
  server.on('secureConnection', (secure) => {
    const handshake = handshakes.get(addressOf(secure));
    if (!asksForCertificate || secure.authorized) handshake?.succeed(secure);
    else {
      const hasNone = secure.getPeerX509Certificate() === undefined;
      const why = hasNone
        ? 'the client shows no certificate'
        : `the client's certificate: ${secure.authorizationError}`;
      handshake?.fail(new Error(why));
    }
  });
  server.on('tlsClientError', (error, secure) => handshakes.get(addressOf(secure))?.fail(plain(error)));

  return (socket) =>
    new Promise((resolve, reject) => {
      const address = addressOf(socket);
      const settle = (): void => {
        handshakes.delete(address);
        socket.off('close', onClose);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const onClose = (): void => fail(new Error('the client closed the connection'));
      const succeed = (secure: TLSSocket): void => {
        settle();
        // What ends a socket is told by its close.
        secure.on('error', () => undefined);
        resolve(secure);
      };
      handshakes.set(address, { succeed, fail });
      socket.once('close', onClose);
      server.emit('connection', socket);
    });
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** OpenSSL's errors say little in many words; the reason among them is what counts. */
function plain(error: Error & { readonly reason?: string }): Error {
  return error.reason === undefined ? error : new Error(error.reason);
}
