import { CliError, type ErrorDetails, type ErrorKind } from './errors.js';

/** A failure on its way between two processes, or two threads. */
export interface FailureReport {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;
}

export function reportFailure(error: unknown): FailureReport {
  if (error instanceof CliError) {
    const { kind, message, hint, details } = error;
    return { kind, message, hint, details };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'internal', message, hint: undefined, details: {} };
}

export function failureError({ kind, message, hint, details }: FailureReport): CliError {
  return new CliError(kind, message, { hint, details });
}
