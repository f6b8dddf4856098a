import { closeSync, openSync } from 'node:fs';

/**
 * Whether this process has a controlling terminal, whatever its streams are: only then there is a `/dev/tty`. To be
 * asked before SIGHUP comes: that is sent when the terminal is gone.
 */
export function hasControllingTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
