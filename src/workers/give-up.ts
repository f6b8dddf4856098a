import { CliError } from '../errors.js';
import { type FailureReport, failureError } from '../failure-report.js';

/** The cause itself where a script can act on it, else that no worker stays alive. */
export function giveUp(failure: FailureReport | undefined, cause: string): CliError {
  const telling = failure && ['usage', 'connection', 'authorization'].includes(failure.kind);
  if (telling) return failureError(failure);
  return new CliError('pool', `no worker stays alive: ${cause}`, {
    hint: 'the last one ended like this; the log above has the others',
  });
}
