import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessRow {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
}

/** Whether the process runs; one that has ended and only waits for its parent does not. */
export function isAlive(pid: number): boolean {
  return runningProcesses().some((row) => row.pid === pid);
}

/** The process ids of a process's direct children, in the order of their start. */
export function childrenOf(pid: number): number[] {
  return pidsWhere((row) => row.parent === pid);
}

/** The process ids of a process group: of all that a program started by these helpers has left running. */
export function membersOfGroup(group: number): number[] {
  return pidsWhere((row) => row.group === group);
}

/** Stops a process with SIGSTOP, and returns when all its threads stand still: the signal takes a moment to get round. */
export function suspend(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  for (let looks = 0; looks < 10_000; looks++) {
    if (statesOf(pid).every((state) => state.startsWith('T'))) return;
  }
  throw new Error(`process ${pid} does not stop`);
}

function pidsWhere(matches: (row: ProcessRow) => boolean): number[] {
  return runningProcesses()
    .filter(matches)
    .map((row) => row.pid);
}

function runningProcesses(): ProcessRow[] {
  const rows = process.platform === 'linux' ? processesOfProc() : processesOfPs();
  return rows.filter(({ state }) => !/^[ZX]/.test(state));
}

/** A small machine has no ps; Linux always has /proc, see proc(5). */
function processesOfProc(): ProcessRow[] {
  return numbersIn('/proc').flatMap((pid) => readStat(`/proc/${pid}/stat`) ?? []);
}

/** The states of a process's threads. */
function statesOf(pid: number): string[] {
  if (process.platform !== 'linux') return processesOfPs().flatMap((row) => (row.pid === pid ? row.state : []));
  return numbersIn(`/proc/${pid}/task`).flatMap((thread) => readStat(`/proc/${pid}/task/${thread}/stat`)?.state ?? []);
}

/** @returns undefined where it has gone meanwhile */
function readStat(path: string): ProcessRow | undefined {
  let stat: string;
  try {
    stat = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses, with anything in it.
  const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(stat, 10), state, parent: Number(parent), group: Number(group) };
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

function processesOfPs(): ProcessRow[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, group, state = '']) => ({
      pid: Number(pid),
      state,
      parent: Number(parent),
      group: Number(group),
    }));
}
