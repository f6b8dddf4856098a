import { connect } from 'nats';

/** Requests go out in bursts of what a millisecond is due. */
const TICK_MS = 1;

/**
 * @typedef {object} LoadReport
 * @property {number} sent
 * @property {number} answered with the right reply
 * @property {Readonly<Record<string, number>>} failures how often each came: the client's code, the service's, or `wrong`
 * @property {number} retried tries after the first
 * @property {number} ratePerS what was sent of it a second
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} longestMs
 * @property {Readonly<Record<string, number>>} firstWords how often each was the first word of a reply
 */

/**
 * Sends requests at a steady rate, whether or not they are answered, each with a text of its own, and once unless it is
 * told to try again. A reply is right that ends in that text, behind a word of the service's choice.
 */
export class PacedLoad {
  #client;
  #subject;
  #retries;
  #timeoutMs;
  #retried = 0;
  #timer;
  #startedMs = performance.now();
  #sent = 0;
  #answered = 0;
  /** @type {Record<string, number>} */
  #failures = {};
  /** @type {Record<string, number>} */
  #firstWords = {};
  /** @type {number[]} */
  #latencies = [];
  /** @type {Set<Promise<void>>} */
  #inFlight = new Set();

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} options.subject
   * @param {number} options.ratePerS
   * @param {number} [options.retries] tries after the first where no reply comes; default none
   * @param {number} [options.timeoutMs] of each try; default 5 s
   */
  static async start({ url, subject, ratePerS, retries = 0, timeoutMs = 5_000 }) {
    const client = await connect({ servers: url, noAsyncTraces: true });
    return new PacedLoad(client, { subject, ratePerS, retries, timeoutMs });
  }

  /**
   * @param {import('nats').NatsConnection} client
   * @param {{ subject: string, ratePerS: number, retries: number, timeoutMs: number }} options
   */
  constructor(client, { subject, ratePerS, retries, timeoutMs }) {
    this.#client = client;
    this.#subject = subject;
    this.#retries = retries;
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - this.#startedMs) / 1_000) * ratePerS;
      while (this.#sent < due) this.#send();
    }, TICK_MS);
  }

  /** Requests that were sent and are neither answered nor failed. */
  get waiting() {
    return this.#inFlight.size;
  }

  /** So many have been answered so far. */
  get answered() {
    return this.#answered;
  }

  /** Sends no more, and waits for what is in flight. @returns {Promise<LoadReport>} */
  async stop() {
    clearInterval(this.#timer);
    const seconds = (performance.now() - this.#startedMs) / 1_000;
    await Promise.all(this.#inFlight);
    await this.#client.close();
    const sorted = Float64Array.from(this.#latencies).sort();
    const quantile = (/** @type {number} */ share) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    return {
      sent: this.#sent,
      answered: this.#answered,
      failures: this.#failures,
      retried: this.#retried,
      ratePerS: Math.round(this.#sent / seconds),
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      longestMs: quantile(1),
      firstWords: this.#firstWords,
    };
  }

  #send() {
    this.#sent += 1;
    const asking = this.#ask(String(this.#sent)).finally(() => this.#inFlight.delete(asking));
    this.#inFlight.add(asking);
  }

  /** @param {string} text */
  async #ask(text) {
    const startedMs = performance.now();
    const failure = await this.#try(text, this.#retries);
    this.#latencies.push(performance.now() - startedMs);
    if (failure === undefined) this.#answered += 1;
    else this.#failures[failure] = (this.#failures[failure] ?? 0) + 1;
  }

  /**
   * @param {string} text
   * @param {number} retries
   * @returns {Promise<string | undefined>} why it failed
   */
  async #try(text, retries) {
    try {
      const reply = await this.#client.request(this.#subject, text, { timeout: this.#timeoutMs });
      const code = reply.headers?.get('Nats-Service-Error-Code');
      if (code) return code;
      const [first = '', rest] = reply.string().split(' ');
      this.#firstWords[first] = (this.#firstWords[first] ?? 0) + 1;
      return rest === text ? undefined : 'wrong';
    } catch (error) {
      const { code, message } = /** @type {{ readonly code?: string, readonly message: string }} */ (error);
      if (retries === 0) return code ?? message;
      this.#retried += 1;
      return this.#try(text, retries - 1);
    }
  }
}
