import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { escapeLine } from '../escape.js';

/** Tells systemd how a service is (sd_notify(3)); does nothing where no service manager asks for it. */
export interface ServiceManager {
  /** It serves, for the first time or after a reload. */
  ready(status: string): void;
  /** It takes on a new version, and serves meanwhile. */
  reloading(): void;
  /** It ends. What is said after that is not passed on. */
  stopping(): void;
  /** Resolves when all has been passed on, or that takes too long. */
  close(): Promise<void>;
}

export interface ServiceManagerOptions {
  /** The variables that are for this process alone are taken out of it, so that no child speaks in its name. */
  readonly env?: NodeJS.ProcessEnv;
  /** Hears, once, why it cannot be told. */
  readonly onProblem: (message: string) => void;
  /** Passes on one message; rejects where that fails. */
  readonly send?: (assignments: readonly string[], env: NodeJS.ProcessEnv) => Promise<void>;
}

const PROGRAM = 'systemd-notify';
/** One that takes so long is not waited for. */
const SEND_TIMEOUT_MS = 5_000;
/** A Node timer waits no longer, and fires at once where it should. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Finds out whether a service manager wants to know how things are: `NOTIFY_SOCKET`, and `WATCHDOG_USEC` where it wants
 * a sign of life.
 *
 * Node has no datagram sockets in the file system, so `systemd-notify` does the talking, which whatever has systemd has.
 * A message of a child counts where the unit has `NotifyAccess=all`.
 */
export function findServiceManager({
  env = process.env,
  onProblem,
  send = sendByProgram,
}: ServiceManagerOptions): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: watchdogPid, PATH } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  if (!socket) return { ready: ignore, reloading: ignore, stopping: ignore, close: async () => undefined };

  let sent: Promise<void> = Promise.resolve();
  let unsent = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  let hasFailed = false;
  const tell = (...assignments: readonly string[]): void => {
    if (isStopping) return;
    unsent += 1;
    // One after the other: each is a process, and the order counts.
    sent = sent
      .then(() => send(assignments, { PATH, NOTIFY_SOCKET: socket }))
      .catch((error: Error) => {
        if (!hasFailed) onProblem(`systemd is not told how the service is: ${error.message}`);
        hasFailed = true;
      })
      .finally(() => {
        unsent -= 1;
      });
  };
  const isAsked = watchdogPid === undefined || Number(watchdogPid) === process.pid;
  // Half of the time, as sd_watchdog_enabled(3) recommends.
  const intervalMs = isAsked ? Math.min(Number(watchdogUs) / 2_000, LONGEST_TIMER_MS) : 0;
  const tellAlive = (): void => {
    // What is still on its way says as much.
    if (unsent === 0) tell('WATCHDOG=1');
  };
  return {
    ready(status) {
      tell('READY=1', `STATUS=${escapeLine(status)}`);
      if (intervalMs > 0) timer ??= setInterval(tellAlive, intervalMs).unref();
    },
    reloading() {
      // The time is for Type=notify-reload.
      tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`);
    },
    stopping() {
      tell('STOPPING=1');
      isStopping = true;
      clearInterval(timer);
    },
    close: () => sent,
  };
}

function ignore(): void {}

async function sendByProgram(assignments: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(PROGRAM, assignments, { env, stdio: 'ignore', timeout: SEND_TIMEOUT_MS, killSignal: 'SIGKILL' });
  try {
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${PROGRAM} ended with ${signal ?? `exit code ${code}`}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`there is no ${PROGRAM}`);
    throw error;
  }
}
