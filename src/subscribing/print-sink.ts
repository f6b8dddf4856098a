import type { DataWriter, MessagePrinter, Output, Timestamps } from '../output/index.js';
import { formatDuration } from '../units.js';
import type { MessageSink } from './message-sink.js';

export interface PrintOptions {
  readonly print: MessagePrinter;
  readonly timestamps: Timestamps;
  readonly writer: DataWriter;
  readonly output: Output;
}

/** At a signal, a reader of stdout that takes nothing is waited for no longer. */
const READER_PATIENCE_MS = 1_000;

/** Prints each message; the server is held back where the reader of stdout is slow. */
export function createPrintSink({ print, timestamps, writer, output }: PrintOptions): MessageSink {
  return {
    begin: () => timestamps.begin(),
    take: (message) => print(message, writer),
    cutShort: () =>
      writer.waitAtMost(READER_PATIENCE_MS, () =>
        output.warn(`the reader of stdout took nothing for ${formatDuration(READER_PATIENCE_MS)}: messages lost`),
      ),
    end: () => writer.flush(),
  };
}
