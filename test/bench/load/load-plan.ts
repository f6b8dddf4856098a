import type { LoadPlan } from '../../../src/bench/load/load-plan.js';
import { planConnection } from '../../../src/connection/index.js';

/** What a test says of a load. */
export type PlanParts = Partial<Omit<LoadPlan, 'connection'>>;

/** A load of ten requests on a server, but for what is said otherwise. */
export function loadPlan(url: string, parts: PlanParts = {}, flags: Readonly<Record<string, string>> = {}): LoadPlan {
  return {
    workload: 'request',
    engine: 'client',
    connection: planConnection({
      flags: { server: url, ...flags },
      env: {},
      home: '',
      context: undefined,
      name: 'bench',
      trace: undefined,
    }),
    subjects: ['a.b'],
    pattern: 'a.b',
    queue: undefined,
    bodies: { kind: 'generated', leastBytes: 16, mostBytes: 16 },
    headers: [],
    schedule: { kind: 'closed', inflight: 4 },
    end: { kind: 'messages', messages: 10 },
    warmupMs: 0,
    timeoutMs: 5_000,
    seed: 1,
    clients: 1,
    subscribers: 0,
    runTag: 1,
    ...parts,
  };
}
