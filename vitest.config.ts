import { defineConfig } from 'vitest/config';

/**
 * Everything imports the built package. Tests on real threads come last and one file at a time: they own the cores. No test
 * asks how long something took; the limits only end what hangs, on a machine as loaded as it may be.
 */
const HANGS_MS = 600_000;
const shared = {
  server: { deps: { external: [/\/dist\//] } },
  pool: 'forks' as const,
  setupFiles: ['test/properties.ts'],
};

export default defineConfig({
  test: {
    // Watching (npm run test:watch): a build that is done begins the tests again.
    forceRerunTriggers: ['**/dist/build-info.json'],
    projects: [
      {
        test: {
          ...shared,
          name: 'model',
          include: ['test/**/*.test.ts'],
          exclude: ['test/smp/**'],
          testTimeout: HANGS_MS,
          hookTimeout: HANGS_MS,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'smp',
          include: ['test/smp/**/*.test.ts'],
          testTimeout: HANGS_MS,
          hookTimeout: HANGS_MS,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
