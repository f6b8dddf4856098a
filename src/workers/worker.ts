import { fstatSync } from 'node:fs';
import { connect, denialError } from '../connection/index.js';
import { CliError } from '../errors.js';
import { findService, type RunningService, startService } from '../services/index.js';
import { createLogSink } from './log-sink.js';
import { type Assignment, type FromWorker, reportFailure, type ToWorker } from './messages.js';
import { createRequestLog, type RequestLog } from './request-log.js';

/** When the supervisor is gone its workers follow within 2 s; this much of it is for the drain. */
const ORPHAN_GRACE_MS = 1_500;

/**
 * One worker process of a pool: serves on a connection of its own until it is told to drain, by the supervisor,
 * by SIGTERM, or by the supervisor's death.
 */
class Worker {
  #assignment: Assignment | undefined;
  #running: RunningService | undefined;
  #close: () => Promise<void> = async () => undefined;
  #log: RequestLog | undefined;
  #draining = false;
  #warnedOfDeniedReply = false;

  async start(assignment: Assignment): Promise<void> {
    this.#assignment = assignment;
    const { service, worker, queue, plan } = assignment;
    process.title = `natsctl serve ${service} worker-${worker}`;
    const definition = findService(service);
    const connection = await connect(plan);
    this.#close = () => connection.close();
    // Drained before it ever served.
    if (this.#draining) return;

    connection.events.on('disconnected', () => send({ type: 'disconnected' }));
    connection.events.on('reconnected', (server) => send({ type: 'reconnected', server }));
    connection.events.on('hindered', ({ message }) => send({ type: 'hindered', message }));
    void connection.closed.then((error) => {
      if (!this.#draining) fail(error ?? new CliError('connection', 'the connection was closed'));
    });

    const stderr = fstatSync(process.stderr.fd);
    const toPipe = stderr.isFIFO() || stderr.isSocket();
    const sink = createLogSink(process.stderr);
    this.#log = createRequestLog({ format: assignment.log, service, worker, sink, toPipe });
    const onAnswered = assignment.log === 'off' ? {} : { onAnswered: this.#log.record };
    this.#running = await startService(connection, definition, queue, onAnswered);
    const subjects = new Set(Object.values(definition.endpoints).map(({ subject }) => subject));
    connection.events.on('denied', (denial) => {
      if (denial.operation === 'publish') this.#warnOfDeniedReply(denial.subject);
      else if (subjects.has(denial.subject)) fail(denialError(denial));
    });
    send({ type: 'ready', server: connection.server(), discoveryDenied: this.#running.discoveryDenied });
  }

  /** Once: with such permissions every reply is denied. */
  #warnOfDeniedReply(subject: string): void {
    if (this.#warnedOfDeniedReply) return;
    this.#warnedOfDeniedReply = true;
    send({ type: 'warning', message: `the server denies replies: publishing to ${subject}` });
  }

  /** Answers what is in hand and ends the process, at the latest after the grace. */
  async drain(graceMs = this.#assignment?.graceMs ?? 0): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const timer = setTimeout(() => this.#end(this.#running?.inHand() ?? 0), graceMs);
    try {
      await this.#running?.drain();
    } catch (error) {
      send({ type: 'warning', message: `while draining: ${reportFailure(error).message}` });
      this.#end(0, true);
      return;
    }
    clearTimeout(timer);
    await this.#close();
    this.#end(0);
  }

  #end(unanswered: number, lost = false): void {
    send({ type: 'drained', unanswered, ...(lost ? { lost } : {}) }, () => this.exit(0));
  }

  /** Ends the process when its log is written. */
  async exit(code: number): Promise<void> {
    await this.#log?.close();
    process.exit(code);
  }
}

function send(message: FromWorker, whenSent: () => void = () => undefined): void {
  if (process.send === undefined || !process.connected) whenSent();
  else process.send(message, whenSent);
}

/** Ends the process, and tells the supervisor why. */
function fail(error: unknown): void {
  send({ type: 'failed', failure: reportFailure(error) }, () => worker.exit(1));
}

const worker = new Worker();
// A terminal sends these to the whole process group, and it is the supervisor that answers to the terminal.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => void worker.drain());
process.on('disconnect', () => void worker.drain(ORPHAN_GRACE_MS));
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.stderr.on('error', () => undefined);
process.on('message', (message: ToWorker) => {
  if (message.type === 'start') worker.start(message.assignment).catch(fail);
  else void worker.drain();
});
// The supervisor may have died before this process could hear of it.
if (!process.connected) process.exit(0);
