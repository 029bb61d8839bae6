/** Locks whose waiters sleep: lost wake-ups. */
import type { Mutant } from './mutant.ts';

export const sleepingLockMutants: readonly Mutant[] = [
  {
    name: 'futex-no-second-look',
    lock: 'futex',
    about: 'a sleeper does not look at the state again under the bucket lock: the release came before it lay down',
    edits: [
      {
        from: '  if (READ_ONCE(lock + STATE) !== CONTENDED) {\n    unlock_bucket(lock);\n    return;\n  }\n',
        to: '',
      },
    ],
    finds: 'deadlock',
  },
  {
    name: 'futex-wakes-too-early',
    lock: 'futex',
    about: 'a release wakes before it frees: the woken one finds the lock held and lies down for ever',
    edits: [
      {
        from: 'WRITE_ONCE(lock + STATE, FREE);\n  futex_wake(lock);',
        to: 'futex_wake(lock);\n  WRITE_ONCE(lock + STATE, FREE);',
      },
    ],
    finds: 'deadlock',
  },
  {
    name: 'futex-forgets-others',
    lock: 'futex',
    about: 'who waited marks the lock as uncontended: others still sleep, and its release wakes nobody',
    edits: [
      {
        from: 'futex_wait(lock, me);\n}',
        to: 'futex_wait(lock, me);\n  WRITE_ONCE(lock + STATE, HELD);\n}',
      },
    ],
    settings: { CPUS: 3, TURNS: 1 },
    finds: 'deadlock',
  },
  {
    name: 'park-plain-store',
    lock: 'spin-park',
    about: 'a waiter writes that it is parked without looking: the grant that came first is overwritten',
    edits: [
      {
        from: 'if (cmpxchg(me + STATE, WAITING, PARKED) !== WAITING) return;',
        to: 'WRITE_ONCE(me + STATE, PARKED);',
      },
    ],
    finds: 'deadlock',
  },
  {
    name: 'park-lost-link',
    lock: 'spin-park',
    about: 'a release that sees no successor goes, although one is the tail and about to link itself',
    edits: [
      { from: 'if (cmpxchg(lock + TAIL, me, 0) === me) return;', to: 'cmpxchg(lock + TAIL, me, 0);\n    return;' },
    ],
    finds: 'deadlock',
  },
];
