import type { BenchScope } from './subcommand.js';

/**
 * Tells the two meanings of `--seed` apart: the seed of a load is a number, and the one of a JWT's key never looks like
 * one, not even like one that a load can't have, such as `-1` or `1e6`.
 */
export function seedsOf({ flags, global }: BenchScope): Pick<BenchScope, 'flags' | 'global'> {
  const isOfLoad = flags.seed !== undefined && /^[-+]?\d[\d.,_e]*$/i.test(flags.seed);
  return isOfLoad
    ? { flags, global: { ...global, seed: undefined } }
    : { flags: { ...flags, seed: undefined }, global };
}
