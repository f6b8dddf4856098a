import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type CapturedOutput, captureOutput, type WaitForLineOptions } from './captured-output.js';
import { createTempDir, guardian } from './guardian.js';

/**
 * What a program finds on its stdin: these bytes and then the end, over a socket as Node's `spawn`
 * gives it; a file or device; or a socket that stays open for the test to write to.
 */
export type Stdin = string | Uint8Array | { readonly file: string } | { readonly open: true };

export interface ProgramOptions {
  /**
   * Over a clean environment: PATH, HOME, XDG_CONFIG_HOME and NATSCTL_RUNTIME_DIR (see {@link ownHome}). `undefined`
   * takes one away.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: `/dev/null`. */
  readonly stdin?: Stdin;
  /** Default: HOME. */
  readonly cwd?: string;
}

export interface RunOptions extends ProgramOptions {
  /** After so many milliseconds the program is killed and the run rejects. Default 30,000. */
  readonly timeoutMs?: number;
}

/** How a program ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunResult extends Exit {
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  /** From the spawn to the end of both streams, in milliseconds. */
  readonly durationMs: number;
}

/** A program that runs until the test ends it. `await using` kills it and all that it started. */
export interface RunningProgram extends AsyncDisposable {
  /** Also the id of its process group, which everything it starts belongs to (see `membersOfGroup`). */
  readonly pid: number;
  readonly process: ChildProcess;
  /** Where the test writes, if it asked for an open stdin. */
  readonly stdin: Writable | null;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  /** The program's own end; what it started may still run and write. */
  readonly exited: Promise<Exit>;
  /** Its end and that of both streams, so also of everything it started that holds them. */
  readonly finished: Promise<RunResult>;
  waitForLine(stream: 'stdout' | 'stderr', pattern: RegExp, options?: WaitForLineOptions): Promise<RegExpExecArray>;
  /** Signals the program alone (default SIGTERM) and waits until it has finished; rejects after 20 s by default. */
  stop(signal?: NodeJS.Signals, timeoutMs?: number): Promise<RunResult>;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { timeoutMs = 30_000, ...options }: RunOptions = {},
): Promise<RunResult> {
  await using running = startProgram(program, args, options);
  return await finishedWithin(running, timeoutMs);
}

/** Starts a program in a process group and an environment of its own. */
export function startProgram(program: string, args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const startedAt = performance.now();
  const child = spawnProgram(program, args, options);
  const { pid } = child;
  if (pid === undefined) {
    child.once('error', () => {});
    throw new Error(`cannot run ${program}`);
  }
  guardian().guard(-pid);

  const stdout = captureOutput(child.stdout as Readable);
  const stderr = captureOutput(child.stderr as Readable);
  const exited = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }));
  const finished = once(child, 'close').then(
    ([code, signal]): RunResult => ({
      code,
      signal,
      stdout: stdout.text(),
      stdoutBytes: stdout.bytes(),
      stderr: stderr.text(),
      durationMs: performance.now() - startedAt,
    }),
  );

  const running: RunningProgram = {
    pid,
    process: child,
    stdin: child.stdin,
    stdout,
    stderr,
    exited,
    finished,
    waitForLine: (stream, pattern, waitOptions) => running[stream].waitForLine(pattern, waitOptions),
    stop(signal = 'SIGTERM', timeoutMs = 20_000) {
      child.kill(signal);
      return finishedWithin(running, timeoutMs);
    },
    async [Symbol.asyncDispose]() {
      killGroup(pid);
      await finished;
      guardian().release(-pid);
    },
  };
  return running;
}

function spawnProgram(program: string, args: readonly string[], { env, stdin, cwd }: ProgramOptions): ChildProcess {
  const bytes = typeof stdin === 'string' || stdin instanceof Uint8Array ? stdin : undefined;
  const wantsSocket = bytes !== undefined || (typeof stdin === 'object' && 'open' in stdin);
  const file = typeof stdin === 'object' && 'file' in stdin ? stdin.file : '/dev/null';
  const fd = wantsSocket ? undefined : openSync(file, 'r');
  try {
    const child = spawn(program, args, {
      cwd: cwd ?? ownHome(),
      env: { ...cleanEnvironment(), ...env },
      stdio: [fd ?? 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    // A program may end, or close its stdin, before it has read all: that is its own affair.
    child.stdin?.on('error', () => {});
    if (bytes !== undefined) child.stdin?.end(bytes);
    return child;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

let home: string | undefined;

/** A new directory for all programs of one test file: no settings in it, and natsctl's code cache stays warm. */
function ownHome(): string {
  home ??= createTempDir('home');
  return home;
}

function cleanEnvironment(): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    HOME: ownHome(),
    XDG_CONFIG_HOME: join(ownHome(), '.config'),
    NATSCTL_RUNTIME_DIR: join(ownHome(), 'run'),
  };
}

async function finishedWithin(running: RunningProgram, timeoutMs: number): Promise<RunResult> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const { stdout, stderr } = running;
      reject(new Error(`not finished after ${timeoutMs} ms\nstdout:\n${stdout.text()}\nstderr:\n${stderr.text()}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([running.finished, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
