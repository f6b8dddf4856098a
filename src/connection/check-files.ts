import { CliError } from '../errors.js';
import { loadAuthenticator } from './credentials.js';
import type { ConnectionPlan } from './plan.js';
import { loadTlsOptions } from './tls-options.js';

/** What is wrong with the credentials and TLS files that a plan names: they are read, and nothing is sent anywhere. */
export async function checkFiles(plan: ConnectionPlan): Promise<readonly CliError[]> {
  const [server] = plan.servers;
  const hostname = server?.host ?? '';
  const auths = new Set([plan.auth, ...plan.servers.map(({ auth }) => auth)]);
  const checks = [
    ...[...auths].map((auth) => () => loadAuthenticator(auth)),
    () => loadTlsOptions(plan.tls, { hostname, tlsName: hostname }),
  ];
  const problems: CliError[] = [];
  for (const check of checks) {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      problems.push(error);
    }
  }
  return problems;
}
