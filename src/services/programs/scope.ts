import type { CliError } from '../../errors.js';
import type { ProcessGroups } from '../../programs/index.js';

/** What a worker's programs run in, and whom they tell. */
export interface ProgramScope {
  readonly env: NodeJS.ProcessEnv;
  /** What does not outlive the worker. */
  readonly groups: ProcessGroups;
  /** Takes whole lines that a program of the service wrote to its stderr. */
  readonly log: (service: string, lines: Uint8Array) => void;
  /** What an operator should know of. */
  readonly warn: (message: string) => void;
  /** The program does not stay alive: the worker cannot serve. */
  readonly fail: (error: CliError) => void;
}
