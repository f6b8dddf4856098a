import { readdirSync, readFileSync } from 'node:fs';

/** What /proc/stat counts in, see proc(5): the same on all machines, as user programs see it. */
const TICK_MS = 10;
const LOOK_EVERY_MS = 50;

/**
 * Watches how long the machine, which does other things besides, keeps programs waiting for a processor: a time that
 * they are to keep is longer by no more than that. The kernel counts it for each thread (schedstat), so the sum may be
 * more than the time that went by, and is some milliseconds where nothing else runs. What the host of a virtual machine
 * takes away is in it. Without Linux there is nothing to see.
 *
 * @param programs their process ids, as they are now: asked again and again
 * @returns ends the watch, and gives the milliseconds
 */
export function watchWaiting(programs: () => readonly number[]): () => number {
  const waited = new Map<string, { readonly before: number; now: number }>();
  const stolenBefore = stolenMs();
  let isFirst = true;
  const look = (): void => {
    for (const pid of programs()) {
      for (const [thread, ms] of threadsOf(pid)) {
        const known = waited.get(thread);
        // One that came later waited in this time alone.
        if (known === undefined) waited.set(thread, { before: isFirst ? ms : 0, now: ms });
        else known.now = ms;
      }
    }
    isFirst = false;
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    const ofThreads = [...waited.values()].reduce((sum, { before, now }) => sum + now - before, 0);
    return ofThreads + stolenMs() - stolenBefore;
  };
}

/** Of each thread how long it has waited for a processor since its start, in milliseconds. */
function threadsOf(pid: number): [thread: string, ms: number][] {
  const folder = `/proc/${pid}/task`;
  return read(() => readdirSync(folder)).flatMap((thread) =>
    read(() => [readFileSync(`${folder}/${thread}/schedstat`, 'utf8')]).map((stat): [string, number] => [
      thread,
      Number(stat.split(' ')[1]) / 1e6,
    ]),
  );
}

/** What the host has taken from all processors since the start of the machine. */
function stolenMs(): number {
  const [, ...ticks] = read(() => readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/) ?? []);
  return Number(ticks[7] ?? 0) * TICK_MS;
}

/** Nothing where it has gone, or is none of this system. */
function read<T>(look: () => readonly T[]): readonly T[] {
  try {
    return look();
  } catch {
    return [];
  }
}
