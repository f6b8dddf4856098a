import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../../errors.js';
import { countDeath, HEALTHY_AFTER_MS, NO_DEATHS, restartPause } from '../../lifecycle/index.js';
import {
  type Child,
  describeOutcome,
  notStarted,
  type ProgramOutcome,
  startChild,
  withoutMessage,
} from '../../programs/index.js';
import { formatDuration } from '../../units.js';
import type { ProgramSource } from '../loading/source.js';
import { CoProcess } from './co-process.js';
import { LastLine } from './last-line.js';
import type { LineSplitter } from './line-splitter.js';
import type { ProgramScope } from './scope.js';

/** Whom the keeper tells of its co-process. */
export interface KeeperListener {
  /** For what the next one writes to its stdout. */
  createSplitter(): LineSplitter;
  /** It runs, and may be given requests. */
  onReady(running: CoProcess): void;
  onDrain(): void;
  /**
   * It ended.
   *
   * @returns how many requests it had in hand
   */
  onEnded(how: string): number;
}

/** One that has not ended after so long, or has written something, runs: what is given to a broken one is lost. */
const ALIVE_AFTER_MS = 300;
/** When it ended so many times in a row without ever having been given a request, the worker gives up. */
const MOST_DEATHS_UNSERVED = 3;

/** Keeps a co-process running: starts another one where it ends, after a growing pause. */
export class CoProcessKeeper {
  readonly #source: ProgramSource;
  readonly #scope: ProgramScope;
  readonly #listener: KeeperListener;
  readonly #env: NodeJS.ProcessEnv;
  #running: CoProcess | undefined;
  #record = NO_DEATHS;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(source: ProgramSource, scope: ProgramScope, listener: KeeperListener) {
    this.#source = source;
    this.#scope = scope;
    this.#listener = listener;
    this.#env = withoutMessage(scope.env);
  }

  /**
   * Starts the first one; resolves when it runs.
   *
   * @throws CliError `pool` where it cannot be started, or ends at once
   */
  async start(): Promise<void> {
    const { name } = this.#source.program;
    const lastLine = new LastLine();
    const child = await this.#spawn();
    const { groups, log } = this.#scope;
    groups.add(child.pid);
    const running = new CoProcess(child, {
      lines: this.#listener.createSplitter(),
      onStderr: (lines) => {
        lastLine.add(lines);
        log(this.#source.name, lines);
      },
      onDrain: () => this.#listener.onDrain(),
      onExit: () => groups.end(child.pid),
    });
    this.#running = running;
    const how = (outcome: ProgramOutcome): string =>
      `${describeOutcome(outcome)}${lastLine.text === '' ? '' : ` (${lastLine.text})`}`;
    const early = await endWithin(running, ALIVE_AFTER_MS);
    if (early !== undefined) throw new CliError('pool', `${name} ended at once: ${how(early)}`);
    this.#listener.onReady(running);
    void running.ended.then((outcome) => this.#bury(running, describeOutcome(outcome), how(outcome)));
  }

  /** Ends it, and starts none any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#running?.stop();
  }

  async #spawn(): Promise<Child> {
    const { program } = this.#source;
    try {
      return await startChild(program, program.args, this.#env);
    } catch (error) {
      throw new CliError('pool', `${program.name}: ${describeOutcome(notStarted(error))}`);
    }
  }

  #bury(running: CoProcess, how: string, howInFull: string): void {
    const inHand = this.#listener.onEnded(how);
    if (this.#isStopping) return;
    // What a request brings about is no reason to give up: the next one may be another.
    const hasServed = running.wasGiven || running.ageMs >= HEALTHY_AFTER_MS;
    const lost = inHand === 0 ? '' : `; ${inHand} ${inHand === 1 ? 'request' : 'requests'} in hand got error 503`;
    this.#startAgain(`${this.#source.program.name} ended: ${howInFull}${lost}`, hasServed ? running.ageMs : undefined);
  }

  #startAgain(cause: string, servedMs: number | undefined): void {
    if (this.#isStopping) return;
    this.#record = countDeath(this.#record, servedMs);
    if (this.#record.unserved >= MOST_DEATHS_UNSERVED) {
      this.#scope.fail(new CliError('pool', `service ${this.#source.name} does not stay alive: ${cause}`));
      return;
    }
    const pauseMs = restartPause(this.#record);
    this.#scope.warn(`${cause}; starting it again ${pauseMs === 0 ? 'at once' : `in ${formatDuration(pauseMs)}`}`);
    this.#timer = setTimeout(() => {
      this.start().catch((error: Error) => this.#startAgain(error.message, undefined));
    }, pauseMs);
  }
}

/** @returns how it ended; undefined where it runs */
async function endWithin(running: CoProcess, limitMs: number): Promise<ProgramOutcome | undefined> {
  const isSettled = new AbortController();
  const runs = Promise.race([running.hasSpoken, delay(limitMs, undefined, { signal: isSettled.signal })]);
  try {
    return await Promise.race([running.ended, runs.then(() => undefined)]);
  } finally {
    isSettled.abort();
  }
}
