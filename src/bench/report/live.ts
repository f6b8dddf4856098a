import { type Output, type ProgressState, startProgress } from '../../output/index.js';
import { countOf } from '../../units.js';
import type { LiveSnapshot } from './live-snapshot.js';
import { formatLatency, formatRate } from './numbers.js';

/**
 * Shows how a run stands in one line on stderr, where that is a terminal; elsewhere nothing.
 *
 * @param read undefined while nothing has started
 */
export function startLiveLine(output: Output, read: () => LiveSnapshot | undefined): { stop(): void } {
  return startProgress(output, () => liveState(read()));
}

/** The bar and the figures of the line, short enough to stand on one at 80 columns. */
export function liveState(snapshot: LiveSnapshot | undefined): ProgressState {
  if (snapshot === undefined) return { fraction: undefined, text: 'connecting' };
  const { phase, run, runs, fraction, rate, p99Ms, errors } = snapshot;
  const parts = [
    ...(runs > 1 ? [`run ${run}/${runs}`] : []),
    ...(phase === 'warm-up' ? ['warm-up'] : []),
    `${formatRate(rate)}/s`,
    ...(p99Ms === undefined ? [] : [`p99 ${formatLatency(p99Ms)}`]),
    ...(errors === 0 ? [] : [countOf(errors, 'error', 'errors')]),
  ];
  return { fraction, text: parts.join(', ') };
}
