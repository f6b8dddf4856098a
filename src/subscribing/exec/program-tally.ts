import { CliError } from '../../errors.js';
import type { ProgramOutcome } from '../../programs/index.js';

/** Counts how programs ended. */
export class ProgramTally {
  /** By outcome: `0` and other exit codes, `SIGKILL` and other signals, `not started`. */
  readonly #counts = new Map<string, number>();
  /** Messages for which, at the end, no program was run any more. */
  notRun = 0;

  note(outcome: ProgramOutcome): void {
    const key = keyOf(outcome);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get total(): number {
    return sum(this.#counts.values());
  }

  get failed(): number {
    return this.total - (this.#counts.get('0') ?? 0);
  }

  /** `12 programs run: exit 0 10 times, exit 1 2 times`. */
  describe(): string {
    const outcomes = [...this.#counts].map(([key, count]) => `${describeKey(key)}: ${count}`);
    const run = `${this.total} ${this.total === 1 ? 'program' : 'programs'} run`;
    return [outcomes.length === 0 ? run : `${run} (${outcomes.join(', ')})`, ...this.#leftOut()].join('; ');
  }

  /** The same as fields of JSON. */
  summary(): object {
    const counts = [...this.#counts];
    const fieldsOf = (pattern: RegExp): object | undefined => {
      const fields = counts.filter(([key]) => pattern.test(key));
      return fields.length === 0 ? undefined : Object.fromEntries(fields);
    };
    return {
      programs: this.total,
      failed: this.failed,
      exit_codes: fieldsOf(/^\d/),
      signals: fieldsOf(/^SIG/),
      not_started: this.#counts.get('not started'),
      not_run: this.notRun || undefined,
    };
  }

  /** @returns undefined where none failed */
  error(): CliError | undefined {
    const { failed, total } = this;
    if (failed === 0) return undefined;
    return new CliError('service_error', `${failed} of ${total} programs failed`, {
      details: { programs: total, failed },
    });
  }

  #leftOut(): string[] {
    return this.notRun === 0 ? [] : [`${this.notRun} messages came for which none was run`];
  }
}

function keyOf(outcome: ProgramOutcome): string {
  if (outcome.kind === 'exited') return String(outcome.code);
  return outcome.kind === 'killed' ? outcome.signal : 'not started';
}

function describeKey(key: string): string {
  return /^\d/.test(key) ? `exit ${key}` : key;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
