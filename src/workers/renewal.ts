import { deferred } from '../deferred.js';
import type { FailureReport } from '../failure-report.js';
import { drainPlaces } from './control/shrink.js';
import { SignOfLife } from './control/sign-of-life.js';
import type { Member } from './member.js';
import { Place } from './place.js';
import type { PoolListener, ReplaceOptions, Scaling } from './pool-options.js';
import { Recycler } from './recycler.js';
import { type OneReplacement, type Replacement, replaceInTurn } from './replacement.js';
import { Spare } from './spare.js';
import { Turns } from './turns.js';

/** A successor that ends for another reason than what it was to serve is followed by another one, so many in all. */
const MOST_SUCCESSORS = 3;

export interface RenewalOptions {
  /** The pool's own: scaling changes them. */
  readonly places: Place[];
  readonly listener: Pick<PoolListener, 'onRenewing' | 'onRecycled' | 'onWarning'>;
  readonly watched: boolean | undefined;
  readonly spawn: (worker: number, role: 'candidate' | 'spare') => Member;
  /** Has somebody come into an empty place. */
  readonly fill: (place: Place) => void;
  /** It leaves its place for good. */
  readonly onLeaving: (member: Member) => void;
}

/**
 * Has others come into the places of a pool without a request lost: all of them, for a reload; one by one, where a
 * worker has reached a limit of its life; and has more or fewer places. Who comes serves before who goes drains.
 */
export class Renewal {
  readonly #options: RenewalOptions;
  readonly #places: Place[];
  /** To replace and to scale, one after the other. */
  readonly #turns = new Turns();
  readonly #signOfLife = new SignOfLife();
  readonly #recycler: Recycler<Member>;
  readonly #spare: Spare | undefined;
  /** Of places that were given up: no count goes down. */
  readonly #formerRestarts: number[] = [];
  #isStopped = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
    this.#places = options.places;
    this.#recycler = new Recycler({
      replace: (worker, signal) => this.#replace(worker, signal).finally(() => this.keepSpare()),
      onRecycled: options.listener.onRecycled,
      onWarning: options.listener.onWarning,
    });
    // The first place is the first one to be renewed.
    if (options.watched) this.#spare = new Spare(() => options.spawn(1, 'spare'));
  }

  /**
   * Replaces every worker by one that loads its services anew: an old one drains when its successor serves. The first
   * successor finds out alone whether the others come to serve too: where it does not, nothing has changed.
   */
  replaceAll({ signal, atATime = 1 }: ReplaceOptions = {}): Promise<Replacement> {
    return this.#turns.take(async () => {
      const held = this.#recycler.hold();
      if (held !== undefined) await held;
      const { listener } = this.#options;
      listener.onRenewing(true);
      const outcome = await replaceInTurn(this.#places.length, atATime, (worker) => this.#replace(worker, signal));
      listener.onRenewing(false);
      this.#recycler.release();
      this.keepSpare();
      return outcome;
    });
  }

  /**
   * Has so many workers from now on: more are started, the first of them alone as in {@link Renewal.replaceAll}, or those
   * with the highest numbers are drained, once one of the others is known to serve.
   *
   * @returns once they serve, or have ended
   */
  scale(workers: number): Promise<Scaling> {
    return this.#turns.take(async () => {
      // Nobody is to come into a place that goes.
      const held = this.#recycler.hold();
      if (held !== undefined) await held;
      if (workers < this.#places.length) await this.#signOfLife.of(this.#places.slice(0, workers));
      const leaving = this.#isStopped ? [] : this.#places.splice(workers);
      for (const { member, worker, restarts } of leaving) {
        this.#formerRestarts[worker - 1] = restarts;
        if (member !== undefined) this.#options.onLeaving(member);
      }
      const draining = drainPlaces(leaving);
      this.#recycler.release();
      const loss = await draining;
      return { ...loss, growth: await this.#grow(workers - this.#places.length) };
    });
  }

  /** It has reached a limit of its life. */
  recycle(member: Member, reason: string): void {
    this.#recycler.add(member, reason);
  }

  /** A worker that serves has answered, or begins to serve. */
  hearSign({ worker }: Member): void {
    this.#signOfLife.hear(worker);
  }

  /** Has a spare wait, where the pool is to have one. */
  keepSpare(): void {
    if (!this.#isStopped) this.#spare?.keep();
  }

  /** The spare has died. @returns how long it takes until the next one is started, in milliseconds */
  burySpare(member: Member): number {
    return this.#spare?.bury(member) ?? 0;
  }

  /** For each place that there is or was, worker 1 first, how many of its workers had to be replaced. */
  restarts(): readonly number[] {
    return [...this.#places.map(({ restarts }) => restarts), ...this.#formerRestarts.slice(this.#places.length)];
  }

  /** Brings nobody any more. */
  stop(): void {
    this.#isStopped = true;
    this.#recycler.stop();
    this.#signOfLife.stop();
    this.#spare?.stop();
  }

  async #grow(missing: number): Promise<Replacement> {
    const had = this.#places.length;
    if (this.#isStopped) return { kind: 'aborted' };
    if (missing <= 0) return { kind: 'done' };
    for (let worker = had + 1; worker <= had + missing; worker++) {
      const place = new Place(worker);
      place.restarts = this.#formerRestarts[worker - 1] ?? 0;
      this.#places.push(place);
    }
    const growth = await replaceInTurn(missing, missing, (nth) => this.#replace(had + nth, undefined));
    // Those that nobody has come to serve in.
    while (this.#places.length > had && this.#places.at(-1)?.member === undefined) this.#places.pop()?.keepEmpty();
    return growth.kind === 'failed' ? { ...growth, worker: had + growth.worker } : growth;
  }

  async #replace(worker: number, signal: AbortSignal | undefined): Promise<OneReplacement> {
    const place = this.#places[worker - 1] as Place;
    let outcome: OneReplacement = 'aborted';
    for (let tried = 1; !this.#isStopped && !signal?.aborted; tried++) {
      const candidate = this.#nominate(place);
      const left = deferred<'left'>();
      const callOff = (): void => {
        if (candidate.role === 'candidate' && candidate.callOff()) left.resolve('left');
      };
      signal?.addEventListener('abort', callOff);
      const end = await Promise.race([candidate.outcome, left.promise]);
      signal?.removeEventListener('abort', callOff);
      place.candidate = undefined;
      if (end === 'ready') return 'done';
      if (end === 'left' || this.#isStopped || signal?.aborted) break;
      outcome = candidate.failure ?? {
        kind: 'pool',
        message: candidate.describeEnd(end),
        hint: undefined,
        details: {},
      };
      if (tellsOfServices(candidate.failure) || tried === MOST_SUCCESSORS) break;
    }
    if (place.member === undefined && !this.#isStopped) place.refill(() => this.#options.fill(place));
    return this.#isStopped || signal?.aborted ? 'aborted' : outcome;
  }

  /** Gives a place the worker that is to have it once it serves: for the first one, the spare. */
  #nominate(place: Place): Member {
    place.keepEmpty();
    const spare = place.worker === 1 ? this.#spare?.take() : undefined;
    const candidate = spare ?? this.#options.spawn(place.worker, 'candidate');
    candidate.role = 'candidate';
    spare?.serve();
    place.candidate = candidate;
    return candidate;
  }
}

/** One that is killed, or loses its connection, says nothing of what it was to serve. */
function tellsOfServices(failure: FailureReport | undefined): boolean {
  return failure !== undefined && failure.kind !== 'connection';
}
