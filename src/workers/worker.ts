import { fstatSync } from 'node:fs';
import { type Connection, type ConnectionPlan, connect, denialError } from '../connection/index.js';
import { deferred } from '../deferred.js';
import { CliError, usageError } from '../errors.js';
import { reportFailure } from '../failure-report.js';
import { closeLostTerminals } from '../lifecycle/index.js';
import { ProcessGroups } from '../programs/index.js';
import {
  Gate,
  nameOfSource,
  type ProgramScope,
  prepareToLoad,
  type RunningService,
  registrySubjects,
  type ServiceDefinition,
  startService,
  WaitingRoom,
} from '../services/index.js';
import { aliveIntervalMs } from './hang-watch.js';
import { isDebugged } from './is-debugged.js';
import { lastEndpointWriter } from './last-endpoint.js';
import { requireRoom, watchLife } from './life-limits.js';
import { loadServices } from './load-services.js';
import { createLogSink, type LogSink } from './log-sink.js';
import type { Assignment, FromWorker, ServedService, ToWorker } from './messages.js';
import { ProgramLog } from './program-log.js';
import { Registrar } from './registrar.js';
import { createRequestLog, type RequestLog } from './request-log.js';
import { StatisticsReporter } from './statistics/index.js';

/** When the supervisor is gone its workers follow within 2 s; this much of it is for the drain. */
const ORPHAN_GRACE_MS = 1_500;

/** It tells itself where it may not publish to these. */
const OF_REGISTRAR = new Set<string>([registrySubjects.register, registrySubjects.deregister]);

const TOO_SLOW =
  'the connection ended while requests were left unread (--overload queue): what the server held for it is lost';

/**
 * One worker process of a pool: serves on a connection of its own until it is told to drain, by the supervisor,
 * by SIGTERM, or by the supervisor's death.
 */
class Worker {
  readonly #called = deferred<void>();
  readonly #admitted = deferred<void>();
  readonly statistics = new StatisticsReporter((snapshot, isAnswer) =>
    send({ type: 'statistics', snapshot, isAnswer }),
  );
  #assignment: Assignment | undefined;
  #connection: Connection | undefined;
  readonly #connections: Connection[] = [];
  /** Of its connections, those that have no server now. */
  #disconnected = 0;
  #running: RunningService[] = [];
  /** Of its services those that may have requests in hand, also where they are not confirmed yet. */
  readonly #subscribed: Array<Pick<RunningService, 'inHand' | 'drain'>> = [];
  #registrar: Registrar | undefined;
  #logs: RequestLog[] = [];
  #isLoading = false;
  #draining = false;
  #graceTimers: NodeJS.Timeout[] = [];
  #warnedOfDeniedReply = false;

  async start(assignment: Assignment, noteDescriptor: number | undefined): Promise<void> {
    this.#assignment = assignment;
    if (!isDebugged()) setInterval(tellAlive, aliveIntervalMs(assignment.watchdogMs)).unref();
    const { plan, services, worker } = assignment;
    const names = services.map(nameOfSource).join(' ');
    if (assignment.waits) {
      process.title = `natsctl serve ${names} spare`;
      await prepareToLoad(services, tellLoaded);
      this.#connection = await this.#connect(plan);
      send({ type: 'prepared' });
      await this.#called.promise;
    }
    process.title = `natsctl serve ${names} worker-${worker}`;
    this.#isLoading = true;
    const sink = createLogSink(process.stderr);
    const definitions = await loadServices(
      assignment,
      createProgramScope(assignment, sink),
      assignment.watched ? tellLoaded : undefined,
    );
    this.#isLoading = false;
    if (assignment.isFirst && assignment.lifeLimits) requireRoom(assignment.lifeLimits, process.memoryUsage.rss());
    const connection = this.#connection ?? (await this.#connect(plan));
    const { queueLimit } = assignment;
    const calls =
      queueLimit?.overload === 'queue' ? await this.#connect({ ...plan, name: `${plan.name} calls` }) : connection;
    // Drained before it ever served.
    if (this.#draining) return;

    const served = await this.#serveAll({ connection, calls }, definitions, assignment, sink, noteDescriptor);
    // Drained while it began to.
    if (this.#draining) return;
    const subjects = new Set(served.flatMap(({ endpoints }) => endpoints.map(({ subject }) => subject)));
    for (const { events } of this.#connections) {
      events.on('denied', (denial) => {
        if (denial.operation === 'publish') {
          if (!OF_REGISTRAR.has(denial.subject)) this.#warnOfDeniedReply(denial.subject);
        } else if (subjects.has(denial.subject)) fail(denialError(denial));
      });
    }
    await this.#register(calls, definitions, assignment);
    const discoveryDenied = this.#running.find((running) => running.discoveryDenied !== undefined)?.discoveryDenied;
    this.statistics.start();
    const longestTimeoutMs = Math.max(...this.#running.map((running) => running.longestTimeoutMs));
    send({ type: 'ready', server: connection.server(), services: served, discoveryDenied, longestTimeoutMs });
    // From here on it is held against the watchdog.
    if (!isDebugged()) tellAlive();
    const received = (): number => this.#running.reduce((sum, running) => sum + running.received(), 0);
    watchLife(assignment.lifeLimits, received, (reason) => send({ type: 'spent', reason }));
  }

  /** Has it load and serve, where it waits. */
  call(): void {
    this.#called.resolve();
  }

  /** Lets it take requests. */
  admit(): void {
    this.#admitted.resolve();
  }

  /** A start that a drain cuts short is no failure. */
  failToStart(error: unknown): void {
    if (!this.#draining) fail(error);
  }

  /** Until the supervisor knows that it may have requests in hand; without end where it is to take none. */
  async #admission(): Promise<void> {
    send({ type: 'loaded' });
    await this.#admitted.promise;
    if (this.#draining) await new Promise<never>(() => undefined);
  }

  async #connect(plan: ConnectionPlan): Promise<Connection> {
    const connection = await connect(plan);
    this.#connections.push(connection);
    connection.events.on('disconnected', ({ tooSlow }) => {
      if (tooSlow) send({ type: 'warning', message: TOO_SLOW });
      this.#disconnected += 1;
      if (this.#disconnected === 1) send({ type: 'disconnected' });
    });
    connection.events.on('reconnected', (server) => {
      this.#disconnected -= 1;
      if (this.#disconnected === 0) send({ type: 'reconnected', server });
    });
    connection.events.on('hindered', ({ message }) => send({ type: 'hindered', message }));
    void connection.closed.then((error) => {
      if (!this.#draining) fail(error ?? new CliError('connection', 'the connection was closed'));
    });
    return connection;
  }

  async #serveAll(
    { connection, calls }: { readonly connection: Connection; readonly calls: Connection },
    definitions: readonly ServiceDefinition[],
    { queue, handlerTimeoutMs, concurrency, queueLimit, worker, pool, log: format }: Assignment,
    sink: LogSink,
    noteDescriptor: number | undefined,
  ): Promise<readonly ServedService[]> {
    const stderr = fstatSync(process.stderr.fd);
    const toPipe = stderr.isFIFO() || stderr.isSocket();
    const workerGate = concurrency === undefined ? undefined : new Gate(concurrency);
    const waitingRoom = queueLimit && new WaitingRoom(queueLimit, connection);
    const onOtherEndpoint = noteDescriptor === undefined ? undefined : lastEndpointWriter(noteDescriptor);
    const allowed = deferred<void>();
    const starting: Promise<RunningService>[] = [];
    for (const definition of definitions) {
      const log = createRequestLog({ format, service: definition.name, worker, pool, sink, toPipe });
      this.#logs.push(log);
      const prepared = deferred<void>();
      const running = startService(connection, definition, {
        queue,
        handlerTimeoutMs,
        workerGate,
        waitingRoom,
        calls,
        onOtherEndpoint,
        onAnswered: format === 'off' ? undefined : log.record,
        onWarning: (message) => send({ type: 'warning', message }),
        admission: () => {
          prepared.resolve();
          return allowed.promise;
        },
        onSubscribed: (subscribed) => this.#subscribed.push(subscribed),
        onIll: (reason) => this.#replace(`service ${definition.name} is ill: ${reason}`),
      });
      starting.push(running);
      await Promise.race([prepared.promise, running]);
    }
    // All are there at once: who finds the first of them may be sent on to another.
    await this.#admission();
    allowed.resolve();
    this.#running = await Promise.all(starting);
    return this.#running.map(({ endpoints, states }, index) => {
      const { name, version } = definitions[index] as ServiceDefinition;
      this.statistics.add(name, states);
      return { name, version, endpoints };
    });
  }

  /** Has a registry know what is served, now that it is. */
  async #register(
    connection: Connection,
    definitions: readonly ServiceDefinition[],
    { registerTtlS }: Assignment,
  ): Promise<void> {
    if (registerTtlS === undefined || this.#draining) return;
    const announcements = this.#running.map(({ id, endpoints }, index) => {
      const { name, version, metadata = {} } = definitions[index] as ServiceDefinition;
      const subjects = [...new Set(endpoints.map(({ subject }) => subject))];
      return { name, version, instance: id, endpoints: subjects, metadata };
    });
    const onProblem = (problem: string | undefined): void => send({ type: 'registry', problem });
    this.#registrar = new Registrar({ connection, announcements, ttlS: registerTtlS, onProblem });
    await this.#registrar.start();
  }

  /** Ends in order, for another worker to take the place. */
  #replace(reason: string): void {
    send({ type: 'warning', message: `${reason}; it is drained and replaced` });
    void this.drain();
  }

  /** A module that ends the process while it is loaded would do so again. */
  tellIfLoading(code: number): void {
    if (!this.#isLoading) return;
    const named = this.#assignment?.services.map(nameOfSource).join(', ');
    const failure = reportFailure(
      usageError(`cannot load ${named}: it ended the process with ${code} as it was loaded`),
    );
    send({ type: 'failed', failure });
  }

  /** Once: with such permissions every reply is denied. */
  #warnOfDeniedReply(subject: string): void {
    if (this.#warnedOfDeniedReply) return;
    this.#warnedOfDeniedReply = true;
    send({ type: 'warning', message: `the server denies replies: publishing to ${subject}` });
  }

  /** Answers what is in hand and ends the process, at the latest after the grace; of several the shortest holds. */
  async drain(graceMs = this.#assignment?.graceMs ?? 0): Promise<void> {
    const inHand = (): number => this.#subscribed.reduce((sum, service) => sum + service.inHand(), 0);
    this.#graceTimers.push(setTimeout(() => this.#end(inHand()), graceMs));
    if (this.#draining) return;
    this.#draining = true;
    try {
      // First, so that nobody is sent here any more.
      await this.#registrar?.stop();
      await Promise.all(this.#subscribed.map((service) => service.drain()));
    } catch (error) {
      send({ type: 'warning', message: `while draining: ${reportFailure(error).message}` });
      this.#end(0, true);
      return;
    }
    for (const timer of this.#graceTimers) clearTimeout(timer);
    await Promise.all(this.#connections.map((connection) => connection.close()));
    this.#end(0);
  }

  #end(unanswered: number, lost = false): void {
    this.statistics.report();
    send({ type: 'drained', unanswered, ...(lost ? { lost } : {}) }, () => this.exit(0));
  }

  /** Ends the process when its log is written. */
  async exit(code: number): Promise<void> {
    this.#isLoading = false;
    await Promise.all(this.#logs.map((log) => log.close()));
    process.exit(code);
  }
}

function createProgramScope({ worker, pool, programLog }: Assignment, sink: LogSink): ProgramScope {
  const log = new ProgramLog({ format: programLog, worker, pool, sink });
  return {
    env: process.env,
    groups: new ProcessGroups(process, (group, isRunning) => send({ type: 'program', group, isRunning })),
    log: (service, lines) => log.write(service, lines),
    warn: (message) => send({ type: 'warning', message }),
    fail,
  };
}

function tellAlive(): void {
  send({ type: 'alive' });
}

function tellLoaded(file: string, digest: string | undefined): void {
  send({ type: 'loads', file, digest });
}

function send(message: FromWorker, whenSent: () => void = () => undefined): void {
  if (process.send === undefined || !process.connected) whenSent();
  else process.send(message, whenSent);
}

/** Ends the process, and tells the supervisor why. */
function fail(error: unknown): void {
  worker.statistics.report();
  send({ type: 'failed', failure: reportFailure(error) }, () => worker.exit(1));
}

const worker = new Worker();
// A terminal sends these to the whole process group, and it is the supervisor that answers to the terminal.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => void worker.drain());
process.on('disconnect', () => void worker.drain(ORPHAN_GRACE_MS));
process.on('exit', (code) => worker.tellIfLoading(code));
process.on('exit', () => closeLostTerminals());
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.stderr.on('error', () => undefined);
process.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'start':
      worker.start(message.assignment, message.noteDescriptor).catch((error: unknown) => worker.failToStart(error));
      break;
    case 'admit':
      worker.admit();
      break;
    case 'ask_statistics':
      worker.statistics.answer();
      break;
    case 'serve':
      worker.call();
      break;
    case 'drain':
      void worker.drain(message.graceMs);
      break;
  }
});
// The supervisor may have died before this process could hear of it.
if (!process.connected) process.exit(0);
