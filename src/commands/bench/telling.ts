import type { MeasureOptions } from '../../bench/index.js';
import { listenForStop, type StopSignals } from '../../lifecycle/index.js';
import type { Output } from '../../output/index.js';

/** What was measured now, beside the file that it is compared with. */
export const THIS_RUN = 'this run';

/** The signals that end a benchmark: the first in order, with a report of what was measured, the second at once. */
export function listenForEnd(output: Output): StopSignals & { readonly halt: AbortSignal } {
  const halt = new AbortController();
  const signals = listenForStop();
  void signals.first.then((signal) => {
    halt.abort();
    output.notice(`${signal}: ending; once more to end at once`);
  });
  return { ...signals, halt: halt.signal };
}

/** Tells of connections that are lost while it is measured, and found again. */
export function tellOfOutages(output: Output): Pick<MeasureOptions, 'onDisconnected' | 'onReconnected'> {
  return {
    onDisconnected: (server) => output.warn(`the connection to ${server} was lost; reconnecting`),
    onReconnected: (server) => output.warn(`reconnected to ${server}`),
  };
}
