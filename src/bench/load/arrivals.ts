import type { Schedule } from './load-plan.js';
import { seededRandom } from './random.js';

const SECOND_NS = 1e9;

/** A part of a schedule with one rate. */
export interface RateStep {
  /** From the start of the measured part, in ns; the first step also holds during the warm-up. */
  readonly startNs: number;
  /** Messages a second, over all threads. */
  readonly rate: number;
}

/** A ramp has so many steps at most. */
const MOST_STEPS = 20;
const SECOND_MS = 1_000;

/**
 * The steps of a schedule with planned times. Those of a ramp last whole seconds, since what is measured is counted by
 * seconds; the rate grows by the same amount at each.
 */
export function rateSteps(schedule: Exclude<Schedule, { kind: 'closed' }>): readonly RateStep[] {
  if (schedule.kind === 'open') return [{ startNs: 0, rate: schedule.rate }];
  const { from, to, durationMs } = schedule;
  const stepMs = Math.max(1, Math.ceil(durationMs / MOST_STEPS / SECOND_MS)) * SECOND_MS;
  const count = Math.max(1, Math.floor(durationMs / stepMs));
  return Array.from({ length: count }, (_, step) => ({
    startNs: step * stepMs * 1e6,
    rate: count === 1 ? to : from + ((to - from) * step) / (count - 1),
  }));
}

/** When the messages of one thread are planned: one time after the other. */
export class Arrivals {
  readonly #steps: readonly RateStep[];
  readonly #measuredNs: number;
  readonly #share: number;
  readonly #random: (() => number) | undefined;
  #step = 0;
  /** The first message of a step, and how many followed it: adding up intervals would add up what they are rounded by. */
  #steadyNs: number;
  #sinceSteady = 0;
  /** When the next message is planned, in ns. */
  nextNs: number;

  /**
   * @param startNs when the load starts, and with the first step
   * @param measuredNs when its measured part does
   * @param share of all messages: this thread's, 0 to 1
   * @param phase where within the interval between two messages its first one is, 0 to 1, so that threads alternate
   */
  constructor(
    schedule: Exclude<Schedule, { kind: 'closed' }>,
    startNs: number,
    measuredNs: number,
    { share, phase, seed }: { readonly share: number; readonly phase: number; readonly seed: number },
  ) {
    this.#steps = rateSteps(schedule);
    this.#measuredNs = measuredNs;
    this.#share = share;
    this.#random = schedule.arrivals === 'poisson' ? seededRandom(seed) : undefined;
    const first = this.#random === undefined ? phase * this.#intervalNs() : this.#gapNs(this.#random);
    this.nextNs = startNs + first;
    this.#steadyNs = this.nextNs;
  }

  /** Goes on to the next one. */
  advance(): void {
    const steps = this.#steps;
    while (
      this.#step + 1 < steps.length &&
      this.nextNs - this.#measuredNs >= (steps[this.#step + 1] as RateStep).startNs
    ) {
      this.#step += 1;
      this.#steadyNs = this.nextNs;
      this.#sinceSteady = 0;
    }
    if (this.#random === undefined) {
      this.#sinceSteady += 1;
      this.nextNs = this.#steadyNs + this.#sinceSteady * this.#intervalNs();
    } else this.nextNs += this.#gapNs(this.#random);
  }

  #intervalNs(): number {
    return SECOND_NS / ((this.#steps[this.#step] as RateStep).rate * this.#share);
  }

  /** Between arrivals of a Poisson process lie exponentially distributed times. */
  #gapNs(random: () => number): number {
    return -Math.log(1 - random()) * this.#intervalNs();
  }
}
