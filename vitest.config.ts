import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Everything imports the built package. Tests on real threads whose worth is in how much they do come last and one file at
 * a time: they own the cores. No test asks how long something took; the limits only end what hangs, on a machine as loaded
 * as it may be.
 */
const HANGS_MS = 600_000;
const shared = {
  // The package, and kernels that tests compile (test/support/stepped-kernel.ts), are loaded by Node itself. Vitest would
  // rewrite each megabyte of them first, and every access of the kernel would go through one object more.
  server: { deps: { external: [/\/dist\//, /\/tasklock-stepped-/] } },
  pool: 'forks' as const,
  setupFiles: ['test/properties.ts'],
  testTimeout: HANGS_MS,
  hookTimeout: HANGS_MS,
};

/** The others on real threads do a fixed amount of work, or wait. */
const OWN_CORES = [
  'test/cli/bench-kernel.test.ts',
  ...['desai', 'kernel-locks', 'locks', 'scenarios'].map((name) => `test/smp/${name}.test.ts`),
];

/** Files that run commands, and wait for most of their time. */
const COMMANDS = ['cli', 'holds', 'hostile'].map((folder) => `test/${folder}/*.test.ts`);

/**
 * Files with a process each: those that run threads of their own. All others come one after the other in few processes, where
 * the kernel is compiled once and code is warm: what a test does to its process it undoes.
 */
const OWN_PROCESS = [
  'test/smp/*.test.ts',
  // It changes built-in functions for good.
  'test/javascript/platform/lasting.test.ts',
];

/** Files that take longest. They begin first, so that no core is left alone with one of them at the end. */
const LONG =
  /explore\/(agree-|faults|ticks|\w+-agree|operations|inside|litmus|compiled|dpor-|lock-mutants|kernel-engines|javascript-(parts|reuse|threads|native))|check\/(broken|pivot|stepped|known)|docs\/blocks|machine\/access-added|scenario\/small|kernel\/(programs|uncut)|stepped\/(agreement|engines)|world\/order|cli\/(signals|bench-locks|explore|seeded|javascript|replay|kill|pipe|disk)|holds|hostile|smp\/(memory|watchdog|interrupt|calls)/;

/** Those that wait come first as well: a process that is shared goes on as long as files that share it are next. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId, project }: TestSpecification): number =>
      (project.name === 'model' ? 2 : 0) + (LONG.test(moduleId) ? 0 : 1);
    return sorted
      .map((file) => ({ file, at: rank(file) }))
      .sort((a, b) => a.at - b.at)
      .map(({ file }) => file);
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
          name: 'command',
          include: COMMANDS,
          exclude: OWN_CORES,
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'threads',
          include: OWN_PROCESS,
          exclude: OWN_CORES,
          // One more than a small machine has cores, as they wait.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'model',
          include: ['test/**/*.test.ts'],
          exclude: [...COMMANDS, ...OWN_PROCESS, ...OWN_CORES],
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'smp',
          include: OWN_CORES,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
