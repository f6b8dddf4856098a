import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { CliError } from '../errors.js';

/**
 * Has a server listen.
 *
 * @param hint what to try where the port is in use
 * @returns the port
 * @throws CliError `connection` where the port is in use or the address not ours
 */
export async function listen(server: Server, host: string, port: number, hint: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw explain(error, `${bracketed(host)}:${port}`, hint);
  }
  return (server.address() as AddressInfo).port;
}

function explain(error: unknown, where: string, hint: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new CliError('connection', `cannot listen on ${where}: the port is in use`, { hint });
  }
  if (code === 'EACCES') return new CliError('connection', `cannot listen on ${where}: permission denied`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new CliError('connection', `cannot listen on ${where}: it is no address of this machine`);
  }
  return error;
}

/** Whether it stands for all addresses of the machine. */
export function isAnywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** As a host stands before a port. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
