import { closestMatch } from 'leven';

/** @returns the candidate that `name` was probably meant to be: near is where less than half of it would change */
export function nearestOf(name: string, candidates: readonly string[]): string | undefined {
  return closestMatch(name, candidates, { maxDistance: Math.max(1, Math.ceil(name.length / 2) - 1) });
}
