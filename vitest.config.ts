import { configDefaults, defineConfig } from 'vitest/config';

/** What measures time: while it takes all that the machine gives, or against what is known to the millisecond. */
const ALONE = ['test/e2e/chaos.test.ts', 'test/e2e/bench-truth.test.ts'];

const timeouts = {
  // They end what hangs, and judge nobody's speed: what is promised has a bound of its own in its test.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // A second by default, in which a busy machine may not even have started a process.
  expect: { poll: { timeout: 20_000, interval: 20 } },
};

export default defineConfig({
  test: {
    // CI has two cores, and most of the time tests wait for a time-out, or for processes that start.
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...timeouts,
          name: 'all',
          // Of this group alone: it is to say once what is left out.
          globalSetup: ['test/support/left-out.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
        },
      },
      // Groups run one after the other, and so do the files of this one.
      { test: { ...timeouts, name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
