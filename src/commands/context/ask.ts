import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import type { Output } from '../../output/index.js';

/** Whether there is a person to ask: scripts never get a prompt. */
export function mayAsk({ style }: Output): boolean {
  return !style.json && isatty(0) && isatty(2);
}

/** Asks on the terminal. @returns the answer without blanks around it; empty where the person ends the input */
export async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  // Not as a terminal: Ctrl-C is to stay a signal.
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    return await new Promise((resolve) => {
      lines.once('line', (line) => {
        lines.removeAllListeners('close');
        resolve(line.trim());
      });
      lines.once('close', () => {
        process.stderr.write('\n');
        resolve('');
      });
    });
  } finally {
    lines.close();
    process.stdin.pause();
  }
}
