import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CliError } from '../errors.js';
import { exitCodeOfSignal } from './exit-codes.js';
import type { SignalRelay } from './signal-relay.js';

/** Exit codes for a command that could not be run, as env(1) and timeout(1) have them. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** No fault of the command: this machine, or this user, has too much running. */
const EXHAUSTED: ReadonlySet<string | undefined> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/**
 * Runs a command to its end with our streams; signals go to it meanwhile.
 *
 * @param tell hears why it could not be run
 * @returns its exit code; 126 or 127 where it could not be run, 128 and the number of the signal that ended it
 * @throws CliError where the machine has nothing left to run it with
 */
export async function runChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signals: SignalRelay,
  tell: (error: CliError) => Promise<void>,
): Promise<number> {
  let child: ChildProcess;
  try {
    child = await start(command, args, env);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (EXHAUSTED.has(code)) throw new CliError('internal', `cannot start another process: ${code}`);
    const isMissing = code === 'ENOENT';
    const name = command === '' ? "''" : command;
    const why = isMissing ? 'not found' : `cannot be executed${code === 'EACCES' ? '' : ` (${code})`}`;
    const hint = /\s/.test(command)
      ? `there is no shell around it; natsctl run -- sh -c '${command}' has one`
      : undefined;
    await tell(new CliError('usage', `${name}: ${why}`, { hint }));
    return isMissing ? NOT_FOUND : NOT_EXECUTABLE;
  }
  signals.passTo((signal) => child.kill(signal));
  const [code, signal] = (await ended(child)) as [number | null, NodeJS.Signals];
  return code ?? exitCodeOfSignal(signal);
}

/** @throws the system's error where the command cannot be run */
async function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  // Node has an error of its own for it.
  if (command === '') throw Object.assign(new Error('no command'), { code: 'ENOENT' });
  const child = spawn(command, args, { env, stdio: 'inherit' });
  await once(child, 'spawn');
  return child;
}

function ended(child: ChildProcess): Promise<unknown[]> {
  const has = child.exitCode !== null || child.signalCode !== null;
  return has ? Promise.resolve([child.exitCode, child.signalCode]) : once(child, 'exit');
}
