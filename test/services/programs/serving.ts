import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { headers as createHeaders, createInbox, type Msg, type MsgHdrs } from 'nats';
import { vi } from 'vitest';
import { findProgram, ProcessGroups } from '../../../src/programs/index.js';
import type { ProgramSource } from '../../../src/services/loading/source.js';
import { serviceOfProgram } from '../../../src/services/programs/service-of-program.js';
import {
  type RunningService,
  type RunningServiceOptions,
  startService,
} from '../../../src/services/running-service.js';
import { connectTo } from '../connect-to.js';

/** A co-process that does what each request says, see there. */
export const coProcess = [process.execPath, fileURLToPath(new URL('./co-process.mjs', import.meta.url))];

/** A program served on `test.>`, and a client of it. */
export interface ServedProgram extends AsyncDisposable {
  readonly service: RunningService;
  /** Lines of the program's stderr. */
  readonly logged: string[];
  readonly warn: ReturnType<typeof vi.fn<(message: string) => void>>;
  readonly fail: ReturnType<typeof vi.fn<(error: Error) => void>>;
  ask(body: string | Uint8Array, options?: { readonly subject?: string; readonly headers?: MsgHdrs }): Promise<Msg>;
  /** All replies up to the end of the stream, or an error. */
  gather(body: string): Promise<Msg[]>;
  /** What is done when the worker exits. */
  exit(): void;
}

export async function serveProgram(
  url: string,
  kind: ProgramSource['kind'],
  [command = '', ...args]: readonly string[],
  options: RunningServiceOptions = {},
): Promise<ServedProgram> {
  const emitter = new EventEmitter();
  const logged: string[] = [];
  const warn = vi.fn<(message: string) => void>();
  const fail = vi.fn<(error: Error) => void>();
  const definition = serviceOfProgram(
    { kind, name: 'test', subjects: ['test.>'], program: findProgram(command, args, process.env['PATH']) },
    {
      env: process.env,
      groups: new ProcessGroups(emitter),
      log: (_, lines) => void logged.push(...Buffer.from(lines).toString().trimEnd().split('\n')),
      warn,
      fail,
    },
  );
  const [connection, client] = await Promise.all([connectTo(url), connectTo(url)]);
  const exit = (): void => void emitter.emit('exit');
  const close = async (): Promise<void> => {
    exit();
    await Promise.all([connection.close(), client.close()]);
  };
  const service = await startService(connection, definition, options).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    service,
    logged,
    warn,
    fail,
    exit,
    ask: (body, { subject = 'test.it', headers = createHeaders() } = {}) =>
      client.nats.request(subject, body, { timeout: 20_000, headers }),
    async gather(body) {
      const inbox = createInbox();
      const subscription = client.nats.subscribe(inbox);
      client.nats.publish('test.it', body, { reply: inbox });
      const replies: Msg[] = [];
      for await (const reply of subscription) {
        replies.push(reply);
        if (reply.data.length === 0) break;
      }
      return replies;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** `404 no order`, or the body where it is no error. */
export function outcomeOf({ headers, data }: Msg): string {
  const code = headers?.get('Nats-Service-Error-Code');
  return code ? `${code} ${headers?.get('Nats-Service-Error')}` : Buffer.from(data).toString('latin1');
}
