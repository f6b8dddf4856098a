import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** From the origin of this thread's `performance.now()` to the machine's monotonic clock, in ns. */
const OFFSET_NS = measureOffset();

/** Marks spread over 26 days: a float holds a time with its mark to a nanosecond. */
const MARK_BITS = 51;

/**
 * A number that only this machine has, since it was booted; containers on it share it, as they share its clock. What
 * adds it to a time of {@link nowNs} and what subtracts it agree if both run here; else a time is off by days.
 */
export const CLOCK_MARK_NS = Number(
  BigInt.asUintN(MARK_BITS, createHash('sha256').update(bootOfMachine()).digest().readBigUInt64LE()),
);

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

/** Linux names each boot; elsewhere a clock that began anew gives times that are not near. */
function bootOfMachine(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return hostname();
  }
}
