import { url } from 'node:inspector';
import type { FailureReport } from '../failure-report.js';
import { drainPlaces } from './control/shrink.js';
import { SignOfLife } from './control/sign-of-life.js';
import { deferred } from './deferred.js';
import { giveUp } from './give-up.js';
import { HangWatch, STARTING_MS } from './hang-watch.js';
import { KILL_MARGIN_MS, Member, type Role } from './member.js';
import type { FromWorker, ServedService } from './messages.js';
import { Outage } from './outage.js';
import { Place } from './place.js';
import type { DrainResult, PoolOptions, ReplaceOptions, Scaling } from './pool-options.js';
import { Recycler } from './recycler.js';
import { type OneReplacement, type Replacement, replaceInTurn } from './replacement.js';
import { Spare } from './spare.js';
import { type PoolStatistics, StatisticsLedger } from './statistics/index.js';
import { Turns } from './turns.js';
import { spawnWorker, type WorkerExit } from './worker-process.js';

/** Once a pool has served, a replacement waits for its server as long as it takes (a Node timer's limit, 24 days). */
const WAIT_WITHOUT_END_MS = 2 ** 31 - 1;
/** A successor that ends for another reason than what it was to serve is followed by another one, so many in all. */
const MOST_SUCCESSORS = 3;

/** A fixed number of worker processes, each replaced when it dies. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #places: Place[];
  /** All that run, in whichever role. */
  readonly #members = new Set<Member>();
  readonly #served = deferred<string>();
  readonly #failed = deferred<never>();
  readonly #watchdogMs: number;
  readonly #hangWatch: HangWatch<Member>;
  readonly #recycler: Recycler<Member>;
  readonly #outage: Outage<Member>;
  readonly #ledger = new StatisticsLedger<Member>();
  readonly #spare: Spare | undefined;
  /** To replace and to scale, one after the other. */
  readonly #turns = new Turns();
  readonly #signOfLife = new SignOfLife();
  /** Of places that were given up: no count goes down. */
  readonly #formerRestarts: number[] = [];
  #services: readonly ServedService[] = [];
  #hasServed = false;
  #stopping = false;
  #registryProblem: string | undefined;
  #unanswered = 0;
  #lost = 0;
  #tellExit: () => void = () => undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.workers }, (_, index) => new Place(index + 1));
    this.#watchdogMs = options.assignmentFor(1).watchdogMs;
    this.#hangWatch = new HangWatch(this.#watchdogMs, (member, silentMs) => {
      member.silentMs = silentMs;
      member.kill();
    });
    this.#recycler = new Recycler({
      replace: (worker, signal) => this.#replace(worker, signal).finally(() => this.#keepSpare()),
      onRecycled: options.listener.onRecycled,
      onWarning: options.listener.onWarning,
    });
    this.#outage = new Outage(options.listener);
    // The first place is the first one to be renewed.
    if (options.watched) this.#spare = new Spare(() => this.#spawn(1, 'spare'));
  }

  /**
   * Starts the workers.
   *
   * @returns the server's address, once all of them serve
   * @throws CliError as {@link Pool.failed}
   */
  start(): Promise<string> {
    for (const place of this.#places) this.#fill(place);
    return Promise.race([this.#served.promise, this.#failed.promise]);
  }

  /**
   * Rejects where no worker stays alive: with the cause where that is `usage`, `connection` or `authorization`,
   * else with `pool`. Never resolves.
   */
  get failed(): Promise<never> {
    return this.#failed.promise;
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
      this.#keepSpare();
      return outcome;
    });
  }

  /**
   * Has so many workers from now on: more are started, the first of them alone as in {@link Pool.replaceAll}, or those
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
      const leaving = this.#stopping ? [] : this.#places.splice(workers);
      for (const { member, worker, restarts } of leaving) {
        this.#formerRestarts[worker - 1] = restarts;
        if (member !== undefined) this.#outage.forget(member);
      }
      const draining = drainPlaces(leaving);
      this.#recycler.release();
      const loss = await draining;
      return { ...loss, growth: await this.#grow(workers - this.#places.length) };
    });
  }

  async #grow(missing: number): Promise<Replacement> {
    const had = this.#places.length;
    if (this.#stopping) return { kind: 'aborted' };
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

  /**
   * Has every worker answer what it has in hand and end; kills those that do not within their grace.
   */
  async drain(): Promise<DrainResult> {
    this.#stop();
    for (const member of this.#members) member.drain();
    const graceMs = this.#options.assignmentFor(1).graceMs;
    const timer = setTimeout(() => this.kill(), graceMs + KILL_MARGIN_MS);
    await this.#allEnded();
    clearTimeout(timer);
    return { unanswered: this.#unanswered, lost: this.#lost };
  }

  get state(): 'starting' | 'serving' | 'draining' {
    if (this.#stopping) return 'draining';
    return this.#hasServed ? 'serving' : 'starting';
  }

  /** Those that have a place, in the order of their numbers. */
  places(): readonly Place[] {
    return this.#places;
  }

  /** What the workers serve, once they do. */
  services(): readonly ServedService[] {
    return this.#services;
  }

  /** The workers' process ids, in the order of their numbers; of those alone that run. */
  pids(): readonly number[] {
    return this.#places.flatMap(({ member }) => member?.pid ?? []);
  }

  /** Why no requests should be sent here now, in a few words; undefined where they should. */
  unreadiness(): string | undefined {
    if (this.#stopping) return 'draining';
    if (!this.#hasServed) return 'starting';
    const serving = this.#places.flatMap(({ member }) => (member?.state === 'serving' ? member : []));
    if (serving.length === 0) return 'no worker serves';
    return serving.every((member) => this.#outage.isOut(member)) ? 'no connection to the server' : undefined;
  }

  /** How the pool is: what its workers say now, or have said last where they are too busy. */
  async statistics(): Promise<PoolStatistics> {
    await this.#ledger.refresh(this.#members, (member) => member.askStatistics());
    const now = performance.now();
    const workers = [...this.#members].map((member) => ({
      worker: member.worker,
      pid: member.pid,
      state: member.state,
      uptimeMs: now - member.startedAt,
      snapshot: this.#ledger.latestOf(member),
    }));
    return {
      endpoints: this.#ledger.endpoints(),
      lag: this.#ledger.lag(),
      workers: workers.sort((one, other) => one.worker - other.worker),
      restarts: [...this.#places.map(({ restarts }) => restarts), ...this.#formerRestarts.slice(this.#places.length)],
    };
  }

  /** Resolves when none runs any more, and nothing that they started; at the latest when a killed one should be gone. */
  async ended(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, KILL_MARGIN_MS);
    });
    await Promise.race([this.#allEnded(), limit]);
    clearTimeout(timer);
  }

  /** Ends every worker at once. */
  kill(): void {
    this.#stop();
    for (const member of this.#members) member.kill();
  }

  #stop(): void {
    this.#stopping = true;
    this.#hangWatch.stop();
    this.#recycler.stop();
    this.#signOfLife.stop();
    this.#outage.silence();
    this.#spare?.stop();
    for (const place of this.#places) place.keepEmpty();
  }

  async #allEnded(): Promise<void> {
    while (this.#members.size > 0) {
      await new Promise<void>((resolve) => {
        this.#tellExit = resolve;
      });
    }
  }

  #spawn(worker: number, role: Role): Member {
    const { assignmentFor, spawn = spawnWorker, watched } = this.#options;
    const assignment = assignmentFor(worker);
    const waitServerMs = this.#hasServed ? WAIT_WITHOUT_END_MS : assignment.plan.waitServerMs;
    const full = {
      ...assignment,
      plan: { ...assignment.plan, waitServerMs },
      watched,
      isFirst: !this.#hasServed,
      waits: role === 'spare',
    };
    const member = new Member(full, role, spawn, {
      onMessage: (_, message) => this.#hear(member, message),
      onExit: (_, exit) => this.#bury(member, exit),
    });
    this.#members.add(member);
    // Those that stand still in a debugger have inherited it from here.
    if (url() === undefined) this.#hangWatch.hear(member, this.#silenceAllowed(member));
    return member;
  }

  #silenceAllowed({ readyAt }: Member): number {
    return readyAt === undefined ? Math.max(STARTING_MS, this.#watchdogMs) : this.#watchdogMs;
  }

  #keepSpare(): void {
    if (!this.#stopping) this.#spare?.keep();
  }

  #fill(place: Place): void {
    if (!this.#stopping) place.member = this.#spawn(place.worker, 'seated');
  }

  async #replace(worker: number, signal: AbortSignal | undefined): Promise<OneReplacement> {
    const place = this.#places[worker - 1] as Place;
    let outcome: OneReplacement = 'aborted';
    for (let tried = 1; !this.#stopping && !signal?.aborted; tried++) {
      const candidate = this.#nominate(place);
      const callOff = (): void => {
        if (candidate.role === 'candidate') candidate.kill();
      };
      signal?.addEventListener('abort', callOff);
      const end = await candidate.outcome;
      signal?.removeEventListener('abort', callOff);
      place.candidate = undefined;
      if (end === 'ready') return 'done';
      if (this.#stopping || signal?.aborted) break;
      outcome = candidate.failure ?? {
        kind: 'pool',
        message: candidate.describeEnd(end),
        hint: undefined,
        details: {},
      };
      if (tellsOfServices(candidate.failure) || tried === MOST_SUCCESSORS) break;
    }
    if (place.member === undefined && !this.#stopping) place.refill(() => this.#fill(place));
    return this.#stopping || signal?.aborted ? 'aborted' : outcome;
  }

  /** Gives a place the worker that is to have it once it serves: for the first one, the spare. */
  #nominate(place: Place): Member {
    place.keepEmpty();
    const spare = place.worker === 1 ? this.#spare?.take() : undefined;
    const candidate = spare ?? this.#spawn(place.worker, 'candidate');
    candidate.role = 'candidate';
    spare?.serve();
    place.candidate = candidate;
    return candidate;
  }

  #hear(member: Member, message: FromWorker): void {
    const { listener } = this.#options;
    switch (message.type) {
      case 'ready':
        this.#services = message.services;
        if (this.#stopping) break;
        this.#welcome(member, message.server, message.discoveryDenied);
        this.#signOfLife.hear(member.worker);
        break;
      case 'loads':
        listener.onLoads(message.file, message.digest);
        break;
      case 'alive':
        if (!this.#stopping) this.#hangWatch.hear(member, this.#silenceAllowed(member));
        break;
      case 'spent':
        this.#recycler.add(member, message.reason);
        break;
      case 'statistics':
        this.#ledger.hear(member, message.snapshot, message.isAnswer);
        if (message.isAnswer && member.state === 'serving') this.#signOfLife.hear(member.worker);
        break;
      case 'disconnected':
        if (member.role === 'seated') this.#outage.begin(member);
        break;
      case 'hindered':
        if (member.role === 'seated') this.#outage.hinder(message.message);
        break;
      case 'reconnected':
        if (member.role === 'seated') this.#outage.end(member, message.server);
        break;
      case 'registry':
        if (message.problem === this.#registryProblem || this.#stopping) break;
        this.#registryProblem = message.problem;
        listener.onRegistry(message.problem);
        break;
      case 'warning':
        listener.onWarning(`worker-${member.worker}: ${message.message}`);
        break;
      case 'program':
        // The worker's own process takes care of it.
        break;
      case 'drained':
        this.#countLoss(member, message);
        break;
      case 'prepared':
      case 'failed':
        break;
    }
  }

  #countLoss({ role, worker }: Member, { unanswered, lost }: Extract<FromWorker, { type: 'drained' }>): void {
    if (this.#stopping && lost) this.#lost += 1;
    if (this.#stopping || role !== 'retired') this.#unanswered += unanswered;
    else if (unanswered > 0 || lost) {
      this.#options.listener.onWarning(`the former worker-${worker} ended before all was answered`);
    }
  }

  #welcome(member: Member, server: string, discoveryDenied: string | undefined): void {
    const { listener } = this.#options;
    if (member.role === 'retired') return;
    if (member.role === 'candidate') {
      const former = this.#placeOf(member).seat(member);
      if (former !== undefined) this.#outage.forget(former);
      former?.retire();
      this.#outage.end(member, server);
      listener.onRenewed(member.worker);
      return;
    }
    if (this.#hasServed) {
      listener.onReplaced(member.worker);
      this.#outage.end(member, server);
      return;
    }
    if (this.#places.some((place) => place.member?.readyAt === undefined)) return;
    this.#hasServed = true;
    if (discoveryDenied !== undefined) {
      listener.onWarning(
        `the server denies subscribing to ${discoveryDenied}: \`nats service\` will not find this pool`,
      );
    }
    this.#served.resolve(server);
    this.#spare?.keep();
  }

  #bury(member: Member, exit: WorkerExit): void {
    this.#members.delete(member);
    this.#hangWatch.forget(member);
    this.#outage.forget(member);
    this.#ledger.bury(member);
    this.#tellExit();
    const { listener } = this.#options;
    if (this.#stopping) {
      // One that never served has nothing in hand.
      if (!member.drained && member.readyAt !== undefined) this.#lost += 1;
      if (member.role === 'seated') this.#placeOf(member).member = undefined;
      return;
    }
    const cause = member.describeEnd(exit);
    switch (member.role) {
      case 'seated':
        this.#mourn(this.#placeOf(member), member, cause);
        break;
      case 'spare':
        listener.onSpareDeath(cause, this.#spare?.bury(member) ?? 0);
        break;
      case 'retired':
        if (member.drained) break;
        listener.onWarning(`the former worker-${member.worker} ended before all was answered: ${cause}`);
        break;
      case 'candidate':
        break;
    }
  }

  /** A worker has died in its place. */
  #mourn(place: Place, member: Member, cause: string): void {
    place.mourn(member);
    if (this.#isHopeless(member.failure)) {
      this.kill();
      this.#failed.reject(giveUp(member.failure, cause));
      return;
    }
    const pauseMs = place.candidate === undefined ? place.refill(() => this.#fill(place)) : 0;
    this.#options.listener.onDeath(place.worker, cause, pauseMs, this.#hasServed);
  }

  /** Whether trying again is of no use: bad input or refused credentials at the start, or death upon death in every place. */
  #isHopeless(failure: FailureReport | undefined): boolean {
    const refused = failure?.kind === 'usage' || failure?.kind === 'authorization';
    if (refused && !this.#hasServed) return true;
    // The next version may be one that loads.
    if (failure?.kind === 'usage' && this.#options.watched) return false;
    return this.#places.every(({ isHopeless }) => isHopeless);
  }

  #placeOf({ worker }: Member): Place {
    return this.#places[worker - 1] as Place;
  }
}

/** One that is killed, or loses its connection, says nothing of what it was to serve. */
function tellsOfServices(failure: FailureReport | undefined): boolean {
  return failure !== undefined && failure.kind !== 'connection';
}
