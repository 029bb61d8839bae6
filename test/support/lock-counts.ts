/** How large the searches of the lock algorithms are: what test/explore/locks-explore.test.ts holds and docs/locks.md says. */

type Counts = readonly (readonly [name: string, one: number, other: number])[];

/** Executions with 2 CPUs that take the lock twice, and with 3 that take it once. */
export const EXCLUSIVE: Counts = [
  ['tas', 126, 366],
  ['ttas', 1_422, 3_858],
  ['byte', 408, 2_904],
  ['ticket', 78, 162],
  ['ticket-backoff', 78, 162],
  ['anderson', 78, 54],
  ['mcs', 4_758, 1_662],
  ['clh', 78, 54],
  ['qspinlock', 8_384, 35_118],
  ['cohort', 78, 162],
  ['malthusian', 8_736, 3_102],
  ['spin-park', 10_438, 2_886],
];

/** The same of `futex`, in states: sleeping and waking has more than a million executions that come to them again. */
export const FUTEX_STATES = [5_492, 73_341] as const;

/** Executions with a writer and two readers, and with two writers and a reader. */
export const SHARED: Counts = [
  ['rw-biased', 9_048, 20_410],
  ['rw-fair', 200, 186],
  ['percpu-rw', 288, 7_448],
  ['seqlock', 625, 4_140],
];
