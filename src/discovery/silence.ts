/** Who is so late against all others is taken for absent: a network's hiccup and a busy process fit in. */
const FLOOR_MS = 200;
/** A pause is the end once it is so many times as long as the longest before it. */
const TIMES = 3;

/**
 * How long a silence says that all who are there have answered; it grows with what was seen. The wait for the first
 * answer counts among the pauses: it holds the round trip.
 *
 * @param floorMs the shortest
 * @returns to be asked at each answer with its time since the question; gives milliseconds from that answer on
 */
export function createSilence(floorMs = FLOOR_MS): (answeredMs: number) => number {
  let lastMs = 0;
  let longestMs = 0;
  return (answeredMs) => {
    longestMs = Math.max(longestMs, answeredMs - lastMs);
    lastMs = answeredMs;
    return Math.max(floorMs, TIMES * longestMs);
  };
}
