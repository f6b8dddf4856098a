import { readFileSync } from 'node:fs';

/**
 * Whether a process was stopped by a signal, and not by a debugger; elsewhere than on Linux it is never known.
 *
 * @param readStat gives `/proc/PID/stat`, see proc(5)
 */
export function isStopped(
  pid: number,
  readStat: (pid: number) => string = (of) => readFileSync(`/proc/${of}/stat`, 'utf8'),
): boolean {
  let stat: string;
  try {
    stat = readStat(pid);
  } catch {
    return false;
  }
  // The second field is the program's name in parentheses, with anything in it.
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}
