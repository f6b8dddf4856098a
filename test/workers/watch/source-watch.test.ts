import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SourceWatch } from '../../../src/workers/watch/source-watch.js';

const SETTLE_MS = 20;
const GONE_MS = 100;

/** A watch of files that are in memory; each save is an event in the root folder. */
function createWatch() {
  const files = new Map<string, string>();
  const events = new Set<(name: string | undefined) => void>();
  const onChange = vi.fn<(files: readonly string[], sinceMs: number) => void>();
  const watch = new SourceWatch({
    onChange,
    onWarning: vi.fn(),
    digest: (file) => files.get(file),
    watchFolder: (_, onEvent) => {
      events.add(onEvent);
      return { close: () => events.delete(onEvent) };
    },
  });
  const touch = () => {
    for (const tell of events) tell(undefined);
  };
  return {
    watch,
    onChange,
    events,
    touch,
    write(file: string, text: string | undefined) {
      if (text === undefined) files.delete(file);
      else files.set(file, text);
      touch();
    },
  };
}

/** One that was told what is in its files. */
function createLoaded(files: Readonly<Record<string, string | undefined>>) {
  const created = createWatch();
  for (const [file, text] of Object.entries(files)) {
    created.write(file, text);
    created.watch.add(file, text);
  }
  vi.advanceTimersByTime(1_000);
  return created;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('SourceWatch', () => {
  it('tells of what changed once a burst of events is over, and when it began', () => {
    const { watch, onChange, write } = createLoaded({ '/a.ts': '1', '/b.ts': '1', '/c.ts': '1' });
    const beganMs = performance.now();
    write('/a.ts', '2');
    vi.advanceTimersByTime(SETTLE_MS - 1);
    write('/b.ts', '2');
    vi.advanceTimersByTime(SETTLE_MS - 1);
    expect(onChange).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onChange.mock.calls).toEqual([[['/a.ts', '/b.ts'], beganMs]]);
    vi.advanceTimersByTime(10_000);
    expect(onChange).toHaveBeenCalledOnce();
    watch.close();
  });

  it('tells nothing where the content is what it was', () => {
    const { onChange, touch, write } = createLoaded({ '/a.ts': '1' });
    touch();
    vi.advanceTimersByTime(1_000);
    write('/a.ts', '2');
    write('/a.ts', '1');
    vi.advanceTimersByTime(1_000);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('takes a file for gone only after a while: some editors remove it before they write it', () => {
    const { onChange, write } = createLoaded({ '/a.ts': '1' });
    write('/a.ts', undefined);
    vi.advanceTimersByTime(SETTLE_MS + GONE_MS - 1);
    expect(onChange).not.toHaveBeenCalled();
    write('/a.ts', '1');
    vi.advanceTimersByTime(1_000);
    expect(onChange).not.toHaveBeenCalled();
    write('/a.ts', undefined);
    vi.advanceTimersByTime(SETTLE_MS + GONE_MS);
    expect(onChange.mock.calls.map(([files]) => files)).toEqual([['/a.ts']]);
    write('/a.ts', '1');
    vi.advanceTimersByTime(SETTLE_MS);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('tells when a file appears that was looked for in vain', () => {
    const { onChange, write } = createLoaded({ '/a.ts': '1', '/gone.ts': undefined });
    write('/gone.ts', '1');
    vi.advanceTimersByTime(SETTLE_MS);
    expect(onChange.mock.calls.map(([files]) => files)).toEqual([['/gone.ts']]);
  });

  it('sees a change between loading and watching', () => {
    const { watch, onChange, write } = createWatch();
    write('/a.ts', '2');
    watch.add('/a.ts', '1');
    vi.advanceTimersByTime(SETTLE_MS);
    expect(onChange.mock.calls.map(([files]) => files)).toEqual([['/a.ts']]);
  });

  it('sees that two workers have loaded different contents, also where it is the old one again', () => {
    const { watch, onChange } = createLoaded({ '/a.ts': '1' });
    watch.add('/a.ts', '1');
    vi.advanceTimersByTime(1_000);
    expect(onChange).not.toHaveBeenCalled();
    watch.add('/a.ts', '2');
    vi.advanceTimersByTime(SETTLE_MS);
    expect(onChange).toHaveBeenCalledOnce();
  });

  it('takes what is there when everything is loaded anew for loaded', () => {
    const { watch, onChange, write } = createLoaded({ '/a.ts': '1', '/b.ts': '1' });
    write('/a.ts', '2');
    watch.beginLoading();
    watch.add('/a.ts', '2');
    vi.advanceTimersByTime(1_000);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('forgets what is not loaded any more, and keeps it where loading failed', () => {
    const { watch, onChange, write } = createLoaded({ '/a.ts': '1', '/b.ts': '1' });
    watch.beginLoading();
    watch.add('/a.ts', '1');
    write('/b.ts', '2');
    vi.advanceTimersByTime(SETTLE_MS);
    expect(onChange).toHaveBeenCalledOnce();
    watch.beginLoading();
    watch.add('/a.ts', '1');
    watch.endLoading();
    write('/b.ts', '3');
    vi.advanceTimersByTime(1_000);
    expect(onChange).toHaveBeenCalledOnce();
  });

  it('leaves nothing open and no timer', () => {
    const { watch, events, touch } = createLoaded({ '/a.ts': '1' });
    expect(events.size).toBe(1);
    touch();
    watch.close();
    expect(events.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
