/** The signals that end a pool, and the exit code of one that was cut short by them (128 and the signal's number). */
const STOP_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type StopSignal = keyof typeof STOP_SIGNALS;

export function exitCodeOf(signal: StopSignal): number {
  return STOP_SIGNALS[signal];
}

/**
 * The same signal within this time is the same one: `timeout` sends it to its program and then to its group, and at
 * Ctrl-C in a terminal `npm` and `npx` pass on to theirs what it has had itself. Nobody presses a key twice as fast.
 */
export const SAME_SIGNAL_MS = 100;

export interface StopSignals {
  /** Resolves at the first signal. */
  readonly first: Promise<StopSignal>;
  /** Resolves at the second, which means: at once. */
  readonly second: Promise<StopSignal>;
  /** Gives the signals back to the system. */
  release(): void;
}

/**
 * Listens for the signals that ask a program to end.
 *
 * @param onHangup is called at SIGHUP, where that does not ask for the end
 */
export function listenForStop(emitter: NodeJS.EventEmitter = process, onHangup?: () => void): StopSignals {
  const resolvers: Array<(signal: StopSignal) => void> = [];
  const next = (): Promise<StopSignal> => new Promise((resolve) => resolvers.push(resolve));
  const [first, second] = [next(), next()];
  const listeners = (Object.keys(STOP_SIGNALS) as StopSignal[]).map((signal) => {
    const stop = (): void => resolvers.shift()?.(signal);
    const listener = onceAtATime(signal === 'SIGHUP' ? (onHangup ?? stop) : stop);
    emitter.on(signal, listener);
    return { signal, listener };
  });
  return {
    first,
    second,
    release() {
      for (const { signal, listener } of listeners) emitter.off(signal, listener);
    },
  };
}

function onceAtATime(act: () => void): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = performance.now();
    if (nowMs - lastMs < SAME_SIGNAL_MS) return;
    lastMs = nowMs;
    act();
  };
}
