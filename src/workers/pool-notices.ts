import type { Output } from '../output/index.js';
import { formatDuration } from '../units.js';
import type { PoolListener } from './pool-options.js';

/** Tells a person what happens in the pool of a service. */
export function tellOfPool(output: Output, service: string): PoolListener {
  let lastCause: string | undefined;
  return {
    onDeath(worker, cause, pauseMs, hasServed) {
      const message = `worker-${worker} ended: ${cause}; replacing it ${whenOf(pauseMs)}`;
      // Where there is no server yet, each try of each worker fails alike.
      if (!hasServed && cause === lastCause) output.detail(message);
      else output.warn(message);
      lastCause = cause;
    },
    onSpareDeath(cause, pauseMs) {
      output.detail(`the spare worker ended: ${cause}; replacing it ${whenOf(pauseMs)}`);
    },
    onRenewed: () => undefined,
    onRecycled: (worker, reason) => output.notice(`worker-${worker} was replaced: ${reason}`),
    onRenewing: () => undefined,
    onLoads: () => undefined,
    onReplaced: (worker) => output.notice(`worker-${worker} serves ${service} again`),
    onDisconnected: () => output.warn('the connection to the server was lost; reconnecting'),
    onHindered: (reason) => output.warn(`cannot reconnect, trying on: ${reason}`),
    onReconnected: (server) => output.notice(`connected to ${server} again`),
    onWarning: (message) => output.warn(message),
    onRegistry(problem) {
      if (problem === undefined) output.notice(`a registry knows ${service} now`);
      else output.warn(problem);
    },
  };
}

function whenOf(pauseMs: number): string {
  return pauseMs === 0 ? 'at once' : `in ${formatDuration(pauseMs)}`;
}
