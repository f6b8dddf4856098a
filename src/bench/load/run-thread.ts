import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../../connection/index.js';
import { lostError } from '../../connection/index.js';
import { reportFailure } from '../../failure-report.js';
import { Arrivals } from './arrivals.js';
import { clientEngine } from './client-engine.js';
import { nowNs } from './clock.js';
import type { Engine } from './engine.js';
import type { Load, LoadClient, LoadScope, RunTimes } from './load.js';
import type { LoadPlan, ThreadShare } from './load-plan.js';
import { openConnections } from './open-clients.js';
import { createRequestLoad } from './request-load.js';
import type { ThreadAssignment, ThreadPort, ThreadUsage, ToThread } from './thread-messages.js';
import { ThreadTally } from './thread-tally.js';

/** Whoever ended a run early waits no longer for what is under way. */
const PATIENCE_MS = 1_000;

/** One thread's part of a run: it connects, waits for the start, makes its load, and tells what came of it. */
export async function runThread({ plan, share }: ThreadAssignment, port: ThreadPort): Promise<void> {
  let connections: readonly Connection[] = [];
  let load: Load | undefined;
  let start: (times: RunTimes) => void = () => undefined;
  const started = new Promise<RunTimes>((resolve) => {
    start = resolve;
  });
  const halt = new AbortController();
  port.onMessage((message: ToThread) => {
    if (message.type === 'start') start(message.times);
    else if (message.type === 'stop') {
      halt.abort();
      load?.stop();
    }
  });
  try {
    connections = await openConnections(plan.connection, namesOf(plan, share));
    const engine = await loadEngine(plan);
    const clients = connections.map((connection, i): LoadClient => {
      const number = share.firstClient + i;
      return { number, connection, engine: engine.open(connection, plan, number) };
    });
    const first = connections[0] as Connection;
    port.post({ type: 'ready', server: first.server(), info: first.nats.info ?? {} });
    const times = await started;
    watchConnections(connections, port);
    const usage = watchUsage(share.thread);
    const tally = new ThreadTally(times.startNs, times.measuredNs, (second) =>
      port.post({ type: 'second', second, usage: usage.take() }),
    );
    const scope: LoadScope = {
      times,
      tally,
      clients,
      arrivals: arrivalsOf(plan, share, times),
      messages: messagesOf(plan, share),
    };
    load = createRequestLoad(scope, {
      inflight: plan.schedule.kind === 'closed' ? plan.schedule.inflight : 1,
      timeoutMs: plan.timeoutMs,
    });
    if (halt.signal.aborted) load.stop();
    await Promise.race([load.run(), firstClosed(connections), patienceAfter(halt.signal)]);
    tally.end(nowNs());
    usage.stop();
    port.post({ type: 'done' });
  } catch (error) {
    port.post({ type: 'failed', failure: reportFailure(error) });
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

/** Tells when they are not all there any more, and when they are again. */
function watchConnections(connections: readonly Connection[], port: ThreadPort): void {
  const apart = new Set<Connection>();
  for (const connection of connections) {
    connection.events.on('disconnected', () => {
      apart.add(connection);
      if (apart.size === 1) port.post({ type: 'disconnected', server: connection.server() });
    });
    connection.events.on('reconnected', (server) => {
      if (apart.delete(connection) && apart.size === 0) port.post({ type: 'reconnected', server });
    });
  }
}

/** Resolves so long after the end was asked for that what was under way then would be answered. */
async function patienceAfter(halted: AbortSignal): Promise<void> {
  if (!halted.aborted) await once(halted, 'abort');
  await delay(PATIENCE_MS, undefined, { ref: false });
}

/** Rejects when one of them is closed for good: its server will not have it any more. */
async function firstClosed(connections: readonly Connection[]): Promise<never> {
  return Promise.race(
    connections.map(async ({ closed, plan }): Promise<never> => {
      throw (await closed) ?? lostError(plan);
    }),
  );
}

async function loadEngine(plan: LoadPlan): Promise<Engine> {
  return plan.engine === 'client' ? clientEngine : (await import('./wire-engine.js')).wireEngine;
}

function namesOf({ connection, clients }: LoadPlan, { firstClient, clients: own }: ThreadShare): readonly string[] {
  if (clients === 1) return [connection.name];
  return Array.from({ length: own }, (_, i) => `${connection.name} client-${firstClient + i + 1}`);
}

/** A thread has as much of the load as it has of the clients. */
function arrivalsOf(plan: LoadPlan, share: ThreadShare, times: RunTimes): Arrivals | undefined {
  const { schedule, clients, seed } = plan;
  if (schedule.kind === 'closed' || share.clients === 0) return undefined;
  return new Arrivals(schedule, times.startNs, times.measuredNs, {
    share: share.clients / clients,
    phase: share.thread / share.threads,
    seed: seed + share.thread,
  });
}

/** A thread's part of so many messages; together they are all. */
function messagesOf({ end, clients }: LoadPlan, { firstClient, clients: own }: ThreadShare): number | undefined {
  if (end.kind === 'duration') return undefined;
  const until = (client: number): number => Math.floor((end.messages * client) / clients);
  return until(firstClient + own) - until(firstClient);
}

/** Watches how busy this thread's event loop is. */
function watchUsage(thread: number): { take(): ThreadUsage; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const start = performance.eventLoopUtilization();
  return {
    take() {
      const { utilization } = performance.eventLoopUtilization(start);
      const p99 = delay.percentile(99);
      // It measures the time between two ticks, which are as far apart as its resolution.
      const loopDelayMs = Number.isFinite(p99) ? Math.max(0, p99 / 1e6 - 10) : 0;
      delay.reset();
      return { thread, busy: utilization, loopDelayMs };
    },
    stop: () => void delay.disable(),
  };
}
