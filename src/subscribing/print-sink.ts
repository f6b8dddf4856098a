import type { DataWriter, MessagePrinter } from '../output/index.js';
import type { MessageSink } from './message-sink.js';

/** Prints each message; the server is held back where the reader of stdout is slow. */
export function createPrintSink(print: MessagePrinter, writer: DataWriter): MessageSink {
  return {
    take: (message) => print(message, writer),
    end: () => writer.flush(),
  };
}
