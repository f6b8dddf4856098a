/** What is gathered before it is handed on; a socket of Node takes as much without asking to wait. */
const CHUNK_BYTES = 64 * 1024;
/** Two line ends, and the digits of a size. */
const MOST_EXTRA_BYTES = 2 + 2 + 10;
const CR = 0x0d;
const LF = 0x0a;
const DIGIT_0 = 0x30;

/** What a frame says before its size: the same for all messages with one subject, one reply and the same headers. */
export interface FrameHead {
  /** `PUB a.b `, or `HPUB a.b 22 ` with the size of the headers. */
  readonly line: Uint8Array;
  /** Encoded, the empty line at their end included. */
  readonly headers: Uint8Array | undefined;
}

/** @param headers encoded; none where they are undefined */
export function frameHead(subject: string, reply: string | undefined, headers: Uint8Array | undefined): FrameHead {
  const to = reply === undefined ? subject : `${subject} ${reply}`;
  const line = headers === undefined ? `PUB ${to} ` : `HPUB ${to} ${headers.length} `;
  return { line: Buffer.from(line), headers };
}

/** Takes whole frames, and how many they are. */
export type TakeFrames = (frames: Uint8Array, count: number) => void;

/** Gathers the frames of published messages, and hands them on in pieces of 64 KiB or one larger frame. */
export class PublishFrames {
  readonly #take: TakeFrames;
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #start = 0;
  #end = 0;
  #count = 0;

  constructor(take: TakeFrames) {
    this.#take = take;
  }

  /** Copies a message into a frame; hands on those before it where it does not fit beside them. */
  add({ line, headers }: FrameHead, body: Uint8Array): void {
    const headersBytes = headers?.length ?? 0;
    const most = line.length + headersBytes + body.length + MOST_EXTRA_BYTES;
    if (most > this.#chunk.length - this.#end) this.#renew(most);
    const chunk = this.#chunk;
    chunk.set(line, this.#end);
    let at = writeSize(chunk, this.#end + line.length, headersBytes + body.length);
    if (headers !== undefined) {
      chunk.set(headers, at);
      at += headers.length;
    }
    chunk.set(body, at);
    at += body.length;
    chunk[at] = CR;
    chunk[at + 1] = LF;
    this.#end = at + 2;
    this.#count += 1;
  }

  /** Hands on what there is. */
  flush(): void {
    if (this.#count === 0) return;
    const frames = this.#chunk.subarray(this.#start, this.#end);
    const count = this.#count;
    this.#start = this.#end;
    this.#count = 0;
    this.#take(frames, count);
  }

  #renew(neededBytes: number): void {
    this.flush();
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, neededBytes));
    this.#start = 0;
    this.#end = 0;
  }
}

/** Writes a number and a line end. @returns where they end */
function writeSize(chunk: Uint8Array, start: number, size: number): number {
  let digits = 1;
  for (let rest = size; rest >= 10; rest = Math.floor(rest / 10)) digits += 1;
  let rest = size;
  for (let at = start + digits - 1; at >= start; at--) {
    chunk[at] = DIGIT_0 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  chunk[start + digits] = CR;
  chunk[start + digits + 1] = LF;
  return start + digits + 2;
}
