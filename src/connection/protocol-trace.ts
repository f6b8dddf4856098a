import type { Writable } from 'node:stream';
import { decodeUtf8, escapeLine, escapePayload } from '../escape.js';
import { FrameReader, type TracedFrame } from '../protocol/frame-reader.js';
import { maskSecrets } from '../protocol/mask-secrets.js';

/** How `--trace` shows the protocol; plain data, so that it can travel to a worker process. */
export interface TraceStyle {
  /** JSON objects, as all on stderr is with `--json`. */
  readonly json: boolean;
  /** Counted from 1; undefined in the process that was started by a person. */
  readonly worker?: number | undefined;
}

/** Shows one socket's protocol. */
export interface ProtocolTrace {
  sent(bytes: Uint8Array): void;
  received(bytes: Uint8Array): void;
  /** Tells what became of the socket itself. */
  note(text: string): void;
}

type Direction = 'out' | 'in';

const MARKS = { out: '>>', in: '<<', note: '--' } as const;
/** An INFO of a server in a cluster has some 1,500 characters. */
const LONGEST_LINE = 4_096;
/** Of lines that nobody takes so much waits; what comes on top is left out, and counted. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/**
 * Makes what shows a socket's protocol, a frame a line, with control characters escaped, long payloads cut, and
 * what proves who somebody is masked. Each chunk's lines are one write, in the order of the bytes.
 *
 * @param stream where to; by default stderr
 */
export function createProtocolTrace(style: TraceStyle, stream: Writable = process.stderr): ProtocolTrace {
  let lines: string[] = [];
  let leftOut = 0;
  const add = (line: string): void => void lines.push(line);
  const flush = (): void => {
    if (lines.length === 0) return;
    if (stream.writableLength > MOST_WAITING_BYTES) leftOut += lines.length;
    else {
      if (leftOut > 0) lines.unshift(formatNote(`${leftOut} lines left out: nobody takes them in time`, style));
      leftOut = 0;
      stream.write(lines.map((line) => `${line}\n`).join(''));
    }
    lines = [];
  };
  const outbound = new FrameReader((frame) => add(formatFrame('out', frame, style)));
  const inbound = new FrameReader((frame) => add(formatFrame('in', frame, style)));
  return {
    sent(bytes) {
      outbound.read(bytes);
      flush();
    },
    received(bytes) {
      inbound.read(bytes);
      flush();
    },
    note(text) {
      add(formatNote(text, style));
      flush();
    },
  };
}

/** @returns a line: `>> PUB a.b 5 | hello`, with `worker-1 ` in front in a worker; with `--json` an object */
function formatFrame(direction: Direction, frame: TracedFrame, { json, worker }: TraceStyle): string {
  const masked = maskSecrets(frame.line);
  const line = masked.length > LONGEST_LINE ? `${masked.slice(0, LONGEST_LINE)}…` : masked;
  const payload = frame.payload === undefined ? undefined : showPayload(frame.payload, frame.payloadBytes);
  if (json) return JSON.stringify({ level: 'trace', worker, direction, line, payload });
  const shown = payload === undefined || payload === '' ? '' : ` | ${escapeLine(payload)}`;
  return `${prefix(worker)}${MARKS[direction]} ${escapeLine(line)}${shown}`;
}

function formatNote(message: string, { json, worker }: TraceStyle): string {
  if (json) return JSON.stringify({ level: 'trace', worker, message });
  return `${prefix(worker)}${MARKS.note} ${escapeLine(message)}`;
}

function prefix(worker: number | undefined): string {
  return worker === undefined ? '' : `worker-${worker} `;
}

/** As text; where it is no UTF-8, each byte that is no letter as `\xNN`. */
function showPayload(start: Buffer, size: number): string {
  const cut = size - start.length;
  if (cut === 0) return decodeUtf8(start) ?? escapePayload(start);
  // The last character may have been cut through.
  const whole = new TextDecoder('utf-8').decode(start, { stream: true });
  return `${whole.includes('\ufffd') ? escapePayload(start) : whole}… (${cut} more bytes)`;
}
