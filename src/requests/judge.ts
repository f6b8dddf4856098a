import { CliError } from '../errors.js';
import type { Expectation } from '../messages/index.js';
import { escapeForLog } from '../output/index.js';
import { type Reply, serviceFailure } from './request.js';

/** Says what is wrong with a reply; undefined where it is as it should be. */
export type Judge = (subject: string, reply: Reply) => CliError | undefined;

/** What an error shows of a reply at most, in characters. */
const SHOWN_LENGTH = 100;

/**
 * Judges replies by their headers, where a service says that something went wrong (`service_error`), and by what is
 * expected of their bodies (`expectation`).
 */
export function createJudge(expectation: Expectation | undefined): Judge {
  return (subject, { body, headers }) => {
    const failure = serviceFailure(headers);
    if (failure !== undefined) {
      const code = failure.code === '' ? '' : ` ${failure.code}`;
      return new CliError('service_error', `${subject} answered with error${code}: ${failure.message}`, {
        details: { code: Number(failure.code) || failure.code, subject },
      });
    }
    if (expectation === undefined || expectation.meets(body)) return undefined;
    const shown = escapeForLog(Buffer.from(body).toString('utf8'), SHOWN_LENGTH);
    return new CliError('expectation', `${subject} answered "${shown}", which is not ${expectation.describe()}`, {
      details: { subject },
    });
  };
}
