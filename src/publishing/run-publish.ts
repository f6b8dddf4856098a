import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionPlan, connect } from '../connection/index.js';
import { CliError } from '../errors.js';
import { type Output, startProgress, tellSummary } from '../output/index.js';
import { Halt } from './halt.js';
import type { ToMessage } from './messages.js';
import { Pace } from './pace.js';
import { Publisher } from './publisher.js';
import { atPlace, describePublished, ProgressReport, publishedFields, withDelivery } from './report.js';

export interface PublishTask {
  readonly plan: ConnectionPlan;
  /** As they come, with some at a time that came together. */
  readonly inputs: AsyncIterable<readonly Uint8Array[]>;
  readonly toMessage: ToMessage;
  /** How an error names a piece of input before its number; undefined where the input is not many pieces. */
  readonly pieceName: string | undefined;
  /** There is one message and no more. */
  readonly isOne: boolean;
  /** Goes on past pieces of input that are no messages. */
  readonly skipBad: boolean;
  /** Between messages; undefined: as fast as the server takes them. */
  readonly intervalMs: number | undefined;
  /** Bodies that look as if placeholders were to be filled in, and are not, are told of. */
  readonly hintsAtTemplates: boolean;
  /** How far it is, 0 to 1, after so many messages; undefined where nobody knows. */
  readonly fraction: (messages: number) => number | undefined;
  /** Whether a person may be shown how far it is. */
  readonly showsProgress: boolean;
}

/** Publishing that a signal may cut short. */
export interface Publishing {
  /**
   * Resolves when the server has all.
   *
   * @throws CliError with the numbers of messages that are `confirmed` and `in_doubt`
   */
  readonly done: Promise<void>;
  /** Takes no more input; resolves when the server has what was published, and that is told. */
  cutShort(): Promise<void>;
}

/** So many bad lines are told of one by one. */
const MOST_TOLD = 10;
const PLACEHOLDER = '{{Count}}';

/** Publishes all, and tells at the end how much that was. */
export function runPublish(task: PublishTask, output: Output): Publishing {
  const halt = new Halt();
  let isConnected = false;
  const work = async (): Promise<void> => {
    const connection = await connect(task.plan);
    if (halt.isHalted) return connection.close();
    isConnected = true;
    const startedMs = performance.now();
    const hint = templateHint(task, output);
    const publisher = new Publisher(connection, () => halt.halt(), hint);
    const report = new ProgressReport();
    const progress = task.showsProgress
      ? startProgress(output, () => {
          const { messages, bytes } = publisher;
          return report.read(messages, bytes, task.fraction(messages));
        })
      : undefined;
    let skipped: number;
    try {
      skipped = await publishInputs(publisher, task, halt, output);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw withDelivery(error, publisher.delivery, task.isOne);
    } finally {
      progress?.stop();
      await connection.close();
    }
    const { messages, bytes } = publisher;
    const published = { messages, bytes, skipped, durationMs: performance.now() - startedMs };
    tellSummary(output, describePublished(published), publishedFields(published));
  };
  const done = work();
  return {
    done,
    async cutShort() {
      halt.halt();
      if (isConnected) await done;
    },
  };
}

/**
 * Publishes all inputs, and has the server confirm what was published also where one fails.
 *
 * @returns how many were skipped
 */
async function publishInputs(publisher: Publisher, task: PublishTask, halt: Halt, output: Output): Promise<number> {
  const bad = new BadInputs(task, output);
  let failure: unknown;
  try {
    await publishEach(publisher, task, halt, bad);
  } catch (error) {
    failure = error;
  }
  try {
    await publisher.finish();
  } catch (error) {
    failure ??= error;
  }
  if (failure !== undefined) throw failure;
  return bad.skipped;
}

async function publishEach(publisher: Publisher, task: PublishTask, halt: Halt, bad: BadInputs): Promise<void> {
  const pace = task.intervalMs === undefined ? undefined : new Pace(task.intervalMs);
  const inputs = task.inputs[Symbol.asyncIterator]();
  let n = 0;
  for (;;) {
    const sinceMs = performance.now();
    // Where it is halted the input is not told: one that waits for more would answer no earlier.
    const next = await halt.until(inputs.next());
    if (halt.isHalted || next === undefined || next.done) return;
    pace?.inputCame(sinceMs);
    for (const input of next.value) {
      // The connection may be found lost at any of them.
      if (halt.isHalted) return;
      n += 1;
      for (let waitMs = pace?.waitMs() ?? 0; waitMs > 0; waitMs = pace?.waitMs() ?? 0) {
        publisher.flush();
        await halt.until(delay(waitMs, undefined, { ref: false }));
        if (halt.isHalted) return;
      }
      let room: Promise<void> | undefined;
      try {
        room = publisher.publish(task.toMessage(input, n));
        pace?.step();
      } catch (error) {
        bad.pass(error, n);
      }
      if (room !== undefined) await halt.until(room);
    }
    publisher.flush();
  }
}

/** What becomes of pieces of input that are no messages. */
class BadInputs {
  readonly #task: PublishTask;
  readonly #output: Output;
  skipped = 0;

  constructor(task: PublishTask, output: Output) {
    this.#task = task;
    this.#output = output;
  }

  /** @throws CliError with its place, where it is not to be skipped; any other error */
  pass(error: unknown, n: number): void {
    if (!(error instanceof CliError)) throw error;
    const { pieceName, skipBad } = this.#task;
    const placed = pieceName === undefined ? error : atPlace(error, pieceName, n);
    if (!skipBad) throw placed;
    this.skipped += 1;
    if (this.skipped <= MOST_TOLD) this.#output.warn(`skipped: ${placed.message}`);
    if (this.skipped === MOST_TOLD + 1) this.#output.warn('skipped more, which are counted at the end');
  }
}

/** Looks for a placeholder in what is sent, until it finds one and tells of it. */
function templateHint({ hintsAtTemplates }: PublishTask, output: Output): (frames: Uint8Array) => void {
  let isTold = !hintsAtTemplates;
  return (frames) => {
    if (isTold || !Buffer.from(frames.buffer, frames.byteOffset, frames.length).includes(PLACEHOLDER)) return;
    isTold = true;
    output.notice(`${PLACEHOLDER} is sent as it stands: --templates fills it in`);
  };
}
