import { VERSION } from '../version.js';
import type { ServerAuth, ServerLimits, ServerTls } from './options.js';

/** The release of nats-server whose behaviour this server shows. Clients derive features from it. */
const PROTOCOL_VERSION = '2.14.0';
const SERVER_NAME = 'natsctl';

/** What an INFO says to all clients alike. */
export interface ServerInfo {
  readonly server_id: string;
  readonly server_name: string;
  readonly version: string;
  /** That it is not nats-server, and which release. */
  readonly natsctl: string;
  readonly proto: number;
  readonly host: string;
  readonly headers: boolean;
  readonly max_payload: number;
  readonly auth_required?: true;
  readonly tls_required?: true;
  readonly tls_verify?: true;
}

export function createInfo(
  host: string,
  { maxPayload }: ServerLimits,
  auth: ServerAuth | undefined,
  tls: ServerTls | undefined,
): ServerInfo {
  return {
    server_id: createServerId(),
    server_name: SERVER_NAME,
    version: PROTOCOL_VERSION,
    natsctl: VERSION,
    proto: 1,
    host,
    headers: true,
    max_payload: maxPayload,
    ...(auth !== undefined && { auth_required: true }),
    ...(tls !== undefined && { tls_required: true, ...(tls.ca !== undefined && { tls_verify: true }) }),
  };
}

/** Of the form of nats-server's ids, which are public nkeys of a server: N and 55 of base32. */
function createServerId(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  // It tells servers apart and keeps nothing secret: node:crypto, 2 MB to load, is not needed for it.
  return `N${Array.from({ length: 55 }, () => letters[Math.floor(Math.random() * letters.length)]).join('')}`;
}
