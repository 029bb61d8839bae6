/** The checkers of stepped runs by name, in the order they are asked. */
import { DataRace } from './data-race.ts';
import { Isolation } from './isolation/isolation.ts';
import { LockOrder } from './lock-order.ts';
import type { Observer } from '../evidence/observer.ts';
import { RefcountRelease } from './refcount-release.ts';
import { SleepInAtomic } from './sleep-in-atomic.ts';
import { Spec } from './spec/spec.ts';
import { UseAfterFree } from './use-after-free.ts';

export interface Checker {
  readonly name: string;
  readonly about: string;
  /** Whether it can judge a module that has no kernel under it. */
  readonly forModules: boolean;
  /** What it is part of when nobody says which checkers to use. */
  readonly standard: ReadonlyArray<'scenario' | 'module' | 'javascript'>;
  create(): Observer;
}

export const checkers: readonly Checker[] = [
  {
    name: 'use-after-free',
    about: 'accesses to freed slab objects, to what lies between objects, and double frees; the rules of RCU',
    forModules: false,
    standard: ['scenario'],
    create: () => new UseAfterFree(),
  },
  {
    name: 'data-race',
    about: 'plain accesses that nothing orders, by happens-before; a module has to ask for it',
    forModules: true,
    standard: ['scenario', 'javascript'],
    create: () => new DataRace(),
  },
  {
    name: 'lock-order',
    about: 'orders of locks that may deadlock, interrupt rules, locks kept, freed or given back wrongly',
    forModules: false,
    standard: ['scenario'],
    create: () => new LockOrder(),
  },
  {
    name: 'sleep-in-atomic',
    about: 'places that may sleep, reached with a spinlock held or interrupts off',
    forModules: false,
    standard: ['scenario'],
    create: () => new SleepInAtomic(),
  },
  {
    name: 'refcount',
    about: 'contexts that are freed while a task still points to them',
    forModules: false,
    standard: ['scenario'],
    create: () => new RefcountRelease(),
  },
  {
    name: 'spec',
    about:
      'what unshare promises when it returns, and that a failed call changed nothing; an order of clone, exit, wait and getppid that explains their answers',
    forModules: false,
    standard: ['scenario'],
    create: () => new Spec(),
  },
  {
    name: 'isolation',
    about: 'what private namespaces promise, and a directory of which each user has an instance of his own',
    forModules: false,
    standard: ['scenario'],
    create: () => new Isolation(),
  },
];

/** Fresh observers for these names. Throws RangeError for a name that there is not. */
export function createObservers(names: readonly string[]): Observer[] {
  return names.map((name) => {
    const checker = checkers.find((one) => one.name === name);
    if (checker === undefined) throw new RangeError(`there is no checker ${name}`);
    return checker.create();
  });
}
