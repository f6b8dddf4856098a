import { maskSecrets } from '../protocol/mask-secrets.js';
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
