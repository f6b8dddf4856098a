import type { Msg } from 'nats';
import { CliError } from '../../errors.js';
import { type DataWriter, escapeForLog, type Output, tellSummary } from '../../output/index.js';
import {
  describeOutcome,
  messageVariables,
  type Program,
  type ProgramOutcome,
  ProgramRunner,
  withoutMessage,
} from '../../programs/index.js';
import type { MessageSink } from '../message-sink.js';
import { argumentsFor } from './message-arguments.js';
import { ProgramTally } from './program-tally.js';

export interface ExecOptions {
  readonly program: Program;
  /** So many run at a time; no message is taken while all are busy. */
  readonly concurrency: number;
  /** The first program that fails ends the subscription. */
  readonly failFast: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Where the programs' stdout goes. */
  readonly writer: DataWriter;
  readonly output: Output;
}

/** Runs a program for each message, its body on stdin; at the end tells how they ended. */
export class ExecSink implements MessageSink {
  readonly failure: Promise<never>;
  readonly #options: ExecOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #runner = new ProgramRunner();
  readonly #running = new Set<Promise<void>>();
  readonly #tally = new ProgramTally();
  #isCutShort = false;
  /** Only with `failFast`. */
  #firstFailure: CliError | undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(options: ExecOptions) {
    this.#options = options;
    this.#env = withoutMessage(options.env);
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => undefined);
  }

  take(message: Msg): void | Promise<void> {
    if (this.#isCutShort) {
      this.#tally.notRun += 1;
      return;
    }
    const running = this.#run(message).then(
      (outcome) => this.#note(outcome, message.subject),
      // No outcome of a program: a defect.
      (error: unknown) => this.#fail(error),
    );
    const ended = running.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return this.#running.size < this.#options.concurrency ? undefined : Promise.race(this.#running);
  }

  /** Those that run are waited for. */
  cutShort(): void {
    this.#isCutShort = true;
    const { size } = this.#running;
    if (size > 0) this.#options.output.notice(`waiting for ${size} ${size === 1 ? 'program' : 'programs'}`);
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
    this.#runner.release();
    await this.#options.writer.flush();
    tellSummary(this.#options.output, this.#tally.describe(), this.#tally.summary());
    const error = this.#firstFailure ?? this.#tally.error();
    if (error !== undefined) throw error;
  }

  async #run(message: Msg): Promise<ProgramOutcome> {
    const { program, writer, output } = this.#options;
    const args = argumentsFor(program.args, message.subject);
    if (args === undefined) {
      return { kind: 'not started', reason: 'the subject could be taken for a flag; write -- before {subject}' };
    }
    return await this.#runner.run(program, args, {
      env: { ...this.#env, ...messageVariables(message) },
      stdin: message.data,
      stdout: (lines) => writer.write(lines),
      stderr: (lines) => output.log(output.style.json ? asJsonLines(lines) : lines),
    });
  }

  #note(outcome: ProgramOutcome, subject: string): void {
    this.#tally.note(outcome);
    if (outcome.kind === 'exited' && outcome.code === 0) return;
    const { program, output, failFast } = this.#options;
    const message = `${program.name}: ${describeOutcome(outcome)}, for a message on ${escapeForLog(subject)}`;
    if (!failFast) {
      output.warn(message);
      return;
    }
    this.#firstFailure ??= new CliError('service_error', message, { details: { subject } });
    // Also of what is in hand already, where the goal was reached while the program ran.
    this.#isCutShort = true;
    this.#fail(this.#firstFailure);
  }
}

/** With `--json` each line on stderr is an object, also of what a program writes there. */
function asJsonLines(lines: Uint8Array): string {
  const texts = Buffer.from(lines.buffer, lines.byteOffset, lines.length)
    .toString('utf8')
    .replace(/\n$/, '')
    .split('\n');
  return texts.map((message) => `${JSON.stringify({ level: 'program', message })}\n`).join('');
}
