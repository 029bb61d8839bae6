/** Shared memory, as the language asks for it. It lies in memory/, which is told apart here so that either can be tested alone. */
import type { Operation, Running } from '../operation.ts';

export interface Memory {
  /** Whether `object[key]` is an element of shared memory. */
  isShared(object: unknown, key: unknown): boolean;
  /** The element, read or written at the site; a write comes to the value as it was given. */
  read(object: object, key: unknown, site: number): Operation;
  write(object: object, key: unknown, value: unknown, site: number): Operation;
  /** One of Atomics. Throws what it throws for such arguments. */
  atomic(name: string, args: readonly unknown[], site: number): Operation;
  /** A call of a native function that reads or writes shared memory; undefined when it touches none. */
  bulk(
    f: (...args: never[]) => unknown,
    self: unknown,
    args: readonly unknown[],
    name: string,
    site: number,
  ): Running | undefined;
  /** The same of `new f(...args)`. */
  bulkNew(
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    newTarget: (...args: never[]) => unknown,
    site: number,
  ): Running | undefined;
}

/** The one in use. */
export const memory: { current: Memory } = {
  current: {
    isShared: () => false,
    read: absent,
    write: absent,
    atomic: absent,
    bulk: () => undefined,
    bulkNew: () => undefined,
  },
};

function absent(): never {
  throw new Error('there is no shared memory');
}
