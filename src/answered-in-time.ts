import { CliError } from './errors.js';
import { formatDuration } from './units.js';

/**
 * Waits for what a server answers with a PONG, no longer than so.
 *
 * @param server without credentials, for the error
 * @throws CliError `timeout`; what `answered` rejects with
 */
export async function answeredInTime(answered: Promise<unknown>, timeoutMs: number, server: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `no answer to a PING from ${server} within ${formatDuration(timeoutMs)}`;
    const hint = 'it let the client in and then fell silent: does it hang, or is the network gone?';
    timer = setTimeout(() => reject(new CliError('timeout', message, { hint, details: { server } })), timeoutMs);
  });
  answered.catch(() => undefined);
  try {
    await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}
