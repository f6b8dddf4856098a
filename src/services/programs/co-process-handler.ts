import { Readable } from 'node:stream';
import type { NatsConnection } from 'nats';
import { escapeForLog } from '../../output/index.js';
import { formatDuration } from '../../units.js';
import { ServiceError, type ServiceScope } from '../define-service.js';
import type { ProgramSource } from '../loading/source.js';
import type { ReplyMessage } from '../reply.js';
import type { ServedRequest } from '../served-request.js';
import { type Answer, idInFront, readAnswer } from './answer.js';
import type { CoProcess } from './co-process.js';
import { CoProcessKeeper } from './co-process-keeper.js';
import { LineSplitter } from './line-splitter.js';
import { requestLine } from './request-line.js';
import type { ProgramScope } from './scope.js';
import type { ProgramHandler } from './service-of-program.js';

/** A request that the co-process is to answer. */
interface InHand {
  readonly request: ServedRequest;
  readonly resolve: (reply: object) => void;
  readonly reject: (error: ServiceError) => void;
  /** Zero before it was given. */
  givenMs: number;
  stream: Readable | undefined;
}

/** The ids of so many requests that nobody waits for any more are kept: what is said of others is told as unknown. */
const MOST_LATE = 10_000;
/** A character may take six in JSON, such as \u0001 does; the rest of a line is id and headers. */
const LINE_PER_PAYLOAD = 6;
const REST_OF_LINE_BYTES = 64 * 1024;
/** What a server takes where it does not say. */
const PAYLOAD_BYTES = 1024 * 1024;
/** Replies of a stream that wait for the server; past them nothing is read of the co-process. */
const STREAM_WINDOW = 16;
const SHOWN_CHARACTERS = 100;

/**
 * Has a co-process answer requests, see docs/stdio.md: a line of JSON for each, and one or more for its answer, in any
 * order. What it writes that is none is told once for each kind.
 */
export class CoProcessHandler implements ProgramHandler {
  readonly #name: string;
  readonly #scope: ProgramScope;
  readonly #keeper: CoProcessKeeper;
  /** Those that it was given, by id. */
  readonly #inHand = new Map<number, InHand>();
  /** Those that it could not be given yet. */
  readonly #waiting = new Set<InHand>();
  readonly #late = new Set<number>();
  readonly #told = new Set<string>();
  /** Streams that take no more for now. */
  readonly #full = new Set<Readable>();
  #nats: NatsConnection | undefined;
  #running: CoProcess | undefined;
  #takesMore = false;
  #lastId = 0;
  #heardMs = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor(source: ProgramSource, scope: ProgramScope) {
    this.#name = source.program.name;
    this.#scope = scope;
    this.#keeper = new CoProcessKeeper(source, scope, {
      createSplitter: () => this.#createSplitter(),
      onReady: (running) => {
        this.#running = running;
        this.#heardMs = performance.now();
        this.#giveOn();
      },
      onDrain: () => this.#giveOn(),
      onEnded: (how) => this.#loseAll(how),
    });
  }

  async start({ nats }: ServiceScope): Promise<void> {
    this.#nats = nats;
    await this.#keeper.start();
  }

  handle(request: ServedRequest): Promise<object> {
    return new Promise((resolve, reject) => {
      const inHand: InHand = { request, resolve, reject, givenMs: 0, stream: undefined };
      if (this.#takesMore) this.#give(inHand);
      else {
        this.#waiting.add(inHand);
        request.onExpired = () => this.#waiting.delete(inHand);
      }
    });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#silence);
    await this.#keeper.stop();
  }

  #giveOn(): void {
    this.#takesMore = this.#running !== undefined;
    for (const inHand of this.#waiting) {
      if (!this.#takesMore) return;
      this.#waiting.delete(inHand);
      this.#give(inHand);
    }
  }

  #give(inHand: InHand): void {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#inHand.set(id, inHand);
    inHand.givenMs = performance.now();
    inHand.request.onExpired = () => this.#expire(id, inHand);
    // What comes now waits in turn: then memory is bounded by what the co-process reads.
    this.#takesMore = this.#running?.write(requestLine(id, inHand.request)) ?? false;
  }

  /** The caller has been told already. */
  #expire(id: number, { stream, givenMs, request }: InHand): void {
    this.#inHand.delete(id);
    stream?.destroy();
    this.#late.add(id);
    if (this.#late.size > MOST_LATE) this.#late.delete(this.#late.values().next().value as number);
    if (this.#heardMs > givenMs) return;
    const patienceMs = request.deadlineMs - request.startedMs;
    this.#silence ??= setTimeout(() => this.#endSilence(), patienceMs);
  }

  /** A deadline is over, and as long again, without a word: it hangs. */
  #endSilence(): void {
    this.#silence = undefined;
    const silentMs = performance.now() - this.#heardMs;
    this.#tell('silence', `has said nothing for ${formatDuration(Math.round(silentMs))}, and is killed`);
    this.#running?.kill();
  }

  /** @returns how many were in hand */
  #loseAll(how: string): number {
    this.#running = undefined;
    this.#takesMore = false;
    clearTimeout(this.#silence);
    this.#silence = undefined;
    const lost = [...this.#inHand.values()];
    this.#inHand.clear();
    this.#late.clear();
    for (const inHand of lost) fail(inHand, new ServiceError(503, `${this.#name} ended: ${how}`));
    return lost.length;
  }

  #createSplitter(): LineSplitter {
    const longest = (): number =>
      LINE_PER_PAYLOAD * (this.#nats?.info?.max_payload ?? PAYLOAD_BYTES) + REST_OF_LINE_BYTES;
    return new LineSplitter(longest, {
      onLine: (line) => {
        this.#hear(readAnswer(line), line);
      },
      onTooLong: (start) => {
        const reason = `a line has more than ${longest()} bytes`;
        const id = idInFront(start);
        this.#hear(id === undefined ? { kind: 'stray', reason } : { kind: 'malformed', id, reason }, start);
      },
    });
  }

  #hear(answer: Answer, line: Uint8Array): void {
    this.#heardMs = performance.now();
    clearTimeout(this.#silence);
    this.#silence = undefined;
    if (answer.kind === 'stray') {
      this.#tellOfLine('stray', `wrote what is no answer: ${answer.reason}`, line);
      return;
    }
    const inHand = this.#inHand.get(answer.id);
    if (inHand === undefined) {
      if (!this.#late.has(answer.id)) this.#tellOfLine('unknown', 'answered what it was not asked', line);
      else if (answer.kind !== 'reply' || answer.isLast) this.#late.delete(answer.id);
      return;
    }
    if (answer.kind === 'reply' && !answer.isLast) {
      this.#stream(inHand, answer.reply);
      return;
    }
    this.#inHand.delete(answer.id);
    if (answer.kind === 'error') fail(inHand, answer.error);
    else if (answer.kind === 'malformed') {
      this.#tellOfLine('malformed', `gave a malformed answer: ${answer.reason}`, line);
      fail(inHand, new ServiceError(500, `${this.#name} gave a malformed answer: ${answer.reason}`));
    } else if (inHand.stream === undefined) inHand.resolve(answer.reply);
    else {
      if (answer.reply.data.length > 0) inHand.stream.push(answer.reply);
      inHand.stream.push(null);
    }
  }

  /** Passes on one of several replies; nothing more is read while a stream has too many that wait. */
  #stream(inHand: InHand, reply: ReplyMessage): void {
    if (inHand.stream === undefined) {
      inHand.stream = this.#createStream();
      inHand.resolve(repliesOf(inHand.stream));
    }
    if (inHand.stream.push(reply)) return;
    this.#full.add(inHand.stream);
    this.#running?.pauseReading();
  }

  #createStream(): Readable {
    const takeMore = (): void => {
      if (this.#full.delete(stream) && this.#full.size === 0) this.#running?.resumeReading();
    };
    const stream = new Readable({ objectMode: true, highWaterMark: STREAM_WINDOW, read: takeMore });
    return stream.on('close', takeMore);
  }

  #tellOfLine(kind: string, problem: string, line: Uint8Array): void {
    const start = Buffer.from(line.subarray(0, 4 * SHOWN_CHARACTERS)).toString('utf8');
    this.#tell(kind, `${problem}: ${escapeForLog(start, SHOWN_CHARACTERS)} (told once)`);
  }

  /** Once for each kind: what a program does wrong it does over and over. */
  #tell(kind: string, message: string): void {
    if (kind !== 'silence' && this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#scope.warn(`${this.#name} ${message}`);
  }
}

function fail({ reject, stream }: InHand, error: ServiceError): void {
  if (stream === undefined) reject(error);
  else {
    // Behind the replies that wait, which destroying it would take back.
    stream.push(error);
    stream.push(null);
  }
}

async function* repliesOf(stream: Readable): AsyncGenerator<ReplyMessage> {
  for await (const reply of stream as AsyncIterable<ReplyMessage | ServiceError>) {
    if (reply instanceof ServiceError) throw reply;
    yield reply;
  }
}
