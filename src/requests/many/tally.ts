import { CliError, type ErrorKind, gravestOf, KINDS_BY_GRAVITY } from '../../errors.js';
import { describeFailureCounts } from '../../failure-counts.js';
import { countOf, formatCount, formatDuration } from '../../units.js';

/** How one of many requests ended, or a line of input that was none. */
export interface Outcome {
  /** Of the request, counted from 1. */
  readonly n: number;
  /** Undefined where it went well. */
  readonly failure: CliError | undefined;
}

/** Counts how many requests ended, and keeps the failure that decides the exit code. */
export class Tally {
  readonly #startedMs = performance.now();
  readonly #failures = new Map<ErrorKind, number>();
  #requests = 0;
  #worst: { readonly n: number; readonly failure: CliError } | undefined;

  /** Notes an outcome; of those with the same weight the first one counts. */
  note({ n, failure }: Outcome): void {
    this.#requests += 1;
    if (failure === undefined) return;
    this.#failures.set(failure.kind, (this.#failures.get(failure.kind) ?? 0) + 1);
    const worst = this.#worst?.failure;
    if (worst === undefined || gravestOf([worst, failure]) !== worst) this.#worst = { n, failure };
  }

  get requests(): number {
    return this.#requests;
  }

  /** Requests that went well. */
  get replies(): number {
    return this.#requests - this.#failed;
  }

  get #failed(): number {
    let failed = 0;
    for (const count of this.#failures.values()) failed += count;
    return failed;
  }

  /** What came of the requests, for a person: `1,000 requests: 998 replies, 2 no responders in 1.2 s`. */
  describe(): string {
    const failures = describeFailureCounts(Object.fromEntries(this.#failures));
    const replies = countOf(this.replies, 'reply', 'replies');
    const duration = formatDuration(performance.now() - this.#startedMs);
    return `${countOf(this.#requests, 'request', 'requests')}: ${[replies, ...failures].join(', ')} in ${duration}`;
  }

  /** The same for a program. */
  summary(): Record<string, number> {
    const failures = KINDS_BY_GRAVITY.filter((kind) => this.#failures.has(kind)).map((kind) => [
      kind,
      this.#failures.get(kind),
    ]);
    return {
      requests: this.#requests,
      replies: this.replies,
      ...Object.fromEntries(failures),
      duration_ms: Math.round(performance.now() - this.#startedMs),
    };
  }

  /** The error that the worst failure makes of all; undefined where all went well. */
  error(): CliError | undefined {
    if (this.#worst === undefined) return undefined;
    const { n, failure } = this.#worst;
    const failed = this.#failed;
    const requests = countOf(this.#requests, 'request', 'requests');
    const message = `${formatCount(failed)} of ${requests} failed; number ${n}: ${failure.message}`;
    return new CliError(failure.kind, message, {
      hint: failure.hint,
      details: { ...failure.details, n, requests: this.#requests, failed },
      cause: failure,
    });
  }
}
