import { vi } from 'vitest';

type Options = Exclude<Parameters<typeof vi.waitUntil>[1], number | undefined>;

/**
 * Looks until it finds something, and gives that; for 20 s by default, far longer than what is looked for takes on a
 * machine that does other things besides. (The runner's own `vi.waitUntil` gives up after one second, in which a busy
 * machine may not even have started a process.)
 */
export function waitUntil<T>(look: () => T | Promise<T>, { timeout = 20_000, interval = 20 }: Options = {}) {
  return vi.waitUntil(look, { timeout, interval });
}
