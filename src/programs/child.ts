import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from './find-program.js';

/** A program that runs in a process group of its own, whose id is its own. */
export type Child = ChildProcessByStdio<Writable, Readable, Readable> & { readonly pid: number };

/** So long after a program's end its output may be held open in silence, by what left its process group. */
const LINGER_MS = 1_000;

/**
 * Starts a program without a shell, in a process group of its own: a Ctrl-C of the terminal does not reach it.
 *
 * @throws the system's error where it cannot be run
 */
export async function startChild(
  { file, name }: Program,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Child> {
  const child = spawn(file, args, { argv0: name, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  if (child.pid === undefined) throw (await once(child, 'error'))[0];
  // Of a program that runs there is none to be told of.
  child.on('error', () => undefined);
  // Whether it reads what it is given is its own affair.
  child.stdin.on('error', () => undefined);
  return child as Child;
}

/** Closes the output of a program that has ended once it is read and nothing more has come for a while. */
export async function lookAway({ stdout, stderr }: Child, signal: AbortSignal): Promise<void> {
  const streams = [stdout, stderr];
  const state = (): string => streams.map((stream) => (stream as Socket).bytesRead).join();
  for (let last = ''; last !== state() || streams.some(({ readableLength }) => readableLength > 0); ) {
    last = state();
    await delay(LINGER_MS, undefined, { signal });
  }
  for (const stream of streams) stream.destroy();
}
