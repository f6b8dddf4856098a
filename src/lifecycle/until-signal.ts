import { exitCodeOf, listenForStop } from './stop-signals.js';

/**
 * Runs work to its end, or to the first signal that asks to stop, where the rest of it is left alone.
 *
 * @param cutShort finishes what is to be finished at a signal; a second signal does not wait for it
 * @returns the exit code: 0, or that of the signal
 * @throws what the work throws
 */
export async function untilSignal(work: () => Promise<void>, cutShort: () => Promise<void>): Promise<number> {
  const signals = listenForStop();
  try {
    const signal = await Promise.race([work(), signals.first]);
    if (signal === undefined) return 0;
    await Promise.race([cutShort(), signals.second]);
    return exitCodeOf(signal);
  } finally {
    signals.release();
  }
}
