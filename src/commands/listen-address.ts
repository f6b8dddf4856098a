import { usageError } from '../errors.js';
import { parseWholeNumber } from '../units.js';

/** Where what listens does so if nobody says otherwise: nobody else reaches it. */
export const LOOPBACK = '127.0.0.1';

export interface ListenAddress {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

/**
 * Node takes an empty host for every address of the machine, and a variable that is not set makes one.
 *
 * @throws CliError `usage`, naming `name`
 */
export function parseHost(text: string, name: string): string {
  if (text === '') throw usageError(`${name} is empty`);
  return text.replace(/^\[(.*)\]$/, '$1');
}

/** @throws CliError `usage`, naming `name` */
export function parsePort(text: string, name: string): number {
  return parseWholeNumber(text, name, { min: 0, max: 65_535 });
}

/**
 * Reads `[HOST:]PORT`; without a host it is loopback.
 *
 * @throws CliError `usage`, naming `name`
 */
export function parseListenAddress(text: string, name: string): ListenAddress {
  const colon = text.lastIndexOf(':');
  // Else an address of IPv6 would have its last part for a port.
  if (text.endsWith(']'))
    throw usageError(`${name}: ${JSON.stringify(text)} has no port`, `${text}:0 picks a free one`);
  const host = colon === -1 ? LOOPBACK : parseHost(text.slice(0, colon), `${name}: the host`);
  return { host, port: parsePort(text.slice(colon + 1), name) };
}
