import { type Connection, type ConnectionPlan, connect } from '../connection/index.js';
import { controlSubject, createSilence, INFO, isServiceName } from '../discovery/index.js';
import { findSubjectProblem } from '../protocol/subjects.js';
import { gather } from '../requests/many/index.js';
import type { Candidate } from './candidates.js';

/** After an answer the others are near. */
const SILENCE_MS = 50;
const LONGEST_SUBJECT = 256;

/**
 * The subjects that the services of a server name in answer to `$SRV.INFO` (ADR-32), as far as they answer in time.
 *
 * @param patienceMs how long they may take, the connect included
 * @throws CliError where there is no connection, or nobody answers
 */
export function findLiveSubjects(plan: ConnectionPlan, patienceMs: number): Promise<readonly Candidate[]> {
  return askEveryone(plan, patienceMs, readEndpoints);
}

/** The names of the services, in the same way. */
export function findLiveServices(plan: ConnectionPlan, patienceMs: number): Promise<readonly Candidate[]> {
  return askEveryone(plan, patienceMs, readService);
}

async function askEveryone(
  plan: ConnectionPlan,
  patienceMs: number,
  read: (payload: Uint8Array) => readonly Candidate[],
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  let connection: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  const ask = async (): Promise<void> => {
    connection = await connect({ ...plan, timeoutMs: patienceMs, waitServerMs: 0 });
    const subject = controlSubject(INFO.verb, {});
    const request = { subject, body: new Uint8Array(0), headers: undefined, timeoutMs: patienceMs };
    const gathering = { wanted: 'all', idleMs: createSilence(SILENCE_MS), isNoStream: true } as const;
    await gather(connection, request, gathering, ({ body }) => void found.push(...read(body)));
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

/** The endpoints out of an answer that anyone may have written. */
export function readEndpoints(payload: Uint8Array): readonly Candidate[] {
  const { name, description, endpoints } = parse(payload);
  if (!Array.isArray(endpoints)) return [];
  const describe = [name, description].filter((part) => typeof part === 'string' && part !== '').join(': ');
  return endpoints.flatMap((endpoint: { readonly subject?: unknown } | null) => {
    const subject = endpoint?.subject;
    if (typeof subject !== 'string' || subject.length > LONGEST_SUBJECT) return [];
    return findSubjectProblem(subject, { wildcards: true }) === undefined ? [{ text: subject, describe }] : [];
  });
}

/** The name of the service, out of the same. */
export function readService(payload: Uint8Array): readonly Candidate[] {
  const { name, description } = parse(payload);
  if (typeof name !== 'string' || name.length > LONGEST_SUBJECT || !isServiceName(name)) return [];
  return [{ text: name, describe: typeof description === 'string' ? description : undefined }];
}

/** Less strictly than where services are listed: whoever presses a key is told of no problem. */
function parse(payload: Uint8Array): Partial<Record<string, unknown>> {
  try {
    return (JSON.parse(new TextDecoder().decode(payload)) ?? {}) as Partial<Record<string, unknown>>;
  } catch {
    return {};
  }
}
