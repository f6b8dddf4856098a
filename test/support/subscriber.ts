import { connect, type NatsConnection } from 'nats';
import type { ProgramOptions, RunningProgram } from './program.js';
import { startNatsctl } from './run.js';

/** Starts `natsctl sub`; resolves when the server has confirmed its subscriptions. */
export async function startSub(
  url: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<RunningProgram> {
  const subscriber = startNatsctl(['sub', '-s', url, ...args], options);
  await subscriber.waitForLine('stderr', /subscribed to /);
  return subscriber;
}

/** A client that the end of the block closes. */
export async function publisherTo(url: string): Promise<NatsConnection & AsyncDisposable> {
  const nats = await connect({ servers: url });
  return Object.assign(nats, { [Symbol.asyncDispose]: () => nats.close() });
}
