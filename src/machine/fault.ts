/**
 * What stops a machine. A fault is thrown by the machine, never by kernel code, and unwinds the CPU's thread: it
 * carries the JavaScript stack, whose frames are the kernel's call chain.
 *
 * BUG() is the kernel's own assertion. What the machine can outlive is in warning.ts.
 */
import { FIRST_ADDRESS, MOST_VALUES } from './limits.ts';

export const bugKinds = [
  'use-after-free',
  'double-free',
  'leak',
  'refcount',
  'deadlock',
  'livelock',
  'lock-order',
  'sleep-in-atomic',
  'data-race',
  'spec',
  'assert',
  'isolation',
] as const;
export type BugKind = (typeof bugKinds)[number];

/** Reasons for BUG() and warn(): number, kind and what the report says. Kernel code only knows the number. */
export const BUG_BAD_STATE = 1;
export const BUG_DOUBLE_FREE = 2;
export const BUG_FREED_WRITTEN = 3;
export const BUG_REDZONE = 4;
export const BUG_LIST = 6;
export const BUG_UNLOCK = 7;
export const BUG_HELD_OVERFLOW = 8;
export const BUG_RECURSION = 9;
export const WARN_SLEEP_IN_ATOMIC = 10;
export const WARN_HELD_AT_RETURN = 11;
export const WARN_IRQS_OFF_AT_RETURN = 12;
export const WARN_IRQS_ALREADY_OFF = 13;
export const BUG_SCHED_ATOMIC = 15;
export const BUG_INVALID_FREE = 16;

export const reasons: Readonly<Record<number, { readonly kind: BugKind; readonly what: string }>> = {
  [BUG_BAD_STATE]: { kind: 'assert', what: 'kernel BUG' },
  [BUG_DOUBLE_FREE]: { kind: 'double-free', what: 'object freed twice' },
  [BUG_FREED_WRITTEN]: { kind: 'use-after-free', what: 'freed object written to' },
  [BUG_REDZONE]: { kind: 'assert', what: 'slab redzone overwritten' },
  [BUG_LIST]: { kind: 'assert', what: 'list corruption' },
  [BUG_UNLOCK]: { kind: 'lock-order', what: 'unlock of a lock that is not held' },
  [BUG_HELD_OVERFLOW]: { kind: 'assert', what: 'too many locks held' },
  [BUG_RECURSION]: { kind: 'deadlock', what: 'lock taken twice by one CPU' },
  [WARN_SLEEP_IN_ATOMIC]: { kind: 'sleep-in-atomic', what: 'sleeping function called with a lock held' },
  [WARN_HELD_AT_RETURN]: { kind: 'lock-order', what: 'lock still held at return to user' },
  [WARN_IRQS_OFF_AT_RETURN]: { kind: 'lock-order', what: 'interrupts off at return to user' },
  [WARN_IRQS_ALREADY_OFF]: { kind: 'lock-order', what: 'irq-enabling unlock would run with interrupts off' },
  [BUG_SCHED_ATOMIC]: { kind: 'sleep-in-atomic', what: 'scheduling while atomic' },
  [BUG_INVALID_FREE]: { kind: 'double-free', what: 'free of what is no object' },
};

let isTraced = true;

/** Whether faults carry JavaScript's stack. Where an explorer knows the call chain it costs more than the execution. */
export function traceFaults(on: boolean): void {
  isTraced = on;
}

/** The machine cannot go on. `address` is the object or the bad address. */
export class MachineFault extends Error {
  readonly kind: BugKind;
  readonly what: string;
  readonly address: number;
  constructor(kind: BugKind, what: string, address: number) {
    const { stackTraceLimit } = Error;
    if (!isTraced) Error.stackTraceLimit = 0;
    super(`${kind}: ${what}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'MachineFault';
    this.kind = kind;
    this.what = what;
    this.address = address;
  }
}

/** The console asked the machine to stop while this CPU was waiting for something. */
export class MachineStopped extends Error {
  constructor() {
    super('machine stopped');
    this.name = 'MachineStopped';
  }
}

/** Stops the machine for a reason of the table above. Does not return. */
export function BUG(reason: number, address: number): never {
  const { kind, what } = reasons[reason] ?? { kind: 'assert', what: `kernel BUG ${reason}` };
  throw new MachineFault(kind, what, address);
}

/** The fault of an access outside RAM. */
export function badAddress(address: number): MachineFault {
  if (address >>> 0 < FIRST_ADDRESS) return new MachineFault('use-after-free', 'NULL pointer dereference', address);
  const freed = (address & ~0xffff) === 0x6b6b0000;
  if (!freed && (address & 3) !== 0) return new MachineFault('assert', 'address is no multiple of 4', address);
  return new MachineFault('use-after-free', freed ? 'pointer read from freed memory' : 'bad pointer', address);
}

/** The fault of a choice among so many values; undefined when there may be as many. */
export function badChoice(values: number): MachineFault | undefined {
  if (Number.isInteger(values) && values >= 1 && values <= MOST_VALUES) return undefined;
  return new MachineFault('assert', `choice among ${values} values`, 0);
}

/** Stops the machine unless the condition holds: for modules that are explored. The message becomes the bug's title. */
export function assert(condition: number | boolean, message = 'assertion failed'): void {
  if (!condition) throw new MachineFault('assert', message, 0);
}

/** BUG when the condition is non-zero. */
export function BUG_ON(condition: number | boolean, address: number): void {
  if (condition) BUG(BUG_BAD_STATE, address);
}
