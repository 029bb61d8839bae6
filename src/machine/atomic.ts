/**
 * atomic_t of i386: read and set are plain, everything else is lock-prefixed and a full barrier.
 *
 * The machine watches two things on the way that the kernel of 2005 did not: a counter that holds slab poison belongs
 * to a freed object, and a reference count never drops below zero. Either stops the machine.
 */
import { cmpxchg, load, store, xadd } from './bus.ts';
import { MachineFault } from './fault.ts';

/** Every word of a freed slab object (0x6b bytes, as Linux poisons). */
export const POISON = 0x6b6b6b6b;
/** A poisoned counter that was already counted up or down a few times. */
export const POISON_SLACK = 4096;

/** True for the poison word, or one that a few increments or decrements moved. */
export function isPoison(value: number): boolean {
  return value > POISON - POISON_SLACK && value < POISON + POISON_SLACK;
}

export function atomic_read(counter: number): number {
  return load(counter);
}

export function atomic_set(counter: number, value: number): void {
  store(counter, value);
}

export function atomic_inc(counter: number): void {
  const old = xadd(counter, 1);
  if (isPoison(old)) throw new MachineFault('use-after-free', 'reference taken on a freed object', counter);
}

export function atomic_dec(counter: number): void {
  const old = xadd(counter, -1);
  if (isPoison(old)) throw new MachineFault('use-after-free', 'reference dropped on a freed object', counter);
}

/** Subtracts one; 1 when the counter reached zero. */
export function atomic_dec_and_test(counter: number): number {
  const old = xadd(counter, -1);
  if (isPoison(old)) throw new MachineFault('use-after-free', 'reference dropped on a freed object', counter);
  if (old <= 0) throw new MachineFault('refcount', 'reference count below zero', counter);
  return old === 1 ? 1 : 0;
}

/** Adds one unless the counter holds zero; 1 when it did add. */
export function atomic_inc_not_zero(counter: number): number {
  for (;;) {
    const value = atomic_read(counter);
    if (isPoison(value)) throw new MachineFault('use-after-free', 'reference taken on a freed object', counter);
    if (value === 0) return 0;
    if (cmpxchg(counter, value, value + 1) === value) return 1;
  }
}

/** Subtracts one unless the counter holds one; 1 when it did. */
export function atomic_dec_unless_one(counter: number): number {
  for (;;) {
    const value = atomic_read(counter);
    if (isPoison(value)) throw new MachineFault('use-after-free', 'reference dropped on a freed object', counter);
    if (value === 1) return 0;
    if (value <= 0) throw new MachineFault('refcount', 'reference count below zero', counter);
    if (cmpxchg(counter, value, value - 1) === value) return 1;
  }
}
