import { vi } from 'vitest';

type Options = Exclude<Parameters<typeof vi.waitUntil>[1], number | undefined>;

/**
 * Looks until it finds something, and gives that. It looks for 10 s by default: long enough for a machine that is busy
 * with other things, and half of what a test has. (The runner's own `vi.waitUntil` gives up after one second, in which
 * a busy machine may not even have started a process.)
 */
export function waitUntil<T>(look: () => T | Promise<T>, { timeout = 10_000, interval = 20 }: Options = {}) {
  return vi.waitUntil(look, { timeout, interval });
}
