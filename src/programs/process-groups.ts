/** Hears of a process group that began, and that it is gone. */
export type GroupListener = (group: number, isRunning: boolean) => void;

/** The process groups that this process has started: when it exits, all that is left of them is killed. */
export class ProcessGroups {
  readonly #groups = new Set<number>();
  readonly #process: NodeJS.EventEmitter;
  readonly #listener: GroupListener | undefined;
  readonly #killAll = (): void => {
    for (const group of this.#groups) signalGroup(group, 'SIGKILL');
  };

  /**
   * @param emitter what emits `exit` when this process ends
   * @param listener whoever is to kill them where this process is killed itself, and can kill nobody any more
   */
  constructor(emitter: NodeJS.EventEmitter = process, listener?: GroupListener) {
    this.#process = emitter;
    this.#listener = listener;
    emitter.on('exit', this.#killAll);
  }

  add(group: number): void {
    this.#groups.add(group);
    this.#listener?.(group, true);
  }

  /** Kills what is left of a group whose leader has ended. */
  end(group: number): void {
    signalGroup(group, 'SIGKILL');
    if (this.#groups.delete(group)) this.#listener?.(group, false);
  }

  /** Forgets what is done when this process exits. */
  release(): void {
    this.#process.off('exit', this.#killAll);
  }
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It is gone already.
  }
}
