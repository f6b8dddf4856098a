import { readFileSync } from 'node:fs';

/**
 * Whether this process is in the foreground of a terminal, which then sends Ctrl-C to all of the process group
 * by itself.
 *
 * @param readStat gives `/proc/self/stat`, see proc(5); elsewhere than on Linux a terminal on stdin must do
 */
export function isForeground(
  readStat: () => string = () => readFileSync('/proc/self/stat', 'utf8'),
  stdinIsTerminal: boolean = process.stdin.isTTY === true,
): boolean {
  let stat: string;
  try {
    stat = readStat();
  } catch {
    return stdinIsTerminal;
  }
  // The second field is the program's name in parentheses, with anything in it.
  const [, , group, , terminal, foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return terminal !== '0' && group === foregroundGroup;
}
