import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CapturedOutput, captureOutput } from './captured-output.js';
import { createTempDir, guardian } from './guardian.js';
import { randomPort } from './ports.js';
import { suspend } from './processes.js';
import { requireTool } from './tools.js';

export interface NatsServerOptions {
  /** Default: the current nats-server. */
  readonly binary?: string;
  /** The text of a nats-server.conf. A port in it is overruled by `port`. */
  readonly config?: string;
  /** Default: a free one, see {@link randomPort}. */
  readonly port?: number;
  /** Whether to serve the monitoring pages; see {@link NatsServer.monitorUrl}. */
  readonly monitor?: boolean;
  /** More arguments, such as `-js`. JetStream's files go to a directory of the server's own. */
  readonly args?: readonly string[];
}

/** A nats-server on 127.0.0.1. `await using` ends it and removes its files. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  /** The same over all restarts. */
  readonly port: number;
  /** Another one after a restart. */
  readonly pid: number;
  /** Where the monitoring pages are, such as `/connz`; may move at a restart. */
  readonly monitorUrl: string | undefined;
  /** Ends it in order: clients are told. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it anew on the same port, after {@link NatsServer.stop} where it still runs; with another config if given. */
  restart(config?: string): Promise<void>;
  /** Stops it from doing anything, its sockets left open: what clients see of a hung machine. */
  suspend(): void;
  resume(): void;
  /** All that it has logged, over all restarts. */
  log(): string;
}

interface Launched {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly monitorUrl: string | undefined;
}

const chosenByServer = -1;

/** Starts a nats-server; resolves when it accepts connections. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const { binary = requireTool('natsServer'), monitor = false, args = [] } = options;
  const dir = createTempDir('nats-server');
  const configFile = join(dir, 'nats-server.conf');
  const logs: CapturedOutput[] = [];

  const launch = (onPort: number) => {
    const where = ['-a', '127.0.0.1', '-p', String(onPort), ...(monitor ? ['-m', String(chosenByServer)] : [])];
    return launchServer(binary, [...where, '-c', configFile, '-sd', join(dir, 'store'), ...args], logs);
  };

  writeFileSync(configFile, options.config ?? '');
  const { port } = options;
  let current = port === undefined ? await whileAddressInUse(() => launch(randomPort())) : await launch(port);

  async function end(signal: NodeJS.Signals) {
    if (hasEnded(current.process)) return;
    const exited = once(current.process, 'exit');
    current.process.kill(signal);
    // One that is suspended acts on no signal but SIGKILL.
    current.process.kill('SIGCONT');
    const impatience = setTimeout(() => current.process.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(impatience);
    guardian().release(current.pid);
  }

  return {
    get url() {
      return `nats://127.0.0.1:${current.port}`;
    },
    get port() {
      return current.port;
    },
    get pid() {
      return current.pid;
    },
    get monitorUrl() {
      return current.monitorUrl;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async restart(config) {
      await end('SIGTERM');
      if (config !== undefined) writeFileSync(configFile, config);
      current = await whileAddressInUse(() => launch(current.port));
    },
    suspend: () => suspend(current.pid),
    resume: () => void current.process.kill('SIGCONT'),
    log: () => logs.map((log) => log.text()).join(''),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function launchServer(binary: string, args: readonly string[], logs: CapturedOutput[]): Promise<Launched> {
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', () => {});
    throw new Error(`cannot run ${binary}`);
  }
  guardian().guard(pid);
  const log = captureOutput(child.stderr);
  logs.push(log);
  try {
    await log.waitForLine(/Server is ready/);
    const [, port] = await log.waitForLine(/Listening for client connections on .*:(\d+)$/);
    const monitorUrl = /Starting http monitor on (.*:\d+)$/m.exec(log.text())?.[1];
    return { process: child, pid, port: Number(port), monitorUrl: monitorUrl && `http://${monitorUrl}` };
  } catch (error) {
    if (!hasEnded(child)) child.kill('SIGKILL');
    guardian().release(pid);
    throw error;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Somebody else's server may happen to be on a port, and on one that was given a client's own socket for a moment. */
async function whileAddressInUse<T>(launch: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await launch();
    } catch (error) {
      if (attempts === 20 || !/address already in use/.test(String(error))) throw error;
      await delay(100);
    }
  }
}
