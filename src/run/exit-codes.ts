import { constants } from 'node:os';

/** The exit code for what a signal ended, as shells have it: 128 and the signal's number. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
