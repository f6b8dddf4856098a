import { type Connection, lostError } from '../connection/index.js';
import { CliError, type ErrorKind } from '../errors.js';
import { type Measurement, STATS } from './answers.js';
import { type Answers, askServices, type Target } from './ask.js';
import { RateMeter } from './rate-meter.js';
import { type ServiceStatistics, sumStatistics } from './statistics.js';

export interface StatisticsWatch {
  readonly target: Target;
  /** Bounds the wait for the answers to one question. */
  readonly timeoutMs: number;
  /** Is handed what there is, once a second; none where nobody answers any more. */
  show(services: readonly ServiceStatistics[]): Promise<void>;
  /** Is told, once each time, that the connection was lost and is waited for. */
  tellLost(): void;
  /** Is told of answers that are not as they should be. */
  tellUnreadable(unreadable: Answers<Measurement>['unreadable']): void;
}

const EVERY_MS = 1_000;
/** What was there once may come back. */
const GONE: ReadonlySet<ErrorKind> = new Set(['no_responders', 'timeout']);

/**
 * Asks for statistics once a second, for ever; a connection that is lost is waited for.
 *
 * @param stop ends it, between two questions or before the next answer is shown
 * @throws CliError where nobody answers the first question, or the server refuses us
 */
export async function watchStatistics(
  connection: Connection,
  { target, timeoutMs, show, tellLost, tellUnreadable }: StatisticsWatch,
  stop: AbortSignal,
): Promise<void> {
  const meter = new RateMeter();
  let isFirst = true;
  let isLost = false;
  while (!stop.aborted) {
    const startedMs = performance.now();
    try {
      const { answers, unreadable } = await askServices(connection, STATS, target, { timeoutMs });
      isLost = false;
      if (stop.aborted) return;
      tellUnreadable(unreadable);
      await show(sumStatistics(meter.rate(answers, startedMs)));
    } catch (error) {
      if (isFirst || !(error instanceof CliError)) throw error;
      if (error.kind === 'connection') {
        if (!isLost) tellLost();
        isLost = true;
      } else if (GONE.has(error.kind)) await show([]);
      else throw error;
    }
    isFirst = false;
    await nextTurn(connection, startedMs + EVERY_MS - performance.now(), stop);
  }
}

/** @throws CliError where the connection is lost for good */
async function nextTurn({ closed, plan }: Connection, pauseMs: number, stop: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let onStop = (): void => undefined;
  const pause = new Promise<void>((resolve) => {
    onStop = resolve;
    stop.addEventListener('abort', onStop, { once: true });
    timer = setTimeout(resolve, pauseMs);
  });
  try {
    const isClosed = await Promise.race([pause, closed.then((reason) => ({ reason }))]);
    if (isClosed !== undefined && !stop.aborted) throw isClosed.reason ?? lostError(plan);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}
