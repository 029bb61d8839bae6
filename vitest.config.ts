import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Everything imports the built package. Tests on real threads whose worth is in how much they do come last and one file at
 * a time: they own the cores. No test asks how long something took; the limits only end what hangs, on a machine as loaded
 * as it may be.
 */
const HANGS_MS = 600_000;
const shared = {
  server: { deps: { external: [/\/dist\//] } },
  pool: 'forks' as const,
  setupFiles: ['test/properties.ts'],
};

/** The others on real threads do a fixed amount of work, or wait. */
const OWN_CORES = [
  'test/cli/bench-kernel.test.ts',
  ...['desai', 'kernel-locks', 'locks', 'scenarios'].map((name) => `test/smp/${name}.test.ts`),
];

/** Files that take longest. They begin first, so that no core is left alone with one of them at the end. */
const LONG =
  /explore\/(agree-\d|replay|lock-mutants)|cli\/(signals|bench-locks|explore|verdict-lines|kill)|hostile|waits|watchdog|agreement|memory-flat/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [true, false].flatMap((long) => sorted.filter(({ moduleId }) => LONG.test(moduleId) === long));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Watching (npm run test:watch): a build that is done begins the tests again.
    forceRerunTriggers: ['**/dist/build-info.json'],
    projects: [
      {
        test: {
          ...shared,
          name: 'model',
          include: ['test/**/*.test.ts'],
          exclude: OWN_CORES,
          testTimeout: HANGS_MS,
          hookTimeout: HANGS_MS,
          // One more than a small machine has cores: some files wait for most of their time.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'smp',
          include: OWN_CORES,
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
