import { CliError, gravestOf } from '../errors.js';
import { exitCodeOf, type StopSignal } from '../lifecycle/index.js';
import type { Expectation } from '../messages/index.js';
import { countOf, formatCount, formatDuration } from '../units.js';

/** What ends a subscription, and what it is to have reached by then. */
export interface Goal {
  /** So many messages. */
  readonly count: number | undefined;
  /** A message that meets it. */
  readonly expectation: Expectation | undefined;
  /** How long it takes at most, from the confirmed subscription. */
  readonly forMs: number | undefined;
  /** The silence that ends it, from the confirmed subscription or the last message. */
  readonly idleMs: number | undefined;
}

/** Why a subscription ended, its connection still there. */
export type Ending =
  | { readonly by: 'match' | 'count' | 'for' | 'idle' }
  | { readonly by: 'signal'; readonly signal: StopSignal };

/** Whether there is something to reach: a signal then cuts it short, and a connection is not waited for for ever. */
export function hasGoal({ count, expectation }: Goal): boolean {
  return count !== undefined || expectation !== undefined;
}

/**
 * Whether a message ends the subscription.
 *
 * @param received how many messages there are with this one
 */
export function endingAt(goal: Goal, received: number, body: Uint8Array): Ending | undefined {
  if (goal.expectation?.meets(body) === true) return { by: 'match' };
  return received === goal.count ? { by: 'count' } : undefined;
}

/**
 * How a subscription turned out.
 *
 * @param received how many messages there were in all
 * @returns the exit code
 * @throws CliError `timeout` where there were too few messages, `expectation` where none met it
 */
export function outcomeOf(goal: Goal, ending: Ending, received: number): number {
  if (ending.by === 'match') return 0;
  if (ending.by === 'signal') return hasGoal(goal) ? exitCodeOf(ending.signal) : 0;
  if (goal.expectation !== undefined) {
    const among = received === 0 ? 'no message came' : `none of ${countOf(received, 'message', 'messages')}`;
    const message = `${among}${received === 0 ? ' to meet' : ' met'} ${goal.expectation.describe()}`;
    throw new CliError('expectation', `${message}${within(goal, ending.by)}`, { details: { received } });
  }
  if (goal.count === undefined || ending.by === 'count') return 0;
  throw new CliError(
    'timeout',
    `${formatCount(received)} of ${countOf(goal.count, 'message', 'messages')} came${within(goal, ending.by)}`,
    {
      hint: 'wait longer with --for or --idle, and publish once this has subscribed: --ready-file',
      details: { received, count: goal.count },
    },
  );
}

function within({ forMs, idleMs }: Goal, by: 'count' | 'for' | 'idle'): string {
  if (by === 'for' && forMs !== undefined) return ` within ${formatDuration(forMs)}`;
  return by === 'idle' && idleMs !== undefined ? ` until ${formatDuration(idleMs)} of silence` : '';
}

/** Of two things that went wrong, the one that the exit code tells of; what is no {@link CliError} is a defect. */
export function worseOf(one: unknown, other: unknown): unknown {
  if (!(one instanceof CliError)) return one;
  return other instanceof CliError ? gravestOf([one, other]) : other;
}
