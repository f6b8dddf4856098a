import { type Output, tellSummary } from '../../output/index.js';
import type { ReplyStyle } from '../reply-printer.js';
import { type ManyRequests, type RequestResult, requestMany } from './request-many.js';
import { createResultPrinter } from './result-printer.js';
import { Tally } from './tally.js';

/** A command's work that a signal may cut short. */
export interface Running {
  /**
   * Resolves when the work is done.
   *
   * @throws CliError what decides the exit code
   */
  readonly done: Promise<void>;
  /** Lets nothing more be written, and resolves when the reader has taken what was. */
  cutShort(): Promise<void>;
}

/** Sends a request for each input and prints a record for each; tells at the end what came of them. */
export function runLines<Input>(requests: ManyRequests<Input>, output: Output, style: ReplyStyle): Running {
  const tally = new Tally();
  const printer = createResultPrinter(output, style);
  let isCutShort = false;

  const finish = async (): Promise<void> => {
    await printer.flush();
    tellSummary(output, tally.describe(), tally.summary());
  };
  const take = (result: RequestResult): void | Promise<void> => {
    if (isCutShort) return;
    tally.note(result);
    return printer.print(result);
  };
  const work = async (): Promise<void> => {
    try {
      await requestMany(requests, take);
    } catch (error) {
      if (tally.requests > 0 && !isCutShort) await finish();
      throw error;
    }
    if (isCutShort) return;
    await finish();
    const error = tally.error();
    if (error !== undefined) throw error;
  };
  return {
    done: work(),
    cutShort() {
      isCutShort = true;
      return finish();
    },
  };
}
