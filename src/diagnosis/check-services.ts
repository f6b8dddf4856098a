import { createInbox } from 'nats/lib/nats-base-client/core.js';
import type { Connection } from '../connection/index.js';
import type { Finding } from './finding.js';

const PING = '$SRV.PING';
/** Services that are there answer within so long; a diagnosis does not wait for those that are slow. */
const PATIENCE_MS = 300;
const MOST_NAMES = 10;

/** Asks which services are there (ADR-32). */
export async function checkServices(connection: Connection): Promise<Finding> {
  const { nats, plan, events, closed } = connection;
  const inbox = createInbox(plan.inboxPrefix);
  const names: string[] = [];
  let isDenied = false;
  let timer: NodeJS.Timeout | undefined;
  const heard = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
    events.once('denied', () => {
      isDenied = true;
      resolve();
    });
    nats.subscribe(inbox, {
      callback: (_, message) => {
        // Nobody listens.
        if (message.headers?.code === 503) return resolve();
        const name = readServiceName(message.data);
        if (name !== undefined) names.push(name);
      },
    });
    nats.publish(PING, undefined, { reply: inbox });
  });
  await Promise.race([heard, closed]);
  clearTimeout(timer);
  return isDenied
    ? { check: 'services', status: 'unknown', message: `unknown: the server denies asking for them (${PING})` }
    : describeServices(names);
}

/** The name in an answer that anyone may have written. */
export function readServiceName(payload: Uint8Array): string | undefined {
  try {
    const { name } = JSON.parse(Buffer.from(payload).toString('utf8')) as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** @param names that of each instance that has answered */
export function describeServices(names: readonly string[]): Finding {
  const instances = new Map<string, number>();
  for (const name of names) instances.set(name, (instances.get(name) ?? 0) + 1);
  const facts = { services: Object.fromEntries(instances) };
  if (instances.size === 0) return { check: 'services', status: 'ok', message: 'none that answers $SRV.PING', facts };
  const told = [...instances].slice(0, MOST_NAMES).map(([name, count]) => `${name} (${count})`);
  const more = instances.size > MOST_NAMES ? `, and ${instances.size - MOST_NAMES} more` : '';
  return { check: 'services', status: 'ok', message: `${told.join(', ')}${more}`, facts };
}
