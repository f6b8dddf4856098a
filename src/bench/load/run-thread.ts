import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { answeredInTime } from '../../answered-in-time.js';
import type { Connection } from '../../connection/index.js';
import { lostError, requireFit } from '../../connection/index.js';
import { deferred } from '../../deferred.js';
import { reportFailure } from '../../failure-report.js';
import { Arrivals } from './arrivals.js';
import { clientEngine } from './client-engine.js';
import { nowNs } from './clock.js';
import type { Engine } from './engine.js';
import type { Load, LoadClient, LoadScope, RunTimes, SendingLoad } from './load.js';
import { headersOf } from './load-headers.js';
import { copiesOf, type LoadPlan, type ThreadShare } from './load-plan.js';
import { openConnections } from './open-clients.js';
import { createPublishLoad } from './publish-load.js';
import { ReceiveLoad } from './receive-load.js';
import { createRequestLoad } from './request-load.js';
import type { ThreadAssignment, ThreadPort, ThreadUsage, ToThread } from './thread-messages.js';
import { ThreadTally } from './thread-tally.js';

/** Whoever ended a run early waits no longer for what is under way. */
const PATIENCE_MS = 1_000;

/** One thread's part of a run: it connects, waits for the start, makes its loads, and tells what came of them. */
export async function runThread({ plan, share }: ThreadAssignment, port: ThreadPort): Promise<void> {
  let connections: readonly Connection[] = [];
  let receiving: ReceiveLoad | undefined;
  let loads: readonly Load[] = [];
  const started = deferred<RunTimes>();
  const halt = new AbortController();
  port.onMessage((message: ToThread) => {
    switch (message.type) {
      case 'start':
        started.resolve(message.times);
        break;
      case 'stop':
        halt.abort();
        for (const load of loads) load.stop();
        break;
      case 'listen':
        receiving?.listen();
        port.post({ type: 'listening' });
        break;
      case 'all-sent':
        receiving?.tellCount();
        break;
      case 'all-received':
        void receiving?.receivedAll();
    }
  });
  try {
    connections = await openConnections(plan.connection, namesOf(plan, share));
    const engine = await loadEngine(plan);
    const opened = connections.map((connection, i): LoadClient => {
      const number = i < share.clients ? share.firstClient + i : share.firstSubscriber + i - share.clients;
      return { number, connection, engine: engine.open(connection, plan, number) };
    });
    const clients = opened.slice(0, share.clients);
    const subscribers = opened.slice(share.clients);
    if (clients.length > 0) requireBodiesFit(plan, connections[0] as Connection);
    if (subscribers.length > 0) {
      receiving = new ReceiveLoad(subscribers, plan, {
        thread: share.thread,
        isAlone: share.subscribers === plan.subscribers,
        post: (message) => port.post(message),
      });
      await Promise.all(
        subscribers.map(({ connection }) => answeredInTime(connection.confirm(), plan.timeoutMs, connection.server())),
      );
    }
    watchConnections(connections, port);
    const first = connections[0] as Connection;
    port.post({ type: 'ready', server: first.server(), info: first.nats.info ?? {} });
    const times = await Promise.race([started.promise, whenAborted(halt.signal)]);
    if (times === undefined) {
      port.post({ type: 'done' });
      return;
    }
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
    receiving?.begin(times, tally);
    const sending = sendingLoad(plan, scope, port);
    loads = [...(sending === undefined ? [] : [sending]), ...(receiving === undefined ? [] : [receiving])];
    if (halt.signal.aborted) for (const load of loads) load.stop();
    // What has planned times begins early, so as to be ready for the first.
    if (plan.schedule.kind === 'closed' && sending !== undefined) await until(times.startNs);
    const running = Promise.all(loads.map((load) => load.run()));
    await Promise.race([running, firstClosed(connections), ...patienceWith(plan, halt.signal)]);
    tally.end(nowNs());
    usage.stop();
    port.post({ type: 'done' });
  } catch (error) {
    port.post({ type: 'failed', failure: reportFailure(error) });
  } finally {
    await Promise.all(connections.map((connection) => connection.close()));
  }
}

/** What this thread sends. A thread without publishers tells, where others wait for it, that it has sent nothing. */
function sendingLoad(plan: LoadPlan, scope: LoadScope, port: ThreadPort): Load | undefined {
  const { schedule, timeoutMs, workload } = plan;
  if (workload === 'sub') return undefined;
  if (workload === 'request') {
    const inflight = schedule.kind === 'closed' ? schedule.inflight : 1;
    return tellingSilence(createRequestLoad(scope, { inflight, timeoutMs }), port);
  }
  if (scope.clients.length === 0) {
    port.post({ type: 'sent', sent: { all: 0, measured: 0 } });
    return undefined;
  }
  const isPub = workload === 'pub';
  const load = createPublishLoad(scope, { timeoutMs, confirms: isPub, copies: isPub ? 1 : copiesOf(plan) });
  return tellingSilence(load, port, () => port.post({ type: 'sent', sent: load.published() }));
}

/** Tells at its end what there was no word of, and then the rest. */
function tellingSilence(load: SendingLoad, port: ThreadPort, tellRest = (): void => undefined): Load {
  return {
    async run() {
      await load.run();
      if (load.silence !== undefined) port.post({ type: 'silence', silence: load.silence });
      tellRest();
    },
    stop: () => load.stop(),
  };
}

/** @throws CliError `usage` where the server takes no message as large as the largest */
function requireBodiesFit(plan: LoadPlan, connection: Connection): void {
  const { bodies } = plan;
  const mostBytes =
    bodies.kind === 'generated' ? bodies.mostBytes : Math.max(...bodies.bodies.map(({ length }) => length));
  requireFit(connection, { body: new Uint8Array(mostBytes), headers: headersOf(plan) });
}

/** Requests that wait when the end was asked for get so much time; other loads know themselves how to end. */
function patienceWith({ workload }: LoadPlan, halted: AbortSignal): readonly Promise<void>[] {
  return workload === 'request' ? [patienceAfter(halted)] : [];
}

async function whenAborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function until(atNs: number): Promise<void> {
  // A timer of Node may ring a moment early.
  for (let leftNs = atNs - nowNs(); leftNs > 0; leftNs = atNs - nowNs()) await delay(Math.ceil(leftNs / 1e6));
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
  await whenAborted(halted);
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

function namesOf(plan: LoadPlan, share: ThreadShare): readonly string[] {
  const { name } = plan.connection;
  if (plan.clients + plan.subscribers === 1) return [name];
  const numbered = (what: string, first: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${name} ${what}-${first + i + 1}`);
  return [
    ...numbered('client', share.firstClient, share.clients),
    ...numbered('subscriber', share.firstSubscriber, share.subscribers),
  ];
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
  if (end.kind === 'duration' || clients === 0) return undefined;
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
