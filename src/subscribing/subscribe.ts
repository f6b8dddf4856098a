import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Msg, NatsError, Subscription } from 'nats';
import { type Connection, type ConnectionPlan, connect } from '../connection/index.js';
import { CliError } from '../errors.js';
import { exitCodeOf, listenForStop, type StopSignal, type StopSignals } from '../lifecycle/index.js';
import type { Output } from '../output/index.js';
import { watchConnection } from './connection-watch.js';
import { type Ending, endingAt, type Goal, hasGoal, outcomeOf, worseOf } from './goal.js';
import { GoalClock } from './goal-clock.js';
import { Intake } from './intake.js';
import type { MessageSink } from './message-sink.js';

export interface SubscribeOptions {
  readonly plan: ConnectionPlan;
  /** A subscription each: a message that fits two comes twice, as the server says. */
  readonly subjects: readonly string[];
  readonly queue: string | undefined;
  readonly goal: Goal;
  /** For so long it may be without a server; undefined: for ever. */
  readonly reconnectMs: number | undefined;
  readonly sink: MessageSink;
  readonly output: Output;
  /** Called once the server has confirmed the subscriptions. */
  onSubscribed(server: string): Promise<void>;
}

/** A server may take so long over an UNSUB; one that hangs is left. */
const UNSUBSCRIBE_MS = 2_000;

/**
 * Subscribes and hands each message to the sink until the goal is reached, its time is over, or a signal comes. What
 * is in hand by then is finished; a second signal ends it at once.
 *
 * @returns the exit code
 * @throws CliError as the goal says; `connection` where the server is lost for good; `authorization` where it
 *   refuses us or denies a subject; what the sink throws
 */
export async function subscribe(options: SubscribeOptions): Promise<number> {
  const stop = listenForStop();
  try {
    const connecting = connect(options.plan);
    const first = await Promise.race([connecting, stop.first]);
    if (typeof first === 'string') {
      connecting.then((connection) => connection.close()).catch(() => undefined);
      return exitCodeOf(first);
    }
    try {
      const ended = await receive(first, stop, options);
      return typeof ended === 'string' ? exitCodeOf(ended) : ended;
    } finally {
      await first.close();
    }
  } finally {
    stop.release();
  }
}

/** @returns the exit code, or the signal that ended it at once */
async function receive(
  connection: Connection,
  stop: StopSignals,
  options: SubscribeOptions,
): Promise<number | StopSignal> {
  const { goal, sink } = options;
  const watch = watchConnection(connection, { ...options, endsWhereTooSlow: hasGoal(goal) });
  const intake = new Intake(connection, sink);
  const clock = new GoalClock(goal, () => intake.isBehind);
  const reception = new Reception(intake, clock, goal);
  const subscriptions = reception.subscribe(connection, options);
  const failures = [watch.failure, intake.failure, ...(sink.failure === undefined ? [] : [sink.failure])];
  const bySignal = stop.first.then((signal) => ({ by: 'signal', signal }) as const);
  let failure: unknown;
  let code = 0;
  let impatience = stop.first;
  try {
    const early = await Promise.race([confirm(connection), bySignal, ...failures]);
    if (early === undefined) {
      await options.onSubscribed(connection.server());
      sink.begin?.();
    }
    const ending = early ?? (await Promise.race([reception.ended, clock.start(), bySignal, ...failures]));
    if (ending.by === 'signal') {
      impatience = stop.second;
      sink.cutShort?.();
    }
    code = early === undefined ? outcomeOf(goal, ending, reception.received) : exitCodeOf(early.signal);
  } catch (error) {
    failure = error;
    sink.cutShort?.();
  } finally {
    // A goal has been reached, or missed; without one, what is on its way still counts.
    if (failure !== undefined || hasGoal(goal)) reception.close();
    watch.stop();
    clock.stop();
  }
  try {
    const settled = settle(reception, subscriptions, intake, sink);
    const signalled = await Promise.race([settled, impatience]);
    if (signalled !== undefined && failure === undefined) return signalled;
  } catch (error) {
    failure = failure === undefined ? error : worseOf(failure, error);
  }
  if (failure !== undefined) throw failure;
  return code;
}

/** Counts what comes, and sees whether it reaches the goal. */
class Reception {
  readonly #intake: Intake;
  readonly #clock: GoalClock;
  readonly #goal: Goal;
  isOpen = true;
  #end: (ending: Ending) => void = () => undefined;
  received = 0;
  /** Resolves when a message reaches the goal. */
  readonly ended: Promise<Ending>;

  constructor(intake: Intake, clock: GoalClock, goal: Goal) {
    this.#intake = intake;
    this.#clock = clock;
    this.#goal = goal;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  subscribe(connection: Connection, { subjects, queue, goal }: SubscribeOptions): Subscription[] {
    const callback = (error: NatsError | null, message: Msg): void => {
      // The error is a denial, which the watch hears of as well.
      if (error === null && this.isOpen) this.#receive(message);
    };
    // The server then keeps what is more for the other members of a queue group.
    const max = goal.count === undefined ? {} : { max: goal.count };
    const options = { ...max, ...(queue === undefined ? {} : { queue }), callback };
    return subjects.map((subject) => connection.nats.subscribe(subject, options));
  }

  /** Throws away what comes from here on. */
  close(): void {
    this.isOpen = false;
  }

  #receive(message: Msg): void {
    this.received += 1;
    this.#clock.heard();
    const ending = endingAt(this.#goal, this.received, message.data);
    if (ending !== undefined) {
      // More may be in the chunk that was read.
      this.close();
      this.#end(ending);
    }
    this.#intake.receive(message);
  }
}

/** Waits until the server has confirmed the subscriptions, which nats.js makes anew at each reconnect. */
async function confirm(connection: Connection): Promise<undefined> {
  for (;;) {
    try {
      await connection.confirm();
      return undefined;
    } catch (error) {
      const isLost = error instanceof CliError && error.kind === 'connection' && !connection.nats.isClosed();
      if (!isLost) throw error;
      if (!connection.isConnected()) await once(connection.events, 'reconnected');
    }
  }
}

/** Ends the subscriptions, and has the sink take and finish what came until then. @throws what the sink throws */
async function settle(
  reception: Reception,
  subscriptions: readonly Subscription[],
  intake: Intake,
  sink: MessageSink,
): Promise<undefined> {
  if (reception.isOpen) {
    const unsubscribed = Promise.all(subscriptions.map((subscription) => subscription.drain()));
    // It is refused where the connection, or the subscription, is closed already.
    await Promise.race([unsubscribed.catch(() => undefined), delay(UNSUBSCRIBE_MS, undefined, { ref: false })]);
    reception.close();
  }
  try {
    await intake.emptied();
  } finally {
    await sink.end();
  }
}
