import { spawnSync } from 'node:child_process';
import { type ProgramOptions, type RunningProgram, startProgram } from './program.js';

/** Whether there is what gives a terminal to a program: util-linux' `script`. */
export const hasTerminal: boolean =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

export const hasBash: boolean = spawnSync('bash', ['--version']).status === 0;

/**
 * Starts a program in a terminal of its own, as its foreground. What is written to its stdin is what a person
 * types; what it writes to either stream comes on stdout.
 */
export function startInTerminal(
  program: string,
  args: readonly string[],
  options: Omit<ProgramOptions, 'stdin'> = {},
): RunningProgram {
  const words = [program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  // exec: the shell that `script` starts is no part of it.
  const line = `exec ${words.join(' ')}`;
  return startProgram('script', ['-q', '-e', '-c', line, '/dev/null'], { ...options, stdin: { open: true } });
}
