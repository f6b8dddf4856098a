import { isIP } from 'node:net';
import type { ConnectionOptions, SecureContextOptions } from 'node:tls';
import { usageError } from '../errors.js';
import type { PlannedTls } from './plan.js';
import { readSecret } from './secret.js';

/**
 * Reads the TLS files, anew at each dial, so that a certificate that was renewed meanwhile is used.
 *
 * @param server `tlsName` is what a server that the cluster made known by address is held to: the name that was
 *   connected to first
 * @throws CliError `usage` where a file is missing or not of its form
 */
export async function loadTlsOptions(
  tls: PlannedTls | undefined,
  server: { readonly hostname: string; readonly tlsName: string },
): Promise<ConnectionOptions> {
  const name = isIP(server.hostname) === 0 ? server.hostname : server.tlsName;
  const peer: ConnectionOptions = isIP(name) === 0 && name !== '' ? { servername: name } : { host: server.hostname };
  if (tls?.ca === undefined && tls?.certificate === undefined) return peer;

  const secure: SecureContextOptions = {};
  if (tls.ca) {
    secure.ca = requirePem(await readSecret(tls.ca, 'CA'), 'CERTIFICATE', `CA ${tls.ca.label}`);
    await requireReadable(secure.ca, `CA ${tls.ca.label}`);
  }
  if (tls.certificate) {
    const { cert, key } = tls.certificate;
    secure.cert = requirePem(await readSecret(cert, 'certificate'), 'CERTIFICATE', `certificate ${cert.label}`);
    secure.key = requirePem(await readSecret(key, 'key'), 'PRIVATE KEY', `key ${key.label}`);
  }
  const { createSecureContext } = await import('node:tls');
  try {
    return { ...peer, secureContext: createSecureContext(secure) };
  } catch (error) {
    const { certificate, ca } = tls;
    const files = certificate ? `certificate ${certificate.cert.label} and key ${certificate.key.label}` : ca?.label;
    throw usageError(`${files} cannot be used: ${(error as Error).message}`);
  }
}

function requirePem(text: string, label: string, name: string): string {
  if (new RegExp(`-----BEGIN [A-Z ]*${label}-----`).test(text)) return text;
  throw usageError(`${name} is not a PEM file with a ${label.toLowerCase()}`);
}

/** An authority that cannot be read is silently left out by OpenSSL, and every server mistrusted. */
async function requireReadable(authorities: string, name: string): Promise<void> {
  const { X509Certificate } = await import('node:crypto');
  for (const [certificate] of authorities.matchAll(
    /-----BEGIN [A-Z ]*CERTIFICATE-----[^-]*(?:-----END [A-Z ]*-----)?/g,
  )) {
    try {
      new X509Certificate(certificate);
    } catch {
      throw usageError(`${name} holds a certificate that cannot be read`);
    }
  }
}
