import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  type Connection,
  type ConnectionPlan,
  connect,
  type Dial,
  type DialStage,
  type PlannedServer,
} from '../connection/index.js';
import { CliError } from '../errors.js';
import { type PeerCertificate, readPeerCertificate } from './peer-certificate.js';

/** What was agreed on in the TLS handshake. */
export interface TlsSession {
  /** `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  readonly certificate: PeerCertificate | undefined;
}

/** How far a connection to one address of a server came, and how long each part of it took. */
export interface Probe {
  /** The one that the server was dialled at last; undefined where our own files kept us from dialling. */
  readonly dial: Dial | undefined;
  /** When each stage was reached, in milliseconds since the socket was begun. */
  readonly reachedMs: Readonly<Partial<Record<DialStage, number>>>;
  readonly tls: TlsSession | undefined;
  /** Open, and its receiver's to close; undefined where there is none. */
  readonly connection: Connection | undefined;
  /** Why there is none; undefined too where the probe was to stop early and did. */
  readonly failure: CliError | undefined;
}

/**
 * Connects to one address of one server as every command does, and keeps what happens on the way.
 *
 * @param address as the host resolves to; a certificate is still held to the host's name
 * @param stopAt goes no further than to these stages: nothing of them is done
 */
export async function probe(
  plan: ConnectionPlan,
  server: PlannedServer,
  address: string,
  stopAt: ReadonlySet<DialStage> = new Set(),
): Promise<Probe> {
  let dial: Dial | undefined;
  let tls: TlsSession | undefined;
  let startedMs = 0;
  let reachedMs: Partial<Record<DialStage, number>> = {};
  const onStage = (reached: Dial, socket: Socket): void => {
    const nowMs = performance.now();
    if (dial !== reached) {
      dial = reached;
      startedMs = nowMs;
      reachedMs = {};
      tls = undefined;
    }
    reachedMs[reached.stage] = nowMs - startedMs;
    if ('getProtocol' in socket) tls ??= readTls(socket as TLSSocket);
    if (stopAt.has(reached.stage)) socket.destroy();
  };
  const target: PlannedServer = address === server.host ? server : { ...server, host: address, tlsName: server.host };
  const known = (): Omit<Probe, 'connection' | 'failure'> => ({ dial, reachedMs, tls });
  try {
    const connection = await connect({ ...plan, servers: [target] }, onStage);
    return { ...known(), connection, failure: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const hasStopped = dial !== undefined && stopAt.has((dial as Dial).stage);
    return { ...known(), connection: undefined, failure: hasStopped ? undefined : error };
  }
}

function readTls(socket: TLSSocket): TlsSession | undefined {
  const version = socket.getProtocol();
  if (version === null) return undefined;
  return { version, cipher: socket.getCipher().standardName, certificate: readPeerCertificate(socket) };
}
