/** Locks whose waiters all look at the lock itself. */
import type { Mutant } from './mutant.ts';

const TORN_DRAW = {
  from: 'const ticket = xadd(lock + NEXT, 1);',
  to: 'const ticket = load(lock + NEXT);\n  store(lock + NEXT, ticket + 1);',
};

export const spinLockMutants: readonly Mutant[] = [
  {
    name: 'tas-test-then-set',
    lock: 'tas',
    about: 'looks and takes in two steps: two CPUs find the lock free',
    edits: [
      {
        from: 'while (xchg(lock, 1) !== 0) cpu_relax();',
        to: 'while (load(lock) !== 0) cpu_relax();\n  store(lock, 1);',
      },
    ],
    finds: 'assert',
  },
  {
    name: 'tas-not-freed',
    lock: 'tas',
    about: 'a release leaves the word as it is: the next one waits for ever',
    edits: [{ from: 'WRITE_ONCE(lock, 0);', to: 'WRITE_ONCE(lock, load(lock));' }],
    finds: 'livelock',
  },
  {
    name: 'ttas-looks-twice',
    lock: 'ttas',
    about: 'the second look is a load and a store instead of an exchange',
    edits: [
      {
        from: 'if (xchg(lock, 1) === 0) return;',
        to: 'if (load(lock) === 0) {\n      store(lock, 1);\n      return;\n    }',
      },
    ],
    finds: 'assert',
  },
  {
    name: 'ttas-takes-anyway',
    lock: 'ttas',
    about: 'what the exchange found is not looked at',
    edits: [{ from: 'if (xchg(lock, 1) === 0) return;', to: 'xchg(lock, 1);\n    return;' }],
    finds: 'assert',
  },
  {
    name: 'byte-plain-decrement',
    lock: 'byte',
    about: 'the decrement has lost its lock prefix',
    edits: [
      { from: 'while (xadd(lock, -1) !== FREE) {', to: 'while (decrement(lock) !== FREE) {' },
      {
        from: 'export function acquire(',
        to: 'function decrement(lock: number): number {\n  const old = load(lock);\n  store(lock, old - 1);\n  return old;\n}\n\nexport function acquire(',
      },
    ],
    finds: 'assert',
  },
  {
    name: 'byte-release-adds',
    lock: 'byte',
    about: 'a release adds 1 instead of writing 1: waiters have taken the word below zero and it never gets up again',
    edits: [{ from: 'WRITE_ONCE(lock, FREE);', to: 'xadd(lock, 1);' }],
    finds: 'livelock',
  },
  {
    name: 'ticket-torn-draw',
    lock: 'ticket',
    about: 'a number is drawn in two steps: two CPUs draw the same one',
    edits: [TORN_DRAW],
    finds: 'assert',
  },
  {
    name: 'ticket-serves-last',
    lock: 'ticket',
    about: 'a release serves the newest number: whoever drew before is passed over',
    edits: [{ from: '(READ_ONCE(lock + SERVING) + 1) | 0', to: 'READ_ONCE(lock + NEXT)' }],
    finds: 'livelock',
  },
  {
    name: 'ticket-backoff-torn-draw',
    lock: 'ticket-backoff',
    about: 'a number is drawn in two steps: two CPUs draw the same one',
    edits: [TORN_DRAW],
    finds: 'assert',
  },
  {
    name: 'ticket-backoff-too-early',
    lock: 'ticket-backoff',
    about: 'who is next in line goes in already',
    edits: [{ from: 'if (ahead === 0) return;', to: 'if (ahead <= 1) return;' }],
    finds: 'assert',
  },
];
