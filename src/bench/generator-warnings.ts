import type { BenchReport, ReportedGenerator } from './report/report.js';

/** From here on the generator's own limits show in what it measures: a share of the time, and ms. */
export const BUSY = 0.95;
export const LONG_LOOP_DELAY_MS = 10;

/** What lets a generator do more. */
export function remedyOf(workload: BenchReport['workload'], engine: BenchReport['engine']): string {
  const remedy = `more ${workload === 'sub' ? '--subscribers' : '--clients'} and --threads`;
  return engine === 'wire' ? remedy : `${remedy}, or --engine wire`;
}

/**
 * What the generator's own limits mean for the figures, and what may mend it.
 *
 * @param hasLatencies whether any were measured
 */
export function generatorWarnings(
  { busiest_thread, event_loop_delay_ms }: Pick<ReportedGenerator, 'busiest_thread' | 'event_loop_delay_ms'>,
  { workload, engine }: Pick<BenchReport, 'workload' | 'engine'>,
  hasLatencies: boolean,
): readonly string[] {
  const warnings: string[] = [];
  if (busiest_thread >= BUSY) {
    const busy = Math.round(busiest_thread * 100);
    warnings.push(
      `a thread of the generator was at work ${busy} % of the time: the figures may be its limits; ${remedyOf(workload, engine)}`,
    );
  }
  if (event_loop_delay_ms >= LONG_LOOP_DELAY_MS) {
    warnings.push(
      `the generator itself was up to ${event_loop_delay_ms.toFixed(1)} ms late, since this machine has more to do than it can: ${hasLatencies ? 'the latencies include it' : 'the figures include it'}`,
    );
  }
  return warnings;
}
