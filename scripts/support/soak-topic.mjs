/** Bytes of a message: the publisher's number, the message's, and something to carry. */
const PAYLOAD_BYTES = 64;

/** Numbers its messages from 0 on. */
class Publisher {
  /** Of the next message. */
  next = 0;
  /** Messages that the server is known to have dealt with. */
  confirmed = 0;
  /** Which messages the queue group has got; grows as needed. */
  seen = new Uint8Array(1024);
  #subject;

  /** @param {number} id @param {string} subject */
  constructor(id, subject) {
    this.id = id;
    this.#subject = subject;
  }

  /** @param {number} count */
  nextBatch(count) {
    const head = `PUB ${this.#subject} ${PAYLOAD_BYTES}\r\n`;
    const size = head.length + PAYLOAD_BYTES + 2;
    const batch = Buffer.alloc(count * size, '.');
    for (let index = 0; index < count; index++) {
      const at = index * size;
      batch.write(head, at, 'latin1');
      batch.writeUInt32LE(this.id, at + head.length);
      batch.writeUInt32LE(this.next++, at + head.length + 4);
      batch.write('\r\n', at + size - 2, 'latin1');
    }
    return batch;
  }

  confirm() {
    this.confirmed = this.next;
  }

  /** Notes that the group has got a message. @param {number} number @returns {boolean} whether for the first time */
  see(number) {
    if (number >= this.seen.length) {
      const wider = new Uint8Array(Math.max(number + 1, 2 * this.seen.length));
      wider.set(this.seen);
      this.seen = wider;
    }
    if (this.seen[number] === 1) return false;
    this.seen[number] = 1;
    return true;
  }
}

/** Holds what comes against what is due, publisher by publisher. */
class Subscriber {
  /** The first and the last number that came from each publisher. @type {Map<number, { first: number, last: number }>} */
  #came = new Map();
  #problems;

  /** @param {string[]} problems */
  constructor(problems) {
    this.#problems = problems;
  }

  /** @param {Buffer} bytes @param {number} start */
  receive(bytes, start) {
    const id = bytes.readUInt32LE(start);
    const number = bytes.readUInt32LE(start + 4);
    const came = this.#came.get(id);
    if (came === undefined) this.#came.set(id, { first: number, last: number });
    else {
      if (number !== came.last + 1) this.#problems.push(`publisher ${id}: ${number} came after ${came.last}`);
      came.last = number;
    }
  }

  /** @param {ReadonlyMap<number, { start: number, end: number }>} due from which number up to but not which */
  check(due) {
    for (const [id, { start, end }] of due) {
      if (end <= start) continue;
      const came = this.#came.get(id);
      if (came === undefined || came.first > start || came.last < end - 1) {
        this.#problems.push(`publisher ${id}: due was ${start} to ${end - 1}, ${JSON.stringify(came)} came`);
      }
    }
  }
}

/** A subject with those who publish to it and those who listen, and what has gone wrong among them. */
export class Topic {
  /** @type {string[]} */
  problems = [];
  /** Of the queue group: those whom a message may have been given to. @type {Set<import('./nats-socket.mjs').NatsSocket>} */
  members = new Set();
  /** @type {Map<number, Publisher>} */
  publishers = new Map();
  /** Of each subscriber that is there: from which number on it is to get a publisher's messages. @type {Map<Subscriber, Map<Publisher, number>>} */
  #subscribers = new Map();
  #nextPublisher = 0;

  /** @param {string} subject */
  constructor(subject) {
    this.subject = subject;
  }

  startPublisher() {
    const publisher = new Publisher(this.#nextPublisher++, this.subject);
    this.publishers.set(publisher.id, publisher);
    for (const starts of this.#subscribers.values()) starts.set(publisher, 0);
    return publisher;
  }

  /** Once all that it sent is confirmed: checks that the queue group has got each message just once. @param {Publisher} publisher */
  async endPublisher(publisher) {
    await Promise.all([...this.members].map((member) => member.roundTrip()));
    for (let number = 0; number < publisher.confirmed; number++) {
      if (publisher.seen[number] !== 1)
        this.problems.push(`publisher ${publisher.id}: the group did not get ${number}`);
    }
    this.publishers.delete(publisher.id);
    publisher.seen = new Uint8Array(0);
  }

  createSubscriber() {
    return new Subscriber(this.problems);
  }

  /** From here on it is to get everything. @param {Subscriber} subscriber */
  admitSubscriber(subscriber) {
    this.#subscribers.set(
      subscriber,
      new Map([...this.publishers.values()].map((publisher) => [publisher, publisher.next])),
    );
  }

  /** From here on it need not get anything. @param {Subscriber} subscriber @returns what was due to it */
  dismissSubscriber(subscriber) {
    const starts = this.#subscribers.get(subscriber) ?? new Map();
    this.#subscribers.delete(subscriber);
    return new Map([...starts].map(([{ id, confirmed }, start]) => [id, { start, end: confirmed }]));
  }

  /** @param {Buffer} bytes @param {number} start */
  receiveInGroup(bytes, start) {
    const id = bytes.readUInt32LE(start);
    const number = bytes.readUInt32LE(start + 4);
    const publisher = this.publishers.get(id);
    if (publisher === undefined) this.problems.push(`publisher ${id}: ${number} came after its end`);
    else if (!publisher.see(number)) this.problems.push(`publisher ${id}: the group got ${number} twice`);
  }
}
