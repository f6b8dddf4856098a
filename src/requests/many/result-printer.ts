import type { CliError } from '../../errors.js';
import type { Output } from '../../output/index.js';
import { type ReplyStyle, replyFields, replyText } from '../reply-printer.js';
import type { RequestResult } from './request-many.js';

/** Writes one record for each result: the reply's body, and nothing but its end where the request failed. */
export interface ResultPrinter {
  /** @returns a promise only where the reader is behind */
  print(result: RequestResult): void | Promise<void>;
  /** Resolves when the reader has taken everything. */
  flush(): Promise<void>;
}

export function createResultPrinter(output: Output, style: ReplyStyle): ResultPrinter {
  const writer = output.writer();
  return {
    print(result) {
      if (output.style.json) return writer.write(`${JSON.stringify(resultFields(result))}\n`);
      const { reply, failure } = result;
      if (reply !== undefined && failure === undefined) void writer.write(replyText(reply, output, style));
      return writer.write(style.end);
    },
    flush: () => writer.flush(),
  };
}

function resultFields({ n, subject, reply, failure }: RequestResult): object {
  return {
    n,
    ...(reply === undefined ? { subject } : replyFields(subject, reply)),
    ...(failure === undefined ? {} : { error: errorFields(failure) }),
  };
}

function errorFields({ kind, message, details }: CliError): object {
  return { kind, message, ...details };
}
