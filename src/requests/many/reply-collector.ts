import type { Reply } from '../request.js';

/** Which replies to one request to wait for; the request's time-out bounds the wait for all of them. */
export interface Gathering {
  /** So many, or all that come in time. */
  readonly wanted: number | 'all';
  /**
   * No reply for this long after one ends it, which may depend on what came so far: it is then asked at each reply, with
   * the time that one took. Undefined where only the time-out ends it.
   */
  readonly idleMs: number | ((rttMs: number) => number) | undefined;
  /** Replies of many: an empty one is a reply like the others, and ends no stream. */
  readonly isNoStream?: true;
}

/** Is handed the replies in their order, and may say that no more are needed; where it throws, that ends the wait. */
export type TakeReply = (reply: Reply) => 'enough' | undefined;

/** Why no further reply is waited for: there are as many as wanted, or a time or a stream is over. */
export type End = 'complete' | 'timeout' | 'silence' | 'stream';

/**
 * Takes the replies to one request until there are as many as wanted, who takes them has enough, a time is over, or a
 * stream of them ends with an empty message. With a number wanted, such a message counts as a reply until one with a
 * body has come: services may well acknowledge with nothing.
 */
export class ReplyCollector {
  /** Resolves when no further reply is waited for, with the reason; rejects where the wait failed. */
  readonly ended: Promise<End>;
  readonly #gathering: Gathering;
  readonly #take: TakeReply;
  readonly #timer: NodeJS.Timeout;
  #resolve: (end: End) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #count = 0;
  #hasBody = false;
  #done = false;

  constructor(gathering: Gathering, timeoutMs: number, take: TakeReply) {
    this.#gathering = gathering;
    this.#take = take;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => this.#end('timeout'), timeoutMs);
  }

  /** How many replies there were. */
  get count(): number {
    return this.#count;
  }

  /** Whether there are as many as wanted. */
  get isEnough(): boolean {
    const { wanted } = this.#gathering;
    return wanted === 'all' ? this.#count > 0 : this.#count >= wanted;
  }

  receive(reply: Reply): void {
    if (this.#done) return;
    const { wanted, idleMs, isNoStream } = this.#gathering;
    if (!isNoStream && isEmpty(reply) && (wanted === 'all' || this.#hasBody)) {
      this.#end('stream');
      return;
    }
    this.#hasBody ||= reply.body.length > 0;
    this.#count += 1;
    let answer: 'enough' | undefined;
    try {
      answer = this.#take(reply);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.#count === wanted || answer === 'enough') this.#end('complete');
    else if (idleMs !== undefined) {
      clearTimeout(this.#idleTimer);
      const silenceMs = typeof idleMs === 'number' ? idleMs : idleMs(reply.rttMs);
      this.#idleTimer = setTimeout(() => this.#end('silence'), silenceMs);
    }
  }

  /** Ends the wait with an error. */
  fail(error: unknown): void {
    this.#settle();
    this.#reject(error);
  }

  #end(end: End): void {
    this.#settle();
    this.#resolve(end);
  }

  #settle(): void {
    this.#done = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
  }
}

/** With neither body nor headers; a status is no header: JetStream ends a batch with `204 EOB`. */
function isEmpty({ body, headers }: Reply): boolean {
  return body.length === 0 && (headers === undefined || headers.code !== 0);
}
