import { closeSync, fstatSync, statSync } from 'node:fs';

/**
 * Has Node 20 end in order where a terminal that is one of its streams has gone: at its exit it sets each back to how
 * it found it, and aborts with a native stack where that fails (`ResetStdio`; mended in Node 22). What is closed it
 * leaves alone. For the event `exit`.
 *
 * @param version of Node
 */
export function closeLostTerminals(version: string = process.version): void {
  if (!version.startsWith('v20.')) return;
  for (const descriptor of [0, 1, 2]) if (isLostTerminal(descriptor)) closeSync(descriptor);
}

/** Node's module for terminals takes milliseconds to load, which no stream that goes to /dev/null is worth. */
function isLostTerminal(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || stats.rdev === statSync('/dev/null').rdev) return false;
    return !process.getBuiltinModule('node:tty').isatty(descriptor);
  } catch {
    return false;
  }
}
