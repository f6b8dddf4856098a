/**
 * A load of requests in a process of its own, which holds every reply against what was asked: two requesters, each with
 * a connection and an inbox, send at a steady rate, whether or not they are answered. Each request has an id that its
 * reply must end in, behind a word of the service's choice; each try has a reply subject of its own, and one that has
 * no reply after 3 s is followed by one more.
 *
 * @typedef {object} LoadAssignment
 * @property {string} url
 * @property {string} subject
 * @property {number} ratePerS of both requesters together
 *
 * @typedef {object} Span on the clock that the processes of a machine share, see nats-client.mjs
 * @property {number} fromMs
 * @property {number} toMs
 *
 * @typedef {Span & { readonly id: string, readonly reason: string }} Failure
 *
 * @typedef {object} RetryingLoadReport
 * @property {number} sent
 * @property {number} answered with the right reply
 * @property {number} retried
 * @property {number} late replies that came when their try was over
 * @property {number} ratePerS what was sent of it a second
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} longestMs
 * @property {readonly Failure[]} failures requests without a right reply after both tries
 * @property {readonly Failure[]} lost tries without a reply
 * @property {readonly Failure[]} unserved tries that were told that nobody serves the subject
 * @property {readonly string[]} wrong replies that are not what was asked for, or came to the other requester
 * @property {readonly string[]} twice tries that had more than one reply
 * @property {readonly Span[]} stalls when this process was held up: what it measured then is no measure of the service
 */
import { once } from 'node:events';
import { connect, createInbox } from 'nats';
import { now } from '../perf/nats-client.mjs';

/** How long a try may take, and how many there are. */
const TRY_MS = 3_000;
const TRIES = 2;
/** Requests go out in bursts of what so many milliseconds are due. */
const TICK_MS = 2;
/** The process was held up where a tick is later than this. */
const STALL_MS = 250;
/** An outage is not to be found out from a silent socket, but from its end. */
const RECONNECT_MS = 50;

/** @typedef {{ readonly number: number, readonly startedMs: number, tryStartedMs: number, tries: number, isDone: boolean }} Request */

/** What both requesters share. */
class Tally {
  sent = 0;
  answered = 0;
  retried = 0;
  late = 0;
  inFlight = 0;
  /** @type {number[]} */
  latencies = [];
  /** @type {Failure[]} */
  failures = [];
  /** @type {Failure[]} */
  lost = [];
  /** @type {Failure[]} */
  unserved = [];
  /** @type {string[]} */
  wrong = [];
  /** @type {string[]} */
  twice = [];
  /** @type {Span[]} */
  stalls = [];
}

class Requester {
  #name;
  #client;
  #subject;
  #tally;
  #inbox = createInbox();
  /** By their numbers; stays when they are done, for what comes behind. @type {Request[]} */
  #requests = [];
  /** Which tries of a request have had a reply, a bit for each. @type {number[]} */
  #replied = [];
  /** Tries in the order in which they end. @type {Array<{ readonly request: Request, readonly tryNumber: number }>} */
  #running = [];
  #firstRunning = 0;

  /** @param {string} name @param {import('nats').NatsConnection} client @param {string} subject @param {Tally} tally */
  constructor(name, client, subject, tally) {
    this.#name = name;
    this.#client = client;
    this.#subject = subject;
    this.#tally = tally;
    client.subscribe(`${this.#inbox}.>`, { callback: (_, message) => this.#hear(message) });
  }

  send() {
    const startedMs = now();
    const request = { number: this.#requests.length, startedMs, tryStartedMs: startedMs, tries: 0, isDone: false };
    this.#requests.push(request);
    this.#replied.push(0);
    this.#tally.sent += 1;
    this.#tally.inFlight += 1;
    this.#try(request);
  }

  /** Ends the tries that began before this. @param {number} beforeMs */
  expire(beforeMs) {
    for (;;) {
      const next = this.#running[this.#firstRunning];
      if (next === undefined) break;
      const { request, tryNumber } = next;
      const isOver = request.isDone || request.tries !== tryNumber;
      if (!isOver && request.tryStartedMs > beforeMs) break;
      this.#firstRunning += 1;
      if (isOver) continue;
      const reason = `no reply within ${TRY_MS} ms`;
      this.#tally.lost.push(this.#told(request, request.tryStartedMs, reason));
      this.#fail(request, reason);
    }
    if (this.#firstRunning < 10_000) return;
    this.#running.splice(0, this.#firstRunning);
    this.#firstRunning = 0;
  }

  /** @param {Request} request */
  #try(request) {
    request.tries += 1;
    request.tryStartedMs = now();
    this.#running.push({ request, tryNumber: request.tries });
    const reply = `${this.#inbox}.${request.number}.${request.tries}`;
    this.#client.publish(this.#subject, this.#idOf(request), { reply });
  }

  /** @param {Request} request @param {string} reason */
  #fail(request, reason) {
    if (request.tries < TRIES) {
      this.#tally.retried += 1;
      this.#try(request);
    } else this.#end(request, reason);
  }

  /** @param {Request} request @param {string} [failure] */
  #end(request, failure) {
    request.isDone = true;
    this.#tally.inFlight -= 1;
    const endedMs = now();
    if (failure === undefined) {
      this.#tally.answered += 1;
      this.#tally.latencies.push(endedMs - request.startedMs);
    } else this.#tally.failures.push(this.#told(request, request.startedMs, failure));
  }

  /** @param {import('nats').Msg} message */
  #hear(message) {
    const [number = '', tryText = ''] = message.subject.slice(this.#inbox.length + 1).split('.');
    const request = this.#requests[Number(number)];
    const tryNumber = Number(tryText);
    const text = message.string();
    if (request === undefined || !(tryNumber <= request.tries)) {
      this.#tally.wrong.push(`${this.#name} got ${message.subject}, which it never asked for: ${text}`);
      return;
    }
    const isCurrent = !request.isDone && request.tries === tryNumber;
    const code = message.headers?.code;
    if (code === 503 && text === '') {
      this.#tally.unserved.push(this.#told(request, request.tryStartedMs, 'no responders'));
      if (isCurrent) this.#fail(request, 'no responders');
      return;
    }
    const id = this.#idOf(request);
    const bit = 1 << tryNumber;
    if (((this.#replied[request.number] ?? 0) & bit) !== 0) this.#tally.twice.push(`${id}, try ${tryNumber}: ${text}`);
    this.#replied[request.number] = (this.#replied[request.number] ?? 0) | bit;
    const error = message.headers?.get('Nats-Service-Error');
    const isRight = !error && text.endsWith(` ${id}`);
    if (!isRight && !error) this.#tally.wrong.push(`${id}, try ${tryNumber}: ${text}`);
    if (!isCurrent) this.#tally.late += 1;
    if (!request.isDone) this.#end(request, isRight ? undefined : error || 'a wrong reply');
  }

  /** @param {Request} request */
  #idOf(request) {
    return `${this.#name}-${request.number}`;
  }

  /** @param {Request} request @param {number} fromMs @param {string} reason @returns {Failure} */
  #told(request, fromMs, reason) {
    return { id: this.#idOf(request), fromMs, toMs: now(), reason };
  }
}

/** @param {LoadAssignment} assignment */
async function run({ url, subject, ratePerS }) {
  const tally = new Tally();
  const clients = await Promise.all(
    ['a', 'b'].map(() =>
      connect({
        servers: url,
        noAsyncTraces: true,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_MS,
        reconnectJitter: 0,
      }),
    ),
  );
  const requesters = clients.map((client, index) => new Requester('ab'.charAt(index), client, subject, tally));
  await Promise.all(clients.map((client) => client.flush()));
  const startedMs = now();
  let tickedMs = startedMs;
  let isSending = true;
  const timer = setInterval(() => {
    const tickMs = now();
    const isStalled = tickMs - tickedMs > STALL_MS;
    if (isStalled) tally.stalls.push({ fromMs: tickedMs, toMs: tickMs });
    tickedMs = tickMs;
    const due = ((tickMs - startedMs) / 1_000) * ratePerS;
    while (isSending && tally.sent < due) requesters[tally.sent % requesters.length]?.send();
    // Behind what has come meanwhile; and where it was held up, what came then is still being read.
    if (!isStalled) setImmediate(() => requesters.map((requester) => requester.expire(tickMs - TRY_MS)));
  }, TICK_MS);
  process.send?.('sending');
  for (let command = ''; command !== 'stop'; ) {
    [command] = await once(process, 'message');
    if (command === 'flush') {
      await Promise.all(clients.map((client) => client.flush()));
      process.send?.('flushed');
    }
  }
  isSending = false;
  const seconds = (now() - startedMs) / 1_000;
  while (tally.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  clearInterval(timer);
  await Promise.all(clients.map((client) => client.close()));
  const sorted = Float64Array.from(tally.latencies).sort();
  const quantile = (/** @type {number} */ share) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const { inFlight: _, latencies: __, ...counted } = tally;
  /** @type {RetryingLoadReport} */
  const report = {
    ...counted,
    ratePerS: Math.round(tally.sent / seconds),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    longestMs: quantile(1),
  };
  process.send?.(report, () => process.disconnect());
}

process.once('message', run);
process.once('disconnect', () => process.exit());
