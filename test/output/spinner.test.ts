import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSpinner } from '../../src/output/spinner.js';
import { createOutput } from '../../src/output/streams.js';
import { memoryStream } from './memory-stream.js';

const { turning, loaded } = vi.hoisted(() => ({ turning: new Set<string>(), loaded: { times: 0 } }));

vi.mock('ora', () => ({
  default({ text }: { text: string }) {
    loaded.times += 1;
    return {
      start() {
        turning.add(text);
        return this;
      },
      stop: () => turning.delete(text),
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
  turning.clear();
  loaded.times = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a spinner', () => {
  it('turns on a terminal after a moment, until it is stopped', async () => {
    const spinner = startSpinner(outputOn(true), 'waiting');
    await wait(299);
    expect(turning).not.toContain('waiting');
    await wait(1);
    expect(turning).toContain('waiting');
    spinner.stop();
    expect(turning).not.toContain('waiting');
  });

  it('does nothing where stderr is no terminal', async () => {
    const spinner = startSpinner(outputOn(false), 'waiting');
    expect(vi.getTimerCount()).toBe(0);
    await wait(1_000);
    expect(loaded.times).toBe(0);
    spinner.stop();
  });

  it('is not even loaded for a short wait', async () => {
    const spinner = startSpinner(outputOn(true), 'waiting');
    spinner.stop();
    await wait(1_000);
    expect(loaded.times).toBe(0);
  });

  it('never turns where it is stopped while it is loaded', async () => {
    const spinner = startSpinner(outputOn(true), 'waiting');
    vi.advanceTimersByTime(300);
    spinner.stop();
    await wait(1_000);
    expect(turning).not.toContain('waiting');
  });

  it('may be stopped twice', async () => {
    const spinner = startSpinner(outputOn(true), 'waiting');
    await wait(300);
    spinner.stop();
    expect(() => spinner.stop()).not.toThrow();
  });
});
