import { deferred } from '../deferred.js';
import type { FailureReport } from '../failure-report.js';
import { giveUp } from './give-up.js';
import { HangWatch, STARTING_MS } from './hang-watch.js';
import { isDebugged } from './is-debugged.js';
import { isStopped } from './is-stopped.js';
import { Losses } from './losses.js';
import { KILL_MARGIN_MS, Member, type Role } from './member.js';
import type { FromWorker, ServedService } from './messages.js';
import { Outage } from './outage.js';
import { Place } from './place.js';
import type { DrainResult, PoolOptions, ReplaceOptions, Scaling } from './pool-options.js';
import { Renewal } from './renewal.js';
import type { Replacement } from './replacement.js';
import { type PoolStatistics, poolStatistics, StatisticsLedger } from './statistics/index.js';
import { spawnWorker, type WorkerExit } from './worker-process.js';

/** Once a pool has served, a replacement waits for its server as long as it takes (a Node timer's limit, 24 days). */
const WAIT_WITHOUT_END_MS = 2 ** 31 - 1;

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
  readonly #renewal: Renewal;
  readonly #outage: Outage<Member>;
  readonly #ledger = new StatisticsLedger<Member>();
  #services: readonly ServedService[] = [];
  #hasServed = false;
  #stopping = false;
  #registryProblem: string | undefined;
  readonly #losses = new Losses();
  #tellExit: () => void = () => undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#places = Array.from({ length: options.workers }, (_, index) => new Place(index + 1));
    this.#watchdogMs = options.assignmentFor(1).watchdogMs;
    this.#hangWatch = new HangWatch(
      this.#watchdogMs,
      (member, silentMs) => {
        member.silentMs = silentMs;
        member.kill();
      },
      ({ pid }) => pid !== undefined && isStopped(pid),
    );
    this.#outage = new Outage(options.listener);
    this.#renewal = new Renewal({
      places: this.#places,
      listener: options.listener,
      watched: options.watched,
      spawn: (worker, role) => this.#spawn(worker, role),
      fill: (place) => this.#fill(place),
      onLeaving: (member) => this.#outage.forget(member),
    });
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

  /** See {@link Renewal.replaceAll}. */
  replaceAll(options?: ReplaceOptions): Promise<Replacement> {
    return this.#renewal.replaceAll(options);
  }

  /** See {@link Renewal.scale}. */
  scale(workers: number): Promise<Scaling> {
    return this.#renewal.scale(workers);
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
    return this.#losses.total;
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
    return poolStatistics(this.#ledger, this.#members, this.#renewal.restarts(), (member) => this.#isConnected(member));
  }

  #isConnected(member: Member): boolean | undefined {
    if (member.role !== 'seated' || member.readyAt === undefined) return undefined;
    return !this.#outage.isOut(member);
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
    this.#renewal.stop();
    this.#outage.silence();
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
    if (!isDebugged()) this.#hangWatch.hear(member, this.#silenceAllowed(member));
    return member;
  }

  #silenceAllowed({ readyAt }: Member): number {
    return readyAt === undefined ? Math.max(STARTING_MS, this.#watchdogMs) : this.#watchdogMs;
  }

  #fill(place: Place): void {
    if (!this.#stopping) place.member = this.#spawn(place.worker, 'seated');
  }

  #hear(member: Member, message: FromWorker): void {
    const { listener } = this.#options;
    switch (message.type) {
      case 'ready':
        this.#services = message.services;
        if (this.#stopping) break;
        this.#welcome(member, message.server, message.discoveryDenied);
        this.#renewal.hearSign(member);
        break;
      case 'loads':
        listener.onLoads(message.file, message.digest);
        break;
      case 'alive':
        if (!this.#stopping) this.#hangWatch.hear(member, this.#silenceAllowed(member));
        break;
      case 'spent':
        this.#renewal.recycle(member, message.reason);
        break;
      case 'statistics':
        this.#ledger.hear(member, message.snapshot, message.isAnswer);
        if (message.isAnswer && member.state === 'serving') this.#renewal.hearSign(member);
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
        if (!this.#losses.countDrain(member, message, this.#stopping)) break;
        listener.onWarning(`the former worker-${member.worker} ended before all was answered`);
        break;
      case 'loaded':
      case 'prepared':
      case 'failed':
        break;
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
    this.#renewal.keepSpare();
  }

  #bury(member: Member, exit: WorkerExit): void {
    this.#members.delete(member);
    this.#hangWatch.forget(member);
    this.#outage.forget(member);
    this.#ledger.bury(member);
    this.#tellExit();
    const { listener } = this.#options;
    const { role } = member;
    member.role = 'ended';
    if (this.#stopping) {
      this.#losses.countEnd(member);
      if (role === 'seated') this.#placeOf(member).member = undefined;
      return;
    }
    const cause = member.describeEnd(exit);
    switch (role) {
      case 'seated':
        this.#mourn(this.#placeOf(member), member, cause);
        break;
      case 'spare':
        listener.onSpareDeath(cause, this.#renewal.burySpare(member));
        break;
      case 'retired':
        if (member.drained) break;
        listener.onWarning(`the former worker-${member.worker} ended before all was answered: ${cause}`);
        break;
      case 'candidate':
      case 'ended':
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
