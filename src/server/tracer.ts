import type { ServerOptions } from './options.js';
import type { Trace } from './server-state.js';

/** A line that is longer is cut: a payload may be of megabytes. */
const LONGEST_SHOWN = 512;

/** Shows what goes over the sockets line by line, what proves who somebody is masked. */
export function createTracer(show: NonNullable<ServerOptions['trace']>): Trace {
  return (client, direction, operation) => {
    for (const line of maskSecrets(operation).split('\r\n')) {
      if (line !== '') show(client, direction, line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line);
    }
  };
}

const SECRETS = new Set(['pass', 'auth_token', 'jwt', 'sig', 'nkey']);

/** A CONNECT with its secrets left out, any other operation as it is. */
export function maskSecrets(operation: string): string {
  const [, word, json] = /^(connect)\s*(.*)$/is.exec(operation) ?? [];
  if (word === undefined || json === undefined) return operation;
  try {
    // As JSON, since a secret may be written in many ways, and so may its name.
    const mask = (name: string, value: unknown): unknown => (SECRETS.has(name.toLowerCase()) ? '[masked]' : value);
    return `${word} ${JSON.stringify(JSON.parse(json, mask))}`;
  } catch {
    return `${word} [cannot be read]`;
  }
}
