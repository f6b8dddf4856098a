import { escapeForLog, type LogFormat } from '../output/index.js';
import type { AnsweredRequest } from '../services/index.js';

/** Linux's PIPE_BUF: up to here a write to a pipe is not mixed with those of other workers. */
const LONGEST_PIPE_WRITE_BYTES = 4096;
/** What is logged of a payload before it is cut, in characters; four bytes each are looked at. */
const PAYLOAD_CHARACTERS = 200;
/** A line waits no longer than this to be written. */
const FLUSH_INTERVAL_MS = 20;
/** Past this many bytes a batch is written at once. */
const BATCH_BYTES = 64 * 1024;

export interface RequestLog {
  record(request: AnsweredRequest): void;
  /** Writes what is still held. */
  flush(): void;
}

export interface RequestLogOptions {
  readonly format: LogFormat;
  readonly service: string;
  readonly worker: number;
  readonly write: (chunk: string) => void;
  /** Whether `write` goes to a pipe, where large writes of several workers would mix. */
  readonly toPipe?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Logs each answered request as a line. Lines are gathered and written together: a write for each would take
 * more time than most handlers.
 */
export function createRequestLog(options: RequestLogOptions): RequestLog {
  const { format, write } = options;
  if (format === 'off') return { record: () => undefined, flush: () => undefined };
  const timestamp = createTimestamp(options.now ?? Date.now);
  let lines: string[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const chunk of options.toPipe ? inPipeWrites(lines) : [lines.join('')]) {
      if (chunk !== '') write(chunk);
    }
    lines = [];
    size = 0;
  };

  return {
    record(request) {
      const line =
        format === 'json' ? jsonLine(request, options, timestamp()) : textLine(request, options, timestamp());
      lines.push(line);
      size += line.length;
      if (size >= BATCH_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_INTERVAL_MS);
    },
    flush,
  };
}

/** Joins lines as far as they fit into one write to a pipe. */
function inPipeWrites(lines: readonly string[]): readonly string[] {
  const chunks: string[] = [];
  let chunk = '';
  let chunkBytes = 0;
  for (const line of lines) {
    const lineBytes = Buffer.byteLength(line);
    if (chunkBytes + lineBytes > LONGEST_PIPE_WRITE_BYTES) {
      chunks.push(chunk);
      chunk = '';
      chunkBytes = 0;
    }
    chunk += line;
    chunkBytes += lineBytes;
  }
  return [...chunks, chunk];
}

/** RFC 3339 in UTC; requests of one millisecond share one text. */
function createTimestamp(now: () => number): () => string {
  let latest = Number.NaN;
  let text = '';
  return () => {
    const time = now();
    if (time !== latest) {
      latest = time;
      text = new Date(time).toISOString();
    }
    return text;
  };
}

function shown(payload: Uint8Array): string {
  const start = payload.subarray(0, PAYLOAD_CHARACTERS * 4);
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('utf8');
  // How many characters are left out is not known where only the start was looked at.
  const size = start.length < payload.length ? `${payload.length} bytes` : undefined;
  return escapeForLog(text, PAYLOAD_CHARACTERS, size);
}

/** What the log says of a request: `Received request for World, sending: Hello, World!`. */
export function describeRequest({ data, reply, error }: AnsweredRequest): string {
  const answer =
    error === undefined ? `sending: ${shown(reply)}` : `sending error: ${error.code} ${escapeForLog(error.message)}`;
  const asked = shown(data);
  return `Received request for ${asked.replace(/(?:\\r)?\\n$/, '')}, ${answer}`;
}

function textLine(request: AnsweredRequest, { worker }: RequestLogOptions, time: string): string {
  return `${time} worker-${worker} ${describeRequest(request)}\n`;
}

/** Composed by hand around the parts that need escaping: twice as fast as an object through `JSON.stringify`. */
function jsonLine(request: AnsweredRequest, { worker, service }: RequestLogOptions, time: string): string {
  const { subject, durationMs, error } = request;
  const level = error === undefined ? 'info' : 'warn';
  const code = error === undefined ? '' : `,"error_code":${error.code}`;
  const message = JSON.stringify(describeRequest(request));
  const names = `"service":${JSON.stringify(service)},"worker":${worker},"subject":${JSON.stringify(subject)}`;
  const duration = Math.round(durationMs * 1_000) / 1_000;
  return `{"time":"${time}","level":"${level}","message":${message},${names},"duration_ms":${duration}${code}}\n`;
}
