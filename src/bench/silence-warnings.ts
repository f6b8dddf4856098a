import { countOf, formatCount, formatDuration } from '../units.js';
import type { LoadPlan } from './load/load-plan.js';
import type { ServerSilence } from './load/thread-messages.js';

/**
 * What somebody who reads the figures of a run has to know of a server that stood still, or was gone, at its end.
 *
 * @param silences of all its runs
 * @param sent messages or requests, in the run that sent fewest
 */
export function silenceWarnings(
  { workload, end }: Pick<LoadPlan, 'workload' | 'end'>,
  silences: readonly ServerSilence[],
  sent: number,
): readonly string[] {
  const warnings: string[] = [];
  const unconfirmed = silences.reduce((sum, silence) => sum + silence.unconfirmed, 0);
  if (unconfirmed > 0) {
    const forMs = Math.max(...silences.map(({ unconfirmedMs }) => unconfirmedMs));
    const them = countOf(unconfirmed, 'message', 'messages');
    const become = workload === 'pub' ? ', which count as lost' : '';
    warnings.push(`the server said nothing for ${formatDuration(forMs)} and never confirmed ${them}${become}`);
  }
  const forsakenMs = Math.max(0, ...silences.map((silence) => silence.forsakenMs));
  if (forsakenMs > 0 && end.kind === 'messages') {
    warnings.push(
      `no server took anything for ${formatDuration(forsakenMs)}: it ended with ${formatCount(sent)} of ${formatCount(end.messages)} sent`,
    );
  }
  return warnings;
}
