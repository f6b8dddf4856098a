import type { Failure, RetryingLoadReport, Span } from '../../../scripts/support/retrying-load.mjs';

/** What was done to a pool, and when. */
export interface Announced {
  /** When its server was away. */
  readonly outages: readonly Span[];
  /** When workers were killed or stopped, until their processes were gone. */
  readonly strikes: readonly Span[];
  /** When workers were seen to get no processor. */
  readonly starvations: readonly Span[];
}

/** What nothing that was done excuses. */
export interface Verdict {
  /** Requests without a right reply after both tries: none but in an outage. */
  readonly failures: readonly Failure[];
  /** Tries that nobody was there for: none but in an outage. */
  readonly unserved: readonly Failure[];
  /** Tries without a reply: none but those that an outage took, or a worker that was struck. */
  readonly lost: readonly Failure[];
  /** When the machine had no processor to spare. */
  readonly starved: readonly Span[];
}

/** Who did not get a processor for so long may be taken for one that hangs, with a watchdog of 1 s. */
const STARVED_MS = 500;
/** On a busy machine: how old may be what a worker has in hand, */
const IN_HAND_MS = 1_000;
/** and how long the server may take to hear that it is gone. */
const UNHEARD_MS = 500;

/** Holds what a load found out against what was done meanwhile; pure. */
export function judge(report: RetryingLoadReport, { outages, strikes, starvations }: Announced): Verdict {
  // The load's own process has as little to do as a supervisor: where it was held up, so was everybody.
  const stalls = report.stalls.filter(({ fromMs, toMs }) => toMs - fromMs >= STARVED_MS);
  const starved = [...stalls, ...starvations];
  const unexcused = (all: readonly Failure[]): readonly Failure[] =>
    all.filter((one) => ![...outages, ...starved].some((span) => one.fromMs <= span.toMs && one.toMs >= span.fromMs));
  // A second try hides what a reload loses; when it was sent tells whether it can have been with who was struck.
  const takes = ({ fromMs, toMs }: Span, sentMs: number): boolean =>
    sentMs >= fromMs - IN_HAND_MS && sentMs <= toMs + UNHEARD_MS;
  return {
    failures: unexcused(report.failures),
    unserved: unexcused(report.unserved),
    lost: unexcused(report.lost).filter(({ fromMs }) => !strikes.some((strike) => takes(strike, fromMs))),
    starved,
  };
}
