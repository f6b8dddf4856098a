import type { Socket } from 'node:net';
import { closedByServer, LastingError } from './dial-failure.js';

/** What a server says of itself in INFO: what decides how to go on, and what a diagnosis shows. */
export interface ServerInfo {
  readonly server_id?: string;
  readonly server_name?: string;
  readonly version?: string;
  readonly max_payload?: number;
  readonly auth_required?: boolean;
  readonly jetstream?: boolean;
  readonly cluster?: string;
  /** Other servers of its cluster. */
  readonly connect_urls?: readonly string[];
  readonly tls_required?: boolean;
  readonly tls_available?: boolean;
  readonly tls_verify?: boolean;
}

/** The first thing a server says. */
export interface Greeting {
  readonly info: ServerInfo;
  /** The INFO line, its end included. */
  readonly line: Buffer;
  /** All bytes that came with it: a server that is full says so in the next line. */
  readonly received: Buffer;
}

/** A greeting is a few hundred bytes, and some more for each server of a cluster. */
const LONGEST_GREETING_BYTES = 1024 * 1024;
const INFO = /^INFO\s+(\{.*\})\s*$/;

/**
 * Reads the INFO line, and leaves the socket paused.
 *
 * @param hearOther is told what is said in its place
 * @throws LastingError where something else is said; the socket's error where it ends before
 */
export async function readGreeting(
  socket: Socket,
  hearOther: (received: Uint8Array) => void = () => undefined,
): Promise<Greeting> {
  const received = await readLine(socket);
  const end = received.indexOf('\r\n') + 2;
  const line = received.subarray(0, end);
  const [, json] = INFO.exec(line.toString('utf8')) ?? [];
  try {
    if (json !== undefined) return { info: JSON.parse(json) as ServerInfo, line, received };
  } catch {
    // Told below.
  }
  hearOther(received);
  throw new LastingError('this is not a NATS server');
}

/** @returns what was received up to the first end of a line, and what came with it */
function readLine(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off('data', onData).off('error', settle).off('close', onClose).pause();
      if (error === undefined) resolve(Buffer.concat(chunks));
      else reject(error);
    };
    const onClose = (): void => settle(closedByServer());
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (chunk.includes('\n') && Buffer.concat(chunks).includes('\r\n')) settle();
      else if (size > LONGEST_GREETING_BYTES) settle(new LastingError('this is not a NATS server'));
    };
    socket.on('data', onData).once('error', settle).once('close', onClose);
  });
}
