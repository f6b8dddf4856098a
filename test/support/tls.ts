import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { createTempDir } from './guardian.js';

/** The PEM files of a certificate and its private key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** PEM files made for one test file. */
export interface Certificates {
  /** The authority that signed `server` and `client`. */
  readonly ca: string;
  /** Valid for 127.0.0.1 and localhost. */
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
  /** An authority that signed none of these, and a client certificate of its own. */
  readonly stranger: { readonly ca: string; readonly client: CertificateFiles };
}

interface KeyedCertificate {
  readonly cert: string;
  readonly private: string;
}

/** Makes certificates, valid for a day, in a temporary directory. */
export async function createCertificates(): Promise<Certificates> {
  const dir = createTempDir('tls');
  const write = (name: string, pem: string) => {
    const path = join(dir, `${name}.pem`);
    writeFileSync(path, pem, { mode: 0o600 });
    return path;
  };
  const writeBoth = (name: string, made: KeyedCertificate): CertificateFiles => ({
    cert: write(name, made.cert),
    key: write(`${name}-key`, made.private),
  });

  const [ca, strangerCa] = await Promise.all([createAuthority('natsctl test'), createAuthority('stranger')]);
  const [server, client, strangerClient] = await Promise.all([
    createLeaf('server', ca),
    createLeaf('client', ca),
    createLeaf('stranger', strangerCa),
  ]);
  return {
    ca: write('ca', ca.cert),
    server: writeBoth('server', server),
    client: writeBoth('client', client),
    stranger: { ca: write('stranger-ca', strangerCa.cert), client: writeBoth('stranger', strangerClient) },
  };
}

export interface TlsConfigOptions {
  /** Whether clients must show a certificate that the authority signed. */
  readonly verify?: boolean;
  /** Whether TLS comes before the server's INFO (`--tlsfirst`); nats-server 2.10 and later. */
  readonly handshakeFirst?: boolean;
}

/** The `tls` block of a nats-server.conf. */
export function tlsConfig(certificates: Certificates, { verify, handshakeFirst }: TlsConfigOptions = {}): string {
  const { ca, server } = certificates;
  return `tls {
  cert_file: "${server.cert}"
  key_file: "${server.key}"
  ca_file: "${ca}"
  ${verify ? 'verify: true' : ''}
  ${handshakeFirst ? 'handshake_first: true' : ''}
}
`;
}

function createAuthority(name: string): Promise<KeyedCertificate> {
  return createCertificate(name, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

function createLeaf(name: string, authority: KeyedCertificate): Promise<KeyedCertificate> {
  return createCertificate(name, {
    ca: { cert: authority.cert, key: authority.private },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
}

function createCertificate(name: string, options: Parameters<typeof generate>[1]): Promise<KeyedCertificate> {
  const hourMs = 3_600_000;
  return generate([{ name: 'commonName', value: name }], {
    ...options,
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - hourMs),
    notAfterDate: new Date(Date.now() + 24 * hourMs),
  });
}
