/** From the origin of this thread's `performance.now()` to the machine's monotonic clock, in ns. */
const OFFSET_NS = measureOffset();

/**
 * The monotonic clock of the machine, in nanoseconds: the same for all threads and processes, so that what one stamps
 * another can read. A float holds it to 2 ns for the first 200 days that a machine is up.
 */
export function nowNs(): number {
  return performance.now() * 1e6 + OFFSET_NS;
}

/** The two clocks are read one after the other: of several tries, the one with the least between them is the truest. */
function measureOffset(): number {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < 32; i++) {
    const before = performance.now();
    const hr = Number(process.hrtime.bigint());
    const after = performance.now();
    if (after - before >= best) continue;
    best = after - before;
    offset = hr - ((before + after) / 2) * 1e6;
  }
  return offset;
}
