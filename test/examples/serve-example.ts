import { fileURLToPath } from 'node:url';
import { headers as createHeaders, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import { childrenOf } from '../support/processes.js';
import type { RunningProgram } from '../support/program.js';
import { startNatsctl } from '../support/run.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ServedExample extends RunningProgram {
  /** The process ids of the workers there are now. */
  workers(): number[];
}

export interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs natsctl; default: the one that runs the tests. */
  readonly node?: string;
}

/** `natsctl serve ./examples/…` as a README has it, from the project's folder; resolves when it says that it serves. */
export async function serveExample(
  url: string,
  args: readonly string[],
  { env, node }: ServeOptions = {},
): Promise<ServedExample> {
  const program = startNatsctl(['serve', ...args], {
    cwd: root,
    env: { ...env, NATS_URL: url },
    ...(node && { node }),
  });
  await program.waitForLine('stderr', /^serving /);
  return Object.assign(program, { workers: () => childrenOf(program.pid) });
}

export interface Answer {
  readonly data: Uint8Array;
  /** The error of a service: `404: no link "x"`. */
  readonly error: string | undefined;
}

/** Asks once. */
export async function ask(
  client: NatsConnection,
  subject: string,
  body: unknown = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const payload = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const reply = await client.request(subject, payload, { timeout: 10_000, headers: headersOf(headers) });
  return { data: reply.data, error: errorOf(reply) };
}

/** What it answers, where that must be JSON. */
export async function askJson<T>(client: NatsConnection, subject: string, body: unknown = ''): Promise<T> {
  const { data, error } = await ask(client, subject, body);
  if (error !== undefined) throw new Error(error);
  return JSON.parse(new TextDecoder().decode(data));
}

export function headersOf(values: Readonly<Record<string, string>>): MsgHdrs {
  const headers = createHeaders();
  for (const [name, value] of Object.entries(values)) headers.set(name, value);
  return headers;
}

function errorOf({ headers }: Msg): string | undefined {
  const code = headers?.get('Nats-Service-Error-Code');
  return code ? `${code}: ${headers?.get('Nats-Service-Error')}` : undefined;
}
