import { escapeForLog } from '../output/index.js';
import type { LogSink } from './log-sink.js';
import { formatLine, type LineStyle } from './request-line.js';

/** Of a line more is not logged; with escapes it may be longer. */
const LINE_CHARACTERS = 2_000;

/** Lines that are written together: up to 4096 bytes those of several workers do not mix in a pipe. */
const CHUNK_CHARACTERS = 4_000;

export interface ProgramLogOptions {
  readonly format: LineStyle['format'];
  readonly worker: number;
  readonly pool?: string | undefined;
  readonly sink: LogSink;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Logs what programs write to their stderr, each line with its worker and service. Where the log is read too slowly
 * lines are left out, and one tells how many.
 */
export class ProgramLog {
  readonly #options: ProgramLogOptions;
  #leftOut = 0;

  constructor(options: ProgramLogOptions) {
    this.#options = options;
  }

  /** @param lines whole ones, or the rest of one */
  write(service: string, lines: Uint8Array): void {
    const { sink, worker, pool, format, now = Date.now } = this.#options;
    const text = Buffer.from(lines.buffer, lines.byteOffset, lines.length).toString('utf8');
    const messages = text.replace(/\r?\n$/, '').split(/\r?\n/);
    if (sink.isFull()) {
      this.#leftOut += messages.length;
      return;
    }
    const time = new Date(now()).toISOString();
    if (this.#leftOut > 0) messages.unshift(`(${this.#leftOut} lines left out: the log is read too slowly)`);
    this.#leftOut = 0;
    let gathered = '';
    for (const message of messages) {
      const shown = escapeForLog(message, LINE_CHARACTERS);
      const told = format === 'json' ? shown : `${service}: ${shown}`;
      const line = formatLine({ format, service, worker, pool }, time, 'program', told, {});
      if (gathered !== '' && gathered.length + line.length > CHUNK_CHARACTERS) {
        sink.write(Buffer.from(gathered));
        gathered = '';
      }
      gathered += line;
    }
    sink.write(Buffer.from(gathered));
  }
}
