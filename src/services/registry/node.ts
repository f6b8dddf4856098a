import { setTimeout as sleep } from 'node:timers/promises';
import type { Msg, NatsConnection, Status, Subscription } from 'nats';
import { ServiceError } from '../define-service.js';
import { createInstanceId } from '../instance-id.js';
import { Announcer } from './announcer.js';
import { type Change, Directory } from './directory.js';
import { HearingClock } from './hearing-clock.js';
import { PEER_INTERVAL_MS, type PeerMessage, Peers, readPeerMessage } from './peers.js';
import { HEARTBEATS_PER_TTL, type Registration, readName, readRegistration } from './registration.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';
import { REGISTRY_QUEUE, subjects } from './subjects.js';

/** What whoever registers is told. */
export interface Receipt {
  readonly name: string;
  readonly instance: string;
  /** Seconds until it is forgotten, and those after which it should register again. */
  readonly ttl: number;
  readonly heartbeat: number;
}

/** How long another worker may take to say what it knows. */
const SNAPSHOT_TIMEOUT_MS = 1_000;
/** A server tells in less that nobody is there. */
const CHECK_TIMEOUT_MS = 200;
/** Workers that start together get to know each other in this time. */
const SETTLE_MS = 100;
/** For each that was there before and lives, which may be slow to speak while its process starts. */
const LONGEST_SETTLE_MS = 2_000;
/** A timer that is later than this was stopped with its process, and heartbeats wait to be read. */
const STOPPED_AFTER_MS = 1_000;
/**
 * Workers hear of an instance at about the same time, and forget it so. It is less than the shortest ttl: one that was
 * renewed just now is not forgotten because another worker has yet to hear of that.
 */
const NEARLY_OVER_MS = 500;
/** Expiries that are nearer to each other are one look. */
const SHORTEST_SWEEP_MS = 20;
/** Of what comes while another worker is asked. */
const MOST_HELD_BACK = 10_000;
/** Of what a server takes in one message: for the brackets around a list. */
const MESSAGE_MARGIN_BYTES = 1_024;

/**
 * A worker of the registry. All of them hear every registration, so that all know the same, and one of them answers:
 * the endpoints share a queue group, and only look at what is known; the subscriptions here have none, and change it.
 */
export class RegistryNode {
  readonly #clock = new HearingClock();
  readonly #peers = new Peers(createInstanceId(), Date.now());
  readonly #announcer = new Announcer({
    rank: () => this.#peers.seniors(performance.now()).length,
    checkSeniors: () => this.#checkSeniors(),
    publish: (change, registration) => this.#tell(change, registration),
  });
  readonly #subscriptions: Subscription[] = [];
  #nats: NatsConnection | undefined;
  #directory = new Directory(0);
  /** Serves what this worker knows to one that starts. */
  #source: Subscription | undefined;
  /** What came while another worker is asked for what it knows; undefined: nobody is. */
  #heldBack: (() => void)[] | undefined;
  #heardStart = false;
  #whole: Promise<void> | undefined;
  #checking: Promise<unknown> | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;
  /** When it fires, on the clock. */
  #sweepMs = Number.POSITIVE_INFINITY;
  #peerTimer: NodeJS.Timeout | undefined;

  /** Hears from now on, and answers when it knows what the other workers know. */
  open(nats: NatsConnection): void {
    this.#nats = nats;
    const maxPayload = nats.info?.max_payload ?? 1024 * 1024;
    this.#directory = new Directory(maxPayload - MESSAGE_MARGIN_BYTES);
    this.#heldBack = [];
    this.#listen(subjects.register, (data) => {
      const registration = readRegistration(data);
      this.#inOrder(() => this.#put(registration));
    });
    this.#listen(subjects.deregister, (data) => {
      const named = readRegistration(data);
      this.#inOrder(() => this.#remove(named));
    });
    this.#listen(subjects.events('*'), (data, subject) => this.#hearEvent(data, subject));
    this.#listen(subjects.peers, (data) => this.#hearPeer(data));
    // To be subscribed to it is to be there; who asks is answered by the server where nobody is.
    this.#listen(subjects.worker(this.#peers.id), () => undefined);
    this.#peerTimer = setInterval(() => this.#sayToPeers('here'), PEER_INTERVAL_MS).unref();
    this.#whole = this.#becomeWhole(nats, nats.status());
  }

  async #becomeWhole(nats: NatsConnection, statuses: AsyncIterable<Status>): Promise<void> {
    this.#sayToPeers('hello');
    if (!(await this.#learn(nats))) await this.#callForRegistrations(nats);
    this.#takeUp(nats);
    void this.#watchConnection(nats, statuses);
  }

  /** Hears no more. */
  async close(): Promise<void> {
    clearTimeout(this.#sweepTimer);
    clearInterval(this.#peerTimer);
    this.#announcer.close();
    if (this.#nats === undefined || this.#nats.isClosed()) return;
    for (const subscription of [...this.#subscriptions, ...(this.#source ? [this.#source] : [])]) {
      subscription.unsubscribe();
    }
    this.#sayToPeers('bye');
    // Without a server there is nobody to tell, and a flush would wait for one.
    if (!this.#clock.isPaused) await this.#nats.flush();
    this.#nats = undefined;
  }

  /** @throws ServiceError 400, 413, or 429 where there is no room for it */
  async receipt(data: Uint8Array): Promise<Receipt> {
    const registration = readRegistration(data);
    await this.#whole;
    if (!this.#directory.admits(registration)) {
      throw new ServiceError(429, 'the registry is full: all that it lists has to fit into one message');
    }
    const { name, instance, ttl } = registration;
    return { name, instance, ttl, heartbeat: ttl / HEARTBEATS_PER_TTL };
  }

  /** Those alive. */
  async list(): Promise<readonly Registration[]> {
    await this.#whole;
    return this.#directory.list();
  }

  /** @throws ServiceError 400 where the body is no name */
  async lookup(data: Uint8Array): Promise<readonly Registration[]> {
    const name = readName(data);
    await this.#whole;
    return this.#directory.lookup(name);
  }

  #listen(subject: string, hear: (data: Uint8Array, subject: string) => void): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null) return;
      try {
        hear(message.data, message.subject);
      } catch (problem) {
        // The worker that answers tells the sender what is wrong with it.
        if (!(problem instanceof ServiceError)) throw problem;
      }
    };
    this.#subscriptions.push((this.#nats as NatsConnection).subscribe(subject, { callback }));
  }

  /** Runs a change now, or behind what another worker knows. */
  #inOrder(change: () => void): void {
    if (this.#heldBack === undefined) change();
    else if (this.#heldBack.length < MOST_HELD_BACK) this.#heldBack.push(change);
  }

  #put(registration: Registration): void {
    const nowMs = this.#clock.now();
    const change = this.#directory.put(registration, nowMs);
    if (change !== undefined) this.#announcer.notice(change, registration);
    this.#sweepAt(nowMs + registration.ttl * 1_000);
  }

  #remove(named: Registration): void {
    const removed = this.#directory.remove(named);
    if (removed !== undefined) this.#announcer.notice('deregistered', removed);
  }

  /** Looks again at this time of the clock, if not before. */
  #sweepAt(expiryMs: number | undefined): void {
    if (expiryMs === undefined || expiryMs >= this.#sweepMs) return;
    clearTimeout(this.#sweepTimer);
    this.#sweepMs = expiryMs;
    const delayMs = Math.max(SHORTEST_SWEEP_MS, expiryMs - this.#clock.now());
    const dueMs = performance.now() + delayMs;
    this.#sweepTimer = setTimeout(() => this.#sweep(dueMs), delayMs).unref();
  }

  #sweep(dueMs: number): void {
    this.#sweepMs = Number.POSITIVE_INFINITY;
    // It goes on when the connection is there again.
    if (this.#clock.isPaused) return;
    const lateMs = performance.now() - dueMs;
    if (lateMs > STOPPED_AFTER_MS) this.#clock.skip(lateMs);
    for (const registration of this.#directory.expire(this.#clock.now())) {
      this.#announcer.notice('expired', registration);
    }
    this.#sweepAt(this.#directory.nextExpiryMs());
  }

  /**
   * Asks another worker for what it knows. This one holds back what it hears until {@link RegistryNode.#takeUp}.
   *
   * @returns whether there is one
   */
  async #learn(nats: NatsConnection): Promise<boolean> {
    this.#heldBack ??= [];
    // It must not be asked itself.
    this.#source?.unsubscribe();
    try {
      const { data } = await nats.request(subjects.snapshot, undefined, { timeout: SNAPSHOT_TIMEOUT_MS });
      this.#directory.merge(readSnapshot(data), this.#clock.now());
      return true;
    } catch {
      // Nobody there, or nobody who answers as a registry does: what is registered will be heard in a heartbeat.
      return false;
    }
  }

  /** Takes what was held back, and tells other workers from now on. */
  #takeUp(nats: NatsConnection): void {
    const heldBack = this.#heldBack ?? [];
    this.#heldBack = undefined;
    if (nats.isClosed() || this.#nats === undefined) return;
    for (const change of heldBack) change();
    this.#sweepAt(this.#directory.nextExpiryMs());
    this.#source = nats.subscribe(subjects.snapshot, {
      queue: REGISTRY_QUEUE,
      callback: (error, message) => {
        if (error === null) message.respond(writeSnapshot(this.#directory.snapshot(this.#clock.now())));
      },
    });
  }

  /**
   * Nothing is known of what was registered before: asks all to register again. Of workers that start together one
   * does, the first that lives, and before any of them tells of a registration. The others then learn from it what it
   * has heard before they were there.
   */
  async #callForRegistrations(nats: NatsConnection): Promise<void> {
    await sleep(SETTLE_MS);
    const seniors = () => this.#peers.seniors(performance.now()).length;
    const latestMs = performance.now() + seniors() * LONGEST_SETTLE_MS;
    while (performance.now() < latestMs) {
      await this.#checkSeniors();
      if (seniors() === 0) break;
      if (await this.#learn(nats)) return;
      await sleep(SETTLE_MS);
    }
    if (!this.#heardStart) this.#tell('started');
  }

  async #watchConnection(nats: NatsConnection, statuses: AsyncIterable<Status>): Promise<void> {
    for await (const { type } of statuses) {
      if (this.#nats === undefined) return;
      const happened: string = type;
      if (happened === 'disconnect') this.#clock.pause();
      if (happened !== 'reconnect') continue;
      this.#clock.resume();
      this.#sayToPeers('hello');
      await this.#learn(nats);
      this.#takeUp(nats);
    }
  }

  #hearEvent(data: Uint8Array, subject: string): void {
    const event = subject.slice(subjects.events('').length);
    const said = parse(data) as EventMessage | undefined;
    if (said?.registry === this.#peers.id) return;
    if (event === 'started') {
      this.#heardStart = true;
      return;
    }
    const { name, instance } = said?.service ?? {};
    if (isChange(event) && typeof name === 'string' && typeof instance === 'string') {
      this.#announcer.hear(event, { name, instance });
      if (event === 'expired') this.#forgetAsOthersDo({ name, instance });
    }
  }

  /** So that who is told of an end finds it with whatever worker is asked next. */
  #forgetAsOthersDo(named: Pick<Registration, 'name' | 'instance'>): void {
    const expired = this.#directory.expireOne(named, this.#clock.now() + NEARLY_OVER_MS);
    // It is told already, and only waits to be noticed here.
    if (expired !== undefined) this.#announcer.notice('expired', expired);
  }

  #hearPeer(data: Uint8Array): void {
    const message = readPeerMessage(parse(data));
    if (message === undefined || message.id === this.#peers.id) return;
    this.#peers.hear(message, performance.now());
    if (message.type === 'hello') this.#sayToPeers('here');
  }

  /** Forgets the workers that have died: the server knows at once. One look at a time. */
  async #checkSeniors(): Promise<void> {
    const nats = this.#nats;
    if (nats === undefined) return;
    this.#checking ??= Promise.all(
      this.#peers.seniors(performance.now()).map(async (id) => {
        const options = { timeout: CHECK_TIMEOUT_MS };
        const error = await nats.request(subjects.worker(id), undefined, options).catch((reason) => reason);
        if (error?.code === '503') this.#peers.forget(id);
      }),
    ).finally(() => {
      this.#checking = undefined;
    });
    await this.#checking;
  }

  #sayToPeers(type: PeerMessage['type']): void {
    const { id, started } = this.#peers;
    this.#publish(subjects.peers, { type, id, started } satisfies PeerMessage);
  }

  #tell(event: Change | 'started', service?: Registration): void {
    const time = new Date().toISOString();
    this.#publish(subjects.events(event), { event, time, service, registry: this.#peers.id });
  }

  #publish(subject: string, value: object): void {
    if (this.#nats !== undefined && !this.#nats.isClosed()) this.#nats.publish(subject, JSON.stringify(value));
  }
}

/** What is used of an event, as far as it is one. */
interface EventMessage {
  readonly registry?: unknown;
  readonly service?: { readonly name?: unknown; readonly instance?: unknown };
}

function isChange(text: string): text is Change {
  return text === 'registered' || text === 'updated' || text === 'deregistered' || text === 'expired';
}

/** @returns undefined for what is no JSON object */
function parse(data: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
