import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { formatServer, type PlannedServer } from '../connection/index.js';
import { CliError } from '../errors.js';
import { formatDuration } from '../units.js';

/** What finds the addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As every connection does: by the system, its file of hosts included. */
const bySystem: Resolve = async (host) => {
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
};

/**
 * The addresses of a server's host; the host itself where it is one.
 *
 * @throws CliError `connection` where there are none within the time
 */
export async function resolveServer(
  server: PlannedServer,
  timeoutMs: number,
  resolve: Resolve = bySystem,
): Promise<readonly string[]> {
  if (isIP(server.host) !== 0) return [server.host];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unresolved(server, `no answer within ${formatDuration(timeoutMs)}`)), timeoutMs);
  });
  try {
    return await Promise.race([resolve(server.host), late]);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND') throw unresolved(server, 'unknown host');
    throw unresolved(server, `the host name could not be resolved (${code ?? String(error)})`);
  } finally {
    clearTimeout(timer);
  }
}

function unresolved(server: PlannedServer, reason: string): CliError {
  const name = formatServer(server);
  return new CliError('connection', `no connection to ${name}: ${reason}`, {
    hint: `is ${server.host} spelled rightly, and known to this machine's resolver? getent hosts ${server.host}`,
    details: { server: name },
  });
}
