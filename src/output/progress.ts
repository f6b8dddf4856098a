import type { Output } from './streams.js';

/** How far a long work has come. */
export interface ProgressState {
  /** Of all there is to do, 0 to 1; undefined where nobody knows how much that is. */
  readonly fraction: number | undefined;
  /** In figures. */
  readonly text: string;
}

/** Something that shows how far a work has come. */
export interface Progress {
  /** Takes it away; harmless when repeated. */
  stop(): void;
}

/** A work shorter than this shows nothing: it would only flicker. */
const PATIENCE_MS = 500;
const REFRESH_MS = 100;
const BAR_CELLS = 24;

/**
 * Shows how far a work has come, where stderr is a terminal; elsewhere nothing, and nothing is loaded for it.
 *
 * @param read gives the state, ten times a second
 */
export function startProgress(output: Output, read: () => ProgressState): Progress {
  if (!output.mayAnimate) return { stop: () => undefined };
  let stopped = false;
  let stopShowing: (() => void) | undefined;
  const show = async (): Promise<void> => {
    const { default: ora } = await import('ora');
    if (stopped) return;
    // Without stdin, which is the input.
    const spinner = ora({ text: progressLine(read()), stream: process.stderr, discardStdin: false }).start();
    const timer = setInterval(() => {
      spinner.text = progressLine(read());
    }, REFRESH_MS);
    timer.unref();
    stopShowing = () => {
      clearInterval(timer);
      spinner.stop();
    };
  };
  const timer = setTimeout(() => void show(), PATIENCE_MS);
  timer.unref();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      stopShowing?.();
      stopShowing = undefined;
    },
  };
}

/** The bar, where the end is known, and the figures. */
export function progressLine({ fraction, text }: ProgressState): string {
  if (fraction === undefined) return text;
  const done = Math.max(0, Math.min(1, fraction));
  const cells = Math.floor(done * BAR_CELLS);
  const percent = `${Math.floor(done * 100)}%`.padStart(4);
  return `${'█'.repeat(cells)}${'░'.repeat(BAR_CELLS - cells)} ${percent}  ${text}`;
}
