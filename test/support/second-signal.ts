import { setTimeout as delay } from 'node:timers/promises';
import { SAME_SIGNAL_MS } from '../../src/lifecycle/stop-signals.js';

/** Resolves when a signal that is sent again is a second one. */
export function pastSameSignal(): Promise<void> {
  return delay(2 * SAME_SIGNAL_MS);
}
