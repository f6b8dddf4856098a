import type { Output } from './streams.js';

/** Something that turns while one waits. */
export interface Spinner {
  /** Takes it away; harmless when repeated. */
  stop(): void;
}

/** A wait shorter than this shows nothing: it would only flicker. */
const PATIENCE_MS = 300;

/** Shows what is waited for, where stderr is a terminal; elsewhere nothing, and nothing is loaded for it. */
export function startSpinner(output: Output, text: string): Spinner {
  if (!output.mayAnimate) return { stop: () => undefined };
  let stopped = false;
  let stopSpinning: (() => void) | undefined;
  const timer = setTimeout(() => {
    void import('ora').then(({ default: ora }) => {
      if (stopped) return;
      // Without stdin, which it would otherwise read to swallow key strokes, Ctrl-C among them.
      const spinner = ora({ text, stream: process.stderr, discardStdin: false }).start();
      stopSpinning = () => spinner.stop();
    });
  }, PATIENCE_MS);
  timer.unref();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      stopSpinning?.();
    },
  };
}
