import { defineConfig } from 'vitest/config';

/** Everything imports the built package. Tests on real threads come last and one file at a time: they own the cores. */
const shared = { server: { deps: { external: [/\/dist\//] } }, pool: 'forks' as const };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'model',
          include: ['test/**/*.test.ts'],
          exclude: ['test/smp/**'],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'smp',
          include: ['test/smp/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
