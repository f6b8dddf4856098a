/** A process that does nothing but turn, for a while, and tells its parent how often: turns a second. */
const DURATION_MS = 700;

let turns = 0;
const start = performance.now();
while (performance.now() - start < DURATION_MS) turns += 1;
process.send?.((turns * 1_000) / (performance.now() - start));
