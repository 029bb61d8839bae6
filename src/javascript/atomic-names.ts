/** Functions of Atomics that come to shared memory, of which some are not there in every engine. */
export const ATOMIC_NAMES = [
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'waitAsync',
  'notify',
] as const;
