import { configDefaults, defineConfig } from 'vitest/config';

/** What measures time while it takes all that the machine gives. */
const ALONE = 'test/e2e/chaos.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/support/left-out.ts'],
    // The end-to-end tests start several processes each; CI has two cores.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: { name: 'all', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ALONE] },
      },
      // Groups run one after the other.
      { extends: true, test: { name: 'alone', include: [ALONE], sequence: { groupOrder: 1 } } },
    ],
  },
});
