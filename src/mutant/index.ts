/** Every mutant there is. */
import type { Mutant } from './mutant.ts';
import { queueLockMutants } from './queue-locks.ts';
import { sharedLockMutants } from './shared-locks.ts';
import { sleepingLockMutants } from './sleeping-locks.ts';
import { spinLockMutants } from './spin-locks.ts';

export const mutants: readonly Mutant[] = [
  ...spinLockMutants,
  ...queueLockMutants,
  ...sleepingLockMutants,
  ...sharedLockMutants,
];
