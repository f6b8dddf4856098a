/** How a program ended. */
export type ProgramOutcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  /** Such as E2BIG: the system has no room for its arguments and its environment. */
  | { readonly kind: 'not started'; readonly reason: string };

/** In words: `exit 3`, `SIGKILL`, `not started: EACCES`. */
export function describeOutcome(outcome: ProgramOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exit ${outcome.code}`;
    case 'killed':
      return outcome.signal;
    case 'not started':
      return `not started: ${outcome.reason}`;
  }
}

/** Why the system did not start a program. */
export function notStarted(error: unknown): ProgramOutcome {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === 'E2BIG' ? 'its arguments and environment are too large (E2BIG)' : (code ?? message);
  return { kind: 'not started', reason };
}
