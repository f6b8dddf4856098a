import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progressLine, startProgress } from '../../src/output/progress.js';
import { createOutput } from '../../src/output/streams.js';
import { memoryStream } from './memory-stream.js';

const { shown } = vi.hoisted(() => ({ shown: { text: undefined as string | undefined, loaded: 0 } }));

vi.mock('ora', () => ({
  default({ text }: { text: string }) {
    shown.loaded += 1;
    return {
      start() {
        shown.text = text;
        return this;
      },
      set text(text: string) {
        shown.text = text;
      },
      stop() {
        shown.text = undefined;
      },
    };
  },
}));

function outputOn(stderrIsTTY: boolean) {
  const style = { json: false, quiet: false, verbose: false, color: true };
  return createOutput(style, { stdout: memoryStream(), stderr: memoryStream(stderrIsTTY), env: {} });
}

async function wait(milliseconds: number) {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await vi.dynamicImportSettled();
}

beforeEach(() => {
  vi.useFakeTimers();
  shown.text = undefined;
  shown.loaded = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a progress bar', () => {
  it('shows on a terminal after a moment how far it is, until it is stopped', async () => {
    let messages = 1;
    const progress = startProgress(outputOn(true), () => ({ fraction: undefined, text: `${messages} messages` }));
    await wait(499);
    expect(shown.text).toBeUndefined();
    await wait(1);
    expect(shown.text).toBe('1 messages');
    messages = 2;
    await wait(100);
    expect(shown.text).toBe('2 messages');
    progress.stop();
    await wait(500);
    expect(shown.text).toBeUndefined();
  });

  it('is not even loaded where stderr is no terminal, nor for short work', async () => {
    startProgress(outputOn(false), () => ({ fraction: 0, text: '' })).stop();
    const progress = startProgress(outputOn(true), () => ({ fraction: 0, text: '' }));
    await wait(400);
    progress.stop();
    await wait(1_000);
    expect(shown.loaded).toBe(0);
  });

  it.each([
    [undefined, 'figures'],
    [0, '░░░░░░░░░░░░░░░░░░░░░░░░   0%  figures'],
    [0.5, '████████████░░░░░░░░░░░░  50%  figures'],
    [0.999, '███████████████████████░  99%  figures'],
    [1, '████████████████████████ 100%  figures'],
    // A file that grows while it is read.
    [1.2, '████████████████████████ 100%  figures'],
  ])('of %s: %s', (fraction, line) => {
    expect(progressLine({ fraction, text: 'figures' })).toBe(line);
  });
});
