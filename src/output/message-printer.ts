import type { ChalkInstance } from 'chalk';
import type { Msg } from 'nats';
import { escapeJson, escapeLine } from '../escape.js';
import type { DataWriter } from './data-writer.js';
import { type Encoding, encodeBody } from './encoding.js';
import { type JsonLineOptions, messageLine } from './message-json.js';
import { parseTemplate } from './message-template.js';
import { messageText } from './message-text.js';
import type { Timestamps } from './timestamps.js';

/**
 * Writes a message.
 *
 * @returns what the writer returns: a promise only where the reader is behind
 */
export type MessagePrinter = (message: Msg, writer: Pick<DataWriter, 'write'>) => void | Promise<void>;

/** The form in which messages are printed. */
export type MessageForm =
  /** For people. */
  | { readonly kind: 'text'; readonly headersOnly: boolean; readonly colors: ChalkInstance | undefined }
  /** The bodies alone, and what follows each. */
  | { readonly kind: 'raw'; readonly end: '\n' | '\0' | '' }
  | ({ readonly kind: 'json' } & JsonLineOptions)
  | { readonly kind: 'template'; readonly template: string; readonly end: '\n' | '\0' }
  /** The subjects alone, behind the time where one is asked for. */
  | { readonly kind: 'subjects'; readonly end: '\n' | '\0'; readonly timed: boolean };

export interface PrinterOptions {
  readonly timestamps: Timestamps;
  /** For a terminal: control characters are shown, not sent. */
  readonly escaped: boolean;
  readonly encoding: Encoding;
}

/** @throws CliError `usage` where the template is none */
export function createMessagePrinter(form: MessageForm, options: PrinterOptions): MessagePrinter {
  const { timestamps, escaped, encoding } = options;
  if (form.kind === 'raw') return rawPrinter(form.end, options);
  if (form.kind === 'json') {
    const safe = escaped ? escapeJson : (line: string): string => line;
    return linePrinter((message) => `${safe(messageLine(message, timestamps.now(), form))}\n`);
  }
  if (form.kind === 'text') {
    const style = { ...form, escaped, encoding };
    return linePrinter((message) => messageText(message, timestamps.now(), style));
  }
  if (form.kind === 'template') {
    const fill = parseTemplate(form.template, options);
    return linePrinter((message) => fill(message, timestamps.now()) + form.end);
  }
  return linePrinter(({ subject }) => {
    const shown = escaped ? escapeLine(subject) : subject;
    return `${form.timed ? `${timestamps.now()} ` : ''}${shown}${form.end}`;
  });
}

function linePrinter(write: (message: Msg) => string): MessagePrinter {
  return (message, writer) => writer.write(write(message));
}

function rawPrinter(end: string, { escaped, encoding }: PrinterOptions): MessagePrinter {
  if (escaped || encoding !== 'utf8') {
    return linePrinter((message) => encodeBody(message.data, encoding, escaped) + end);
  }
  // The bytes go from the socket to the pipe, and no text is made of them.
  const endBytes = Buffer.from(end);
  return (message, writer) => {
    writer.write(message.data);
    return writer.write(endBytes);
  };
}
