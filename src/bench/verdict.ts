import { CliError } from '../errors.js';
import { remedyOf } from './generator-warnings.js';
import { failureOf } from './measure.js';
import type { BenchReport } from './report/report.js';

/**
 * What a report comes to where it is no success: nothing succeeded, no rate of a ramp kept its limits, or a rate was not kept.
 *
 * @param strictRate a rate that was not kept is a failure
 * @returns the error that decides the exit code; undefined where there is none
 */
export function verdictOf(report: BenchReport, strictRate: boolean): CliError | undefined {
  const { workload, subject, messages, errors, ramp, plan, shape, engine } = report;
  return (
    failureOf(`${workload} ${subject}`, messages, errors) ??
    (ramp !== undefined && ramp.knee_rate === undefined ? kneeMissing(ramp, shape.warmup_s > 0) : undefined) ??
    (strictRate && plan !== undefined && !plan.is_kept ? rateMissed(plan, remedyOf(workload, engine)) : undefined)
  );
}

function kneeMissing({ steps }: NonNullable<BenchReport['ramp']>, wasWarm: boolean): CliError {
  const [first] = steps;
  const why = first?.missed === undefined ? '' : `: the lowest, ${first.rate} a second, missed ${first.missed}`;
  // The first second has the start of all that takes part in it.
  const hint = wasWarm ? 'begin lower, or allow more' : '--warmup 2s keeps the start out of it; or begin lower';
  return new CliError('expectation', `no rate of the ramp kept the limits of --slo${why}`, { hint });
}

function rateMissed({ rate, kept }: NonNullable<BenchReport['plan']>, remedy: string): CliError {
  return new CliError(
    'expectation',
    `the rate was not kept: ${(kept * 100).toFixed(1)} % of ${rate} a second was sent`,
    {
      hint: `${remedy}; or leave out --strict-rate`,
    },
  );
}
