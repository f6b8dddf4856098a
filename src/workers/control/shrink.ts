import type { Place } from '../place.js';
import type { DrainResult } from '../pool-options.js';

/**
 * Drains the workers of places that are no longer the pool's.
 *
 * @returns what was lost, once they have ended
 */
export async function drainPlaces(places: readonly Place[]): Promise<DrainResult> {
  let unanswered = 0;
  let lost = 0;
  await Promise.all(
    places.map(async (place) => {
      place.keepEmpty();
      const { member, candidate } = place;
      if (candidate !== undefined) {
        candidate.role = 'retired';
        candidate.callOff();
      }
      if (member === undefined) return;
      // One that never served has nothing in hand.
      const hasServed = member.readyAt !== undefined;
      member.retire();
      await member.ended;
      unanswered += member.unanswered;
      if (hasServed && (!member.drained || member.hasLost)) lost += 1;
    }),
  );
  return { unanswered, lost };
}
