import type { BenchScope } from './subcommand.js';

/**
 * Tells the two meanings of `--seed` apart: the seed of a load is a number, and the one of a JWT's key never is.
 */
export function seedsOf({ flags, global }: BenchScope): Pick<BenchScope, 'flags' | 'global'> {
  const isOfLoad = flags.seed !== undefined && /^\d+$/.test(flags.seed);
  return isOfLoad
    ? { flags, global: { ...global, seed: undefined } }
    : { flags: { ...flags, seed: undefined }, global };
}
