import type { LogFormat } from '../output/index.js';
import type { AnsweredRequest } from '../services/index.js';
import type { LogSink } from './log-sink.js';
import { formatLeftOut, formatRequest, PlainLines } from './request-line.js';

/** Linux's PIPE_BUF: up to here a write to a pipe is not mixed with those of other workers. */
const LONGEST_PIPE_WRITE_BYTES = 4096;
/** To anything else so much is written at once. */
const LONGEST_WRITE_BYTES = 64 * 1024;
/** A line waits no longer than this to be written. */
const FLUSH_INTERVAL_MS = 20;

export interface RequestLog {
  record(request: AnsweredRequest): void;
  /** Writes what is still held; resolves when that is done, or nobody reads it. */
  close(): Promise<void>;
}

export interface RequestLogOptions {
  readonly format: LogFormat;
  readonly service: string;
  readonly worker: number;
  readonly pool?: string | undefined;
  readonly sink: LogSink;
  /** Whether the sink is a pipe or a socket, where large writes of several workers would mix. */
  readonly toPipe?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Logs each answered request as a line. Lines are gathered and written together: a write for each would take
 * more time than most handlers. Where the sink is full, requests go unlogged, and a line tells how many.
 */
export function createRequestLog(options: RequestLogOptions): RequestLog {
  const { format, service, worker, pool, sink } = options;
  if (format === 'off') return { record: () => undefined, close: async () => undefined };
  const style = { format, service, worker, pool };
  const timestamp = createTimestamp(options.now ?? Date.now);
  const plainLines = new PlainLines(style);
  const gathered = Buffer.allocUnsafe(options.toPipe ? LONGEST_PIPE_WRITE_BYTES : LONGEST_WRITE_BYTES);
  let size = 0;
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (size > 0) sink.write(Buffer.from(gathered.subarray(0, size)));
    size = 0;
  };

  const append = (line: string): void => {
    const bytes = Buffer.from(line);
    if (size + bytes.length > gathered.length) flush();
    if (bytes.length > gathered.length) sink.write(bytes);
    else size += bytes.copy(gathered, size);
  };

  const tellLeftOut = (): void => {
    if (leftOut > 0) append(formatLeftOut(leftOut, style, timestamp()));
    leftOut = 0;
  };

  return {
    record(request) {
      if (sink.isFull()) {
        leftOut += 1;
        return;
      }
      tellLeftOut();
      const time = timestamp();
      const end = plainLines.write(gathered, size, request, time);
      if (end === -1) append(formatRequest(request, style, time));
      else size = end;
      if (size > 0) timer ??= setTimeout(flush, FLUSH_INTERVAL_MS);
    },
    close() {
      tellLeftOut();
      flush();
      return sink.close();
    },
  };
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
