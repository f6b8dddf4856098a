import { rateSteps } from './load/arrivals.js';
import type { Schedule } from './load/load-plan.js';
import { RunMerge } from './load/run-merge.js';
import type { ThreadSecond } from './load/second.js';
import type { Figures, ReportedRamp } from './report/report.js';
import { errorCount, judgeLimits } from './statistics/judge-limits.js';
import type { Limit } from './statistics/limits.js';

const SECOND_MS = 1_000;
/** A step whose rate the generator could not send does not tell what the rate would have given. */
const LEAST_SENT = 0.99;
/** After so many steps in a row that missed a limit nothing better is to be expected. */
const ENOUGH_MISSED = 3;

type Ramp = Extract<Schedule, { kind: 'ramp' }>;
type ReportedStep = ReportedRamp['steps'][number];

interface Step {
  readonly rate: number;
  readonly firstSecond: number;
  readonly seconds: number;
  readonly merge: RunMerge;
}

/** Judges a ramp step by step: what comes in the seconds of a step is the step's. */
export class RampJudge {
  readonly #limits: readonly Limit[];
  readonly #steps: readonly Step[];

  /** @param threads how many tell of their seconds */
  constructor(ramp: Ramp, limits: readonly Limit[], threads: number) {
    this.#limits = limits;
    const steps = rateSteps(ramp);
    const ends = [...steps.slice(1).map(({ startNs }) => startNs / 1e9), ramp.durationMs / SECOND_MS];
    this.#steps = steps.map(({ rate, startNs }, index) => {
      const firstSecond = startNs / 1e9;
      return {
        rate,
        firstSecond,
        seconds: (ends[index] as number) - firstSecond,
        merge: new RunMerge(threads, () => undefined),
      };
    });
  }

  add(part: ThreadSecond): void {
    const step = this.#steps.findLast(({ firstSecond }) => part.second >= firstSecond);
    // What comes behind the end of the last step is none's.
    if (step === undefined || part.second >= step.firstSecond + step.seconds) return;
    step.merge.add({ ...part, second: part.second - step.firstSecond });
  }

  /** Whether the knee lies behind us, when so many seconds have been measured. */
  hasSeenEnough(seconds: number): boolean {
    const done = this.#steps.filter((step) => step.firstSecond + step.seconds <= seconds);
    return done.length >= ENOUGH_MISSED && done.slice(-ENOUGH_MISSED).every((step) => !this.#judge(step).kept);
  }

  /** @param seconds how many were measured: what was not reached is left out */
  report(seconds: number): ReportedRamp {
    const steps = this.#steps.filter(({ firstSecond }) => firstSecond < seconds).map((step) => this.#judge(step));
    const firstMissed = steps.findIndex(({ kept }) => !kept);
    const knee = steps[(firstMissed === -1 ? steps.length : firstMissed) - 1];
    return { knee_rate: knee?.rate, steps };
  }

  #judge({ rate, seconds, merge }: Step): ReportedStep {
    const figures = merge.figures(seconds * SECOND_MS);
    const missed = this.#missedBy(figures, rate * seconds);
    return {
      rate,
      achieved: figures.rate,
      p99_ms: figures.latency_ms?.p99,
      errors: errorCount(figures),
      kept: missed === undefined,
      ...(missed === undefined ? {} : { missed }),
    };
  }

  #missedBy(figures: Figures, planned: number): string | undefined {
    const limit = judgeLimits(this.#limits, figures).find(({ kept }) => !kept);
    if (limit !== undefined) return limit.name;
    return figures.sent < LEAST_SENT * planned ? 'rate' : undefined;
  }
}
