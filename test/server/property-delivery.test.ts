import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NatsSocket } from '../../scripts/support/nats-socket.mjs';
import { startServer } from '../../src/server/index.js';
import { waitUntil } from '../support/wait-until.js';

const CLIENTS = 4;

/** What one client does. Publishes of several clients that follow each other go out at the same time. */
type Step =
  | { readonly do: 'subscribe'; readonly client: number; readonly subject: string; readonly queue: string | undefined }
  | { readonly do: 'unsubscribe'; readonly which: number; readonly max: number | undefined }
  | { readonly do: 'publish'; readonly client: number; readonly subject: string; readonly times: number }
  | { readonly do: 'disconnect'; readonly client: number };

interface ModelSubscription {
  readonly client: Peer;
  readonly sid: string;
  readonly subject: string;
  readonly queue: string | undefined;
  max: number;
  isOver: boolean;
  /** What came, in order: number of the message, and who sent it. */
  readonly got: Array<{ readonly message: number; readonly publisher: number }>;
}

interface Published {
  readonly message: number;
  readonly publisher: Peer;
  readonly subject: string;
}

interface Peer {
  readonly number: number;
  readonly echo: boolean;
  readonly socket: NatsSocket;
  /** Waiting to be written, so that many publishes stand in one packet. */
  pending: string;
}

const subject = fc.constantFrom('a.b', 'a.c', 'd');
const pattern = fc.constantFrom('a.b', 'a.c', 'd', 'a.*', '*.b', '*', '>', 'a.>');
const client = fc.nat({ max: CLIENTS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      client,
      subject: pattern,
      queue: fc.option(fc.constantFrom('q', 'r'), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('unsubscribe' as const),
      which: fc.nat({ max: 30 }),
      max: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      client,
      subject,
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect' as const), client }) },
);

/** Runs steps against a server, and holds what comes against the rules of delivery after each round of publishes. */
class Trial {
  readonly #port: number;
  readonly #echoes: readonly boolean[];
  readonly #clientCount: () => number;
  readonly #peers: Peer[] = [];
  readonly #subscriptions: ModelSubscription[] = [];
  /** Of the round at hand. */
  #published: Published[] = [];
  #nextMessage = 0;
  #nextSid = 1;

  constructor(port: number, echoes: readonly boolean[], clientCount: () => number) {
    this.#port = port;
    this.#echoes = echoes;
    this.#clientCount = clientCount;
  }

  async run(steps: readonly Step[]): Promise<void> {
    try {
      for (let number = 0; number < CLIENTS; number++) this.#peers.push(await this.#connect(number));
      for (const step of steps) {
        if (step.do === 'publish') this.#publish(step);
        else {
          await this.#endRound();
          await this.#change(step);
        }
      }
      await this.#endRound();
      for (const { socket } of this.#peers) expect(socket.errors).toEqual([]);
    } finally {
      await Promise.all(this.#peers.map(({ socket }) => socket.drop()));
    }
  }

  async #connect(number: number): Promise<Peer> {
    const echo = this.#echoes[number] ?? true;
    const socket = await NatsSocket.connect(this.#port, { echo });
    const peer: Peer = { number, echo, socket, pending: '' };
    socket.onMessage = (sid, bytes, start, end) => {
      const [message = '', publisher = ''] = bytes.toString('latin1', start, end).split(' ');
      const subscription = this.#subscriptions.find((one) => one.client === peer && one.sid === sid);
      subscription?.got.push({ message: Number(message), publisher: Number(publisher) });
    };
    return peer;
  }

  #publish({ client, subject, times }: Extract<Step, { do: 'publish' }>): void {
    const publisher = this.#peers[client] as Peer;
    for (let time = 0; time < times; time++) {
      const message = this.#nextMessage++;
      const payload = `${message} ${publisher.number}`;
      publisher.pending += `PUB ${subject} ${payload.length}\r\n${payload}\r\n`;
      this.#published.push({ message, publisher, subject });
    }
  }

  async #change(step: Exclude<Step, { do: 'publish' }>): Promise<void> {
    if (step.do === 'subscribe') {
      const client = this.#peers[step.client] as Peer;
      const sid = String(this.#nextSid++);
      const { subject, queue } = step;
      this.#subscriptions.push({ client, sid, subject, queue, max: Number.POSITIVE_INFINITY, isOver: false, got: [] });
      client.socket.send(queue === undefined ? `SUB ${subject} ${sid}\r\n` : `SUB ${subject} ${queue} ${sid}\r\n`);
      await client.socket.roundTrip();
    } else if (step.do === 'unsubscribe') {
      const present = this.#subscriptions.filter((one) => !one.client.socket.isClosed);
      const subscription = present[step.which % Math.max(present.length, 1)];
      if (subscription === undefined) return;
      const { socket } = subscription.client;
      // Also one that is over: what is said of it then says nothing.
      socket.send(`UNSUB ${subscription.sid}${step.max === undefined ? '' : ` ${step.max}`}\r\n`);
      await socket.roundTrip();
      if (step.max !== undefined && step.max > subscription.got.length) subscription.max = step.max;
      else subscription.isOver = true;
    } else {
      const gone = this.#peers[step.client] as Peer;
      const before = this.#clientCount();
      await gone.socket.drop();
      await waitUntil(() => this.#clientCount() < before, { interval: 1 });
      for (const subscription of this.#subscriptions) if (subscription.client === gone) subscription.isOver = true;
      this.#peers[step.client] = await this.#connect(gone.number);
    }
  }

  /** Sends what was published since the last round, waits until all of it has come, and checks it. */
  async #endRound(): Promise<void> {
    const published = this.#published;
    if (published.length === 0) return;
    this.#published = [];
    for (const peer of this.#peers) {
      peer.socket.send(peer.pending);
      peer.pending = '';
    }
    // First all publishes have reached the server, then all that it sent has reached the clients.
    for (let time = 0; time < 2; time++) await Promise.all(this.#peers.map(({ socket }) => socket.roundTrip()));

    const first = (published[0] as Published).message;
    const newOf = ({ got }: ModelSubscription): number[] =>
      got.filter(({ message }) => message >= first).map(({ message }) => message);
    for (const subscription of this.#subscriptions) {
      expectOrder(subscription);
      if (subscription.isOver) expect(newOf(subscription)).toEqual([]);
      else {
        expect(subscription.got.length).toBeLessThanOrEqual(subscription.max);
        if (subscription.queue === undefined) this.#expectEach(subscription, published, newOf(subscription));
      }
    }
    for (const queue of ['q', 'r']) {
      const members = this.#subscriptions.filter((one) => one.queue === queue && !one.isOver);
      for (const { message, publisher, subject } of published) {
        const eligible = members.filter(
          (one) => isMatch(one.subject, subject) && (publisher.echo || one.client !== publisher),
        );
        const receivers = members.filter((one) => newOf(one).includes(message));
        expect(receivers.every((one) => eligible.includes(one))).toBe(true);
        // Members with a maximum may be over in the middle of a round.
        const isServed = eligible.some(({ max }) => max === Number.POSITIVE_INFINITY);
        const times = isServed ? 1 : Math.min(receivers.length, 1);
        expect(receivers, `message ${message} to ${subject} in group ${queue}`).toHaveLength(times);
      }
    }
    for (const subscription of this.#subscriptions) subscription.isOver ||= subscription.got.length >= subscription.max;
  }

  /** A plain subscription gets each message that matches just once, up to its maximum. */
  #expectEach(subscription: ModelSubscription, published: readonly Published[], got: readonly number[]): void {
    const due = published
      .filter(
        ({ subject, publisher }) =>
          isMatch(subscription.subject, subject) && (publisher.echo || subscription.client !== publisher),
      )
      .map(({ message }) => message);
    const room = subscription.max - (subscription.got.length - got.length);
    if (due.length <= room) expect([...got].sort((a, b) => a - b)).toEqual(due);
    else {
      expect(got).toHaveLength(room);
      expect(new Set(got).size).toBe(room);
      expect(got.every((message) => due.includes(message))).toBe(true);
    }
  }
}

/** What one client publishes comes in the order in which it was published. */
function expectOrder({ got }: ModelSubscription): void {
  for (let publisher = 0; publisher < CLIENTS; publisher++) {
    const messages = got.filter((one) => one.publisher === publisher).map(({ message }) => message);
    expect(messages).toEqual([...messages].sort((a, b) => a - b));
  }
}

function isMatch(pattern: string, subject: string): boolean {
  const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace('>', '.+');
  return new RegExp(`^${source}$`).test(subject);
}

describe('several clients at once', () => {
  it('get each message as the rules of delivery say, whatever the order of what they do', async () => {
    const server = await startServer({ port: 0 });
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 60 }),
          fc.array(fc.boolean(), { minLength: CLIENTS, maxLength: CLIENTS }),
          (steps, echoes) => new Trial(server.port, echoes, () => server.clients().length).run(steps),
        ),
        { numRuns: 60, endOnFailure: true },
      );
    } finally {
      await server.stop();
    }
  });
});
