import { isForeground } from './foreground.js';

/** What is passed on to a command; the others end it, or us, on their own. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** These mean nothing before the command is there to say what. */
const NOT_AN_END: ReadonlySet<NodeJS.Signals> = new Set(['SIGUSR1', 'SIGUSR2']);
/** What a terminal sends to all of its foreground process group at Ctrl-C and Ctrl-\. */
const SENT_BY_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** Holds the signals that this process gets, and passes them on to a command while there is one. */
export interface SignalRelay {
  /** Resolves at the first one that asks to end before there is a command. */
  readonly interrupted: Promise<NodeJS.Signals>;
  /** From now on they go to the command. */
  passTo(kill: (signal: NodeJS.Signals) => void): void;
  /** Gives the signals back to the system. */
  release(): void;
}

/**
 * @param emitter what emits the signals
 * @param fromTerminal whether the command has the terminal's signals already; a second Ctrl-C may mean something
 *   else to it
 */
export function relaySignals(
  emitter: NodeJS.EventEmitter = process,
  fromTerminal: () => boolean = isForeground,
): SignalRelay {
  let pass: ((signal: NodeJS.Signals) => void) | undefined;
  const early: NodeJS.Signals[] = [];
  let interrupt: (signal: NodeJS.Signals) => void = () => undefined;
  const interrupted = new Promise<NodeJS.Signals>((resolve) => {
    interrupt = resolve;
  });
  const listeners = PASSED_ON.map((signal) => {
    const listener = (): void => {
      if (pass === undefined) {
        if (NOT_AN_END.has(signal)) return;
        early.push(signal);
        interrupt(signal);
      } else if (!SENT_BY_TERMINAL.has(signal) || !fromTerminal()) pass(signal);
    };
    emitter.on(signal, listener);
    return { signal, listener };
  });
  return {
    interrupted,
    passTo(kill) {
      pass = kill;
      // Those that came while it was being started, too late to do without it.
      for (const signal of early.splice(0)) kill(signal);
    },
    release() {
      for (const { signal, listener } of listeners) emitter.off(signal, listener);
    },
  };
}
