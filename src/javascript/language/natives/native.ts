/** How a native function that calls back is given a form that can be left. */
import type { Running } from '../../operation.ts';
import { effect } from '../access.ts';
import { asRunning } from '../flow.ts';
import { memory } from '../memory.ts';
import { apply, isView } from '../primordials.ts';
import { bodyOf, type Callable, handlerOf, makerOf, recordOf, stampHandler } from '../stamps.ts';

/** A generator that does what the function does. */
export type Form = (self: unknown, args: readonly unknown[], site: number) => Running;

/** Whether a function is of the program, or one that calls such. */
export const canBeLeft = (f: unknown): boolean =>
  typeof f === 'function' &&
  (bodyOf(f) !== undefined || handlerOf(f) !== undefined || makerOf(f) !== undefined || recordOf(f) !== undefined);

/** The call as the machine does it: what touches shared memory is a bulk operation. */
export function asNative(f: Callable, self: unknown, args: readonly unknown[], site: number): unknown {
  const bulk = memory.current.bulk(f, self, args, f.name, site);
  if (bulk !== undefined) return asRunning(bulk);
  effect();
  return apply(f, self, args as never[]);
}

export const isSharedView = (object: unknown): boolean => isView(object) && memory.current.isShared(object, 0);

/** The form is taken when `when` says so; else the function is called as it is. */
export function giveForm(f: unknown, when: (self: unknown, args: readonly unknown[]) => boolean, form: Form): void {
  if (typeof f !== 'function') return;
  const native = f as Callable;
  stampHandler(native, (self, args, site) =>
    when(self, args) ? asRunning(form(self, args, site)) : asNative(native, self, args, site),
  );
}

/** Taken when the first argument is a function of the program. */
export const callsBack = (_self: unknown, args: readonly unknown[]): boolean => canBeLeft(args[0]);
