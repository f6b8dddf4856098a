import { getSystemErrorMap } from 'node:util';

/**
 * The kinds of failure and the exit code of each.
 *
 * The numbers are a contract with shell scripts (see "Exit codes" in README.md): a kind may be
 * added, a number never changes its meaning.
 */
export const EXIT_CODES = {
  internal: 1,
  usage: 2,
  connection: 3,
  authorization: 4,
  no_responders: 5,
  timeout: 6,
  service_error: 7,
  expectation: 8,
  pool: 9,
} as const;

/** What went wrong, as scripts see it: in `--json` errors and, as a number, in the exit code. */
export type ErrorKind = keyof typeof EXIT_CODES;

/** Facts that the JSON form of an error carries beside kind and message; never secrets. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CliErrorOptions {
  /** What the person may try next: the error's second line. */
  readonly hint?: string | undefined;
  readonly details?: ErrorDetails | undefined;
  readonly cause?: unknown;
  /** Whether trying again may help; by default as the kind suggests. */
  readonly mayPass?: boolean;
  /** Where it is not that of the kind. */
  readonly exitCode?: number | undefined;
}

/** A refusal, a service's answer and a defect stay what they are, however often one asks. */
const KINDS_THAT_MAY_PASS: ReadonlySet<ErrorKind> = new Set(['connection', 'no_responders', 'timeout']);

/** A failure whose cause is known: it becomes one or two lines for a person and an exit code for a script. */
export class CliError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;
  /** Whether trying again, unchanged, may help. */
  readonly mayPass: boolean;
  readonly exitCode: number;

  constructor(kind: ErrorKind, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.kind = kind;
    this.hint = options.hint;
    this.details = options.details ?? {};
    this.exitCode = options.exitCode ?? EXIT_CODES[kind];
    this.mayPass = options.mayPass ?? KINDS_THAT_MAY_PASS.has(kind);
  }
}

/** What decides the exit code where one run has several outcomes: the first of these that occurred. */
export const KINDS_BY_GRAVITY: readonly ErrorKind[] = [
  ...(['internal', 'usage', 'authorization', 'connection', 'no_responders'] as const),
  ...(['timeout', 'service_error', 'expectation', 'pool'] as const),
];

/** Of several failures the one that decides the exit code; of those of one kind the first. */
export function gravestOf(failures: readonly CliError[]): CliError | undefined {
  return KINDS_BY_GRAVITY.map((kind) => failures.find((failure) => failure.kind === kind)).find(Boolean);
}

/** A {@link CliError} of kind `usage`: what the caller wrote cannot be done as written (exit 2). */
export function usageError(message: string, hint?: string): CliError {
  return new CliError('usage', message, { hint });
}

/** Why the system refused something, in its own words: `permission denied`, `no space left on device`. */
export function systemReason({ errno, message }: NodeJS.ErrnoException): string {
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
