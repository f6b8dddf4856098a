import { createInbox } from 'nats/lib/nats-base-client/core.js';
import { type Connection, type ConnectionPlan, connect } from '../connection/index.js';
import { findSubjectProblem } from '../protocol/subjects.js';
import type { Candidate } from './candidates.js';

/** Who presses a key waits no longer than this for services to answer, the connect included. */
const PATIENCE_MS = 300;
/** After the first answer the others are near: so long a silence ends the wait, or twice what the first took. */
const SILENCE_MS = 50;
const LONGEST_SUBJECT = 256;

/**
 * The subjects that the services of a server name in answer to `$SRV.INFO` (ADR-32), as far as they answer in time.
 *
 * @throws CliError where there is no connection
 */
export async function findLiveSubjects(plan: ConnectionPlan): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  let connection: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  const ask = async (): Promise<void> => {
    connection = await connect({ ...plan, timeoutMs: PATIENCE_MS, waitServerMs: 0 });
    await gather(connection, (payload) => found.push(...readEndpoints(payload)));
  };
  try {
    await Promise.race([ask(), patience]);
    return found;
  } finally {
    clearTimeout(timer);
    // The process is about to end: a server that hangs is not waited for.
    void connection?.close();
  }
}

/** Resolves once nobody answers any more. */
async function gather({ nats, plan, closed, events }: Connection, take: (payload: Uint8Array) => void): Promise<void> {
  const inbox = createInbox(plan.inboxPrefix);
  const startedMs = performance.now();
  let silence: NodeJS.Timeout | undefined;
  let silenceMs = 0;
  const silent = new Promise<void>((resolve) => {
    events.once('denied', () => resolve());
    nats.subscribe(inbox, {
      callback: (_, message) => {
        // Nobody listens.
        if (message.headers?.code === 503) return resolve();
        take(message.data);
        silenceMs ||= Math.max(SILENCE_MS, 2 * (performance.now() - startedMs));
        clearTimeout(silence);
        silence = setTimeout(resolve, silenceMs);
      },
    });
    nats.publish('$SRV.INFO', undefined, { reply: inbox });
  });
  await Promise.race([silent, closed]);
  clearTimeout(silence);
}

/** The endpoints out of an answer that anyone may have written. */
export function readEndpoints(payload: Uint8Array): readonly Candidate[] {
  let info: unknown;
  try {
    info = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return [];
  }
  const { name, description, endpoints } = (info ?? {}) as Partial<Record<string, unknown>>;
  if (!Array.isArray(endpoints)) return [];
  const describe = [name, description].filter((part) => typeof part === 'string' && part !== '').join(': ');
  return endpoints.flatMap((endpoint: { readonly subject?: unknown } | null) => {
    const subject = endpoint?.subject;
    if (typeof subject !== 'string' || subject.length > LONGEST_SUBJECT) return [];
    return findSubjectProblem(subject, { wildcards: true }) === undefined ? [{ text: subject, describe }] : [];
  });
}
