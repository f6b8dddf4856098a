/** What came on a subject, or on all of them. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
  /** Messages a second. */
  readonly rate: number;
}

export interface SubjectTraffic extends Traffic {
  readonly subject: string;
}

/** What came so far. */
export interface TrafficReport extends Traffic {
  readonly durationMs: number;
  /** The subjects with the most messages first. */
  readonly subjects: readonly SubjectTraffic[];
  /** What is not told by subject. */
  readonly others: Traffic;
  /** How many subjects there were; at least so many, where some were dropped. */
  readonly subjectCount: number;
  readonly isCountExact: boolean;
}

interface Counter {
  messages: number;
  bytes: number;
  /** At the last report. */
  before: number;
}

/** A subject takes 200 bytes or so. */
const MOST_SUBJECTS = 20_000;

/**
 * Counts messages by subject, in bounded memory: past `mostSubjects` the half with the fewest messages is dropped,
 * and counted among the others from then on.
 */
export class TrafficCounter {
  readonly #mostSubjects: number;
  readonly #clock: () => number;
  #subjects = new Map<string, Counter>();
  readonly #total: Counter = { messages: 0, bytes: 0, before: 0 };
  #hasDropped = false;
  #startedAt: number;
  #reportedAt: number;

  /** @param clock milliseconds */
  constructor(clock: () => number = () => performance.now(), mostSubjects = MOST_SUBJECTS) {
    this.#clock = clock;
    this.#mostSubjects = mostSubjects;
    this.#startedAt = clock();
    this.#reportedAt = this.#startedAt;
  }

  /** From here on time counts. */
  begin(): void {
    this.#startedAt = this.#clock();
    this.#reportedAt = this.#startedAt;
  }

  note(subject: string, sizeBytes: number): void {
    this.#total.messages += 1;
    this.#total.bytes += sizeBytes;
    const counter = this.#subjects.get(subject);
    if (counter !== undefined) {
      counter.messages += 1;
      counter.bytes += sizeBytes;
      return;
    }
    if (this.#subjects.size >= this.#mostSubjects) this.#dropHalf();
    this.#subjects.set(subject, { messages: 1, bytes: sizeBytes, before: 0 });
  }

  /** @param top of so many subjects; rates since the last such report */
  sinceLast(top: number): TrafficReport {
    const now = this.#clock();
    const seconds = (now - this.#reportedAt) / 1_000;
    const report = this.#report(top, now, ({ messages, before }) => (messages - before) / seconds);
    this.#reportedAt = now;
    for (const counter of [this.#total, ...this.#subjects.values()]) counter.before = counter.messages;
    return report;
  }

  /** @param top of so many subjects; rates since the beginning */
  overall(top: number): TrafficReport {
    const now = this.#clock();
    const seconds = (now - this.#startedAt) / 1_000;
    return this.#report(top, now, ({ messages }) => messages / seconds);
  }

  #report(top: number, now: number, rateOf: (counter: Counter) => number): TrafficReport {
    const traffic = (counter: Counter): Traffic => {
      const rate = rateOf(counter);
      return { messages: counter.messages, bytes: counter.bytes, rate: Number.isFinite(rate) ? rate : 0 };
    };
    const ranked = this.#ranked().slice(0, top);
    const others = { ...this.#total };
    for (const [, { messages, bytes, before }] of ranked) {
      others.messages -= messages;
      others.bytes -= bytes;
      others.before -= before;
    }
    return {
      ...traffic(this.#total),
      durationMs: now - this.#startedAt,
      subjects: ranked.map(([subject, counter]) => ({ subject, ...traffic(counter) })),
      others: traffic(others),
      subjectCount: this.#subjects.size,
      isCountExact: !this.#hasDropped,
    };
  }

  #ranked(): Array<[subject: string, counter: Counter]> {
    return [...this.#subjects].sort(([one, a], [other, b]) => b.messages - a.messages || (one < other ? -1 : 1));
  }

  #dropHalf(): void {
    this.#hasDropped = true;
    this.#subjects = new Map(this.#ranked().slice(0, this.#mostSubjects / 2));
  }
}
