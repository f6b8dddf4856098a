/** A frame of the protocol as far as a trace shows it, either direction. */
export interface TracedFrame {
  /** Without its end; what does not fit into {@link LONGEST_LINE_BYTES} is left out. */
  readonly line: string;
  /** The payload's first bytes, headers among them; undefined where the frame has none. */
  readonly payload: Buffer | undefined;
  /** Of the whole payload, in bytes. */
  readonly payloadBytes: number;
}

/** A CONNECT with a JWT has a few thousand bytes, an INFO that names a cluster some more. */
export const LONGEST_LINE_BYTES = 64 * 1024;
/** As much of a payload is kept. */
export const SHOWN_PAYLOAD_BYTES = 512;

const LF = 0x0a;
const CR = 0x0d;
/** The frames that a payload follows; the last number is its size. */
const WITH_PAYLOAD = /^(?:H?PUB|H?MSG)[ \t].*?(\d+)[ \t]*$/i;

/**
 * Cuts one direction of a connection into frames, for a trace: it never keeps more than a line and the start of a
 * payload, of whatever size the payload is, and takes bytes that are no NATS for lines.
 */
export class FrameReader {
  readonly #show: (frame: TracedFrame) => void;
  #line: Buffer[] = [];
  #lineBytes = 0;
  #payload: Buffer[] = [];
  #payloadBytes = 0;
  /** Of the payload and the line end behind it; 0 where a line is being read. */
  #missing = 0;
  #heading = '';

  constructor(show: (frame: TracedFrame) => void) {
    this.#show = show;
  }

  /** Reads a chunk as it came; the frames that it completes are shown while it runs. */
  read(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; ) {
      at = this.#missing > 0 ? this.#readPayload(bytes, at) : this.#readLine(bytes, at);
    }
  }

  #readLine(bytes: Buffer, start: number): number {
    const lineEnd = bytes.indexOf(LF, start);
    const end = lineEnd === -1 ? bytes.length : lineEnd;
    const room = LONGEST_LINE_BYTES - this.#lineBytes;
    const kept = bytes.subarray(start, Math.min(end, start + room));
    this.#lineBytes += kept.length;
    // The chunk is the socket's, or what is sent: a copy outlives both.
    if (lineEnd === -1) {
      this.#line.push(Buffer.from(kept));
      return end;
    }
    this.#endLine(Buffer.concat([...this.#line, kept]));
    return lineEnd + 1;
  }

  #endLine(bytes: Buffer): void {
    this.#line = [];
    this.#lineBytes = 0;
    const line = bytes.toString('utf8', 0, bytes.at(-1) === CR ? bytes.length - 1 : bytes.length);
    const size = WITH_PAYLOAD.exec(line)?.[1];
    if (size === undefined) {
      if (line !== '') this.#show({ line, payload: undefined, payloadBytes: 0 });
      return;
    }
    this.#heading = line;
    this.#payloadBytes = Number(size);
    this.#missing = this.#payloadBytes + 2;
  }

  #readPayload(bytes: Buffer, start: number): number {
    const end = Math.min(bytes.length, start + this.#missing);
    const read = this.#payloadBytes + 2 - this.#missing;
    const room = Math.min(SHOWN_PAYLOAD_BYTES, this.#payloadBytes) - read;
    if (room > 0) this.#payload.push(Buffer.from(bytes.subarray(start, Math.min(end, start + room))));
    this.#missing -= end - start;
    if (this.#missing === 0) {
      this.#show({ line: this.#heading, payload: Buffer.concat(this.#payload), payloadBytes: this.#payloadBytes });
      this.#payload = [];
    }
    return end;
  }
}
