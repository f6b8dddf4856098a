import { once } from 'node:events';
import { type Child, lookAway, startChild } from './child.js';
import type { Program } from './find-program.js';
import { notStarted, type ProgramOutcome } from './outcome.js';
import { ProcessGroups, signalGroup } from './process-groups.js';
import { relayLines } from './relay-lines.js';

/** What a program is given, and what becomes of what it writes. */
export interface ProgramRun {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Uint8Array;
  /** Kills it, and all that it started. */
  readonly signal?: AbortSignal;
  /** Each takes whole lines; the program is held back until what it returns resolves. */
  stdout(lines: Uint8Array): void | Promise<void>;
  stderr(lines: Uint8Array): void | Promise<void>;
}

/**
 * Runs programs without a shell, each in a process group of its own; what one leaves running is killed at its end. When
 * this process exits, so do all that still run.
 */
export class ProgramRunner {
  readonly #groups: ProcessGroups;

  constructor(groups: ProcessGroups = new ProcessGroups()) {
    this.#groups = groups;
  }

  /** Resolves when the program has ended and all that it wrote was taken. */
  async run(
    program: Program,
    args: readonly string[],
    { env, stdin, signal, stdout, stderr }: ProgramRun,
  ): Promise<ProgramOutcome> {
    let child: Child;
    try {
      child = await startChild(program, args, env);
    } catch (error) {
      return notStarted(error);
    }
    const group = child.pid;
    this.#groups.add(group);
    const kill = (): void => signalGroup(group, 'SIGKILL');
    if (signal?.aborted) kill();
    signal?.addEventListener('abort', kill);
    child.stdin.end(stdin);
    const relayed = Promise.all([relayLines(child.stdout, stdout), relayLines(child.stderr, stderr)]);
    relayed.catch(() => undefined);
    const isRelayed = new AbortController();
    try {
      const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals];
      signal?.removeEventListener('abort', kill);
      this.#groups.end(group);
      await Promise.race([relayed, lookAway(child, isRelayed.signal)]);
      await relayed;
      return code === null ? { kind: 'killed', signal: killedBy } : { kind: 'exited', code };
    } finally {
      isRelayed.abort();
    }
  }

  /** Forgets what it does when this process exits. */
  release(): void {
    this.#groups.release();
  }
}
