import { encodeHeaders } from '../../connection/index.js';
import { makeBodies } from './bodies.js';
import { STAMP_HEADER } from './header-stamp.js';
import { headersOf } from './load-headers.js';
import type { LoadPlan } from './load-plan.js';
import { STAMP_BYTES } from './stamp.js';
import { stampPlace } from './stamp-place.js';

/** A body up to this size is copied with its frame, a larger one written from where it is. */
const SMALL_BODY_BYTES = 32 * 1024;
/** Frames are kept up to so many bytes, or so many of them; beyond that each is made when it is sent. */
const MOST_KEPT_BYTES = 8 * 1024 * 1024;
const MOST_KEPT = 65_536;
const NO_BYTES = new Uint8Array(0);
export const LINE_END = Buffer.from('\r\n');

/** What stands before the stamp in the headers. */
const STAMP_LINE = `\r\n${STAMP_HEADER}: `;

/** A frame as it is sent again and again; what differs is written into each copy. */
export interface PreparedFrame {
  /** Up to the frame's end, or to where {@link PreparedFrame.rest} follows. */
  readonly head: Uint8Array;
  /** Of a large body, what stands between the head and the frame's line end. */
  readonly rest: Uint8Array | undefined;
  /** Headers and body, in bytes. */
  readonly payloadBytes: number;
  /** Where the reply subject stands; -1 where there is none. */
  readonly replyAt: number;
  /** Where the stamp stands, in the form that {@link WireFrames.stamps} says; -1 where there is none. */
  readonly stampAt: number;
}

/** The frames of a plan's messages: subjects, sizes and bodies in turn. All clients of a thread share them. */
export class WireFrames {
  /** At the start of bodies of our own, in a header beside those that were given, or nowhere. */
  readonly stamps: 'body' | 'header' | 'none';
  readonly #subjects: readonly string[];
  readonly #bodies: readonly Uint8Array[];
  readonly #headers: Buffer | undefined;
  /** Behind the line; -1 where there is none. */
  readonly #stampAt: number;
  /** Stands for a reply subject, as long as one. */
  readonly #reply: string;
  readonly #kept: (PreparedFrame | undefined)[];
  #keptBytes = 0;

  /** @param replyBytes how long the reply subject of each message is; 0 where there is none */
  constructor(plan: LoadPlan, replyBytes: number) {
    this.#subjects = plan.subjects;
    this.#bodies = makeBodies(plan.bodies, plan.seed);
    this.#reply = 'x'.repeat(replyBytes);
    this.stamps = stampPlace(plan);
    const given = headersOf(plan);
    const headers = given === undefined ? undefined : Buffer.from(encodeHeaders(given));
    this.#headers = headers;
    if (this.stamps === 'none') this.#stampAt = -1;
    else if (this.stamps === 'body') this.#stampAt = headers?.length ?? 0;
    else this.#stampAt = (headers?.lastIndexOf(STAMP_LINE) ?? 0) + STAMP_LINE.length;
    this.#kept = new Array(Math.min(MOST_KEPT, this.#subjects.length * this.#bodies.length));
  }

  /** The frame of a message, by its sequence. */
  of(sequence: number): PreparedFrame {
    const subjectAt = sequence % this.#subjects.length;
    const bodyAt = sequence % this.#bodies.length;
    const index = subjectAt * this.#bodies.length + bodyAt;
    return this.#kept[index] ?? this.#prepare(index, this.#subjects[subjectAt] as string, bodyAt);
  }

  #prepare(index: number, subject: string, bodyAt: number): PreparedFrame {
    const body = this.#bodies[bodyAt] as Uint8Array;
    const headers = this.#headers;
    const payloadBytes = (headers?.length ?? 0) + body.length;
    const start = headers === undefined ? `PUB ${subject} ` : `HPUB ${subject} `;
    const reply = this.#reply === '' ? '' : `${this.#reply} `;
    const sizes = headers === undefined ? `${payloadBytes}` : `${headers.length} ${payloadBytes}`;
    const line = Buffer.from(`${start}${reply}${sizes}\r\n`);
    const isLarge = body.length > SMALL_BODY_BYTES;
    // A stamp at its start is written into the head.
    const small = isLarge ? [body.subarray(0, STAMP_BYTES)] : [body, LINE_END];
    const frame: PreparedFrame = {
      head: Buffer.concat([line, headers ?? NO_BYTES, ...small]),
      rest: isLarge ? body.subarray(STAMP_BYTES) : undefined,
      payloadBytes,
      replyAt: reply === '' ? -1 : Buffer.byteLength(start),
      stampAt: this.#stampAt === -1 ? -1 : line.length + this.#stampAt,
    };
    if (index < MOST_KEPT && this.#keptBytes + frame.head.length <= MOST_KEPT_BYTES) {
      this.#kept[index] = frame;
      this.#keptBytes += frame.head.length;
    }
    return frame;
  }
}
