/**
 * The sequential specification of births and deaths: who is whose child, who is a zombie, what clone, exit, wait and
 * getppid may answer. Written from what the calls promise, not from how the kernel keeps it.
 *
 *   clone     a number that nobody has; the new task is a child of the caller, or with PARENT of the caller's parent
 *   exit      the task becomes a zombie of its parent; its children, zombies too, become init's
 *   wait      a zombie child that is asked for, which is then gone; ECHILD when there is no such child; 0 under WNOHANG
 *             when there is one and it is no zombie; EFAULT for a status that cannot be stored, and the child is as before,
 *             or by today's rules gone, whichever it was
 *   getppid   the parent's number
 */
import { CLONE_PARENT, ECHILD, EFAULT, WNOHANG } from '../../../kernel/abi.ts';

export type Operation = {
  readonly pid: number;
  readonly begin: number;
  readonly end: number;
  readonly result: number;
} & (
  | { readonly call: 'clone'; readonly flags: number }
  | { readonly call: 'exit' }
  | {
      readonly call: 'wait';
      readonly wanted: number;
      readonly options: number;
      /** True where EFAULT takes the child along. */
      readonly faultReaps: boolean;
    }
  | { readonly call: 'getppid' }
);

interface Task {
  readonly parent: number;
  readonly zombie: boolean;
}

/** Tasks by number. Never changed: each operation makes another one. */
export type Family = ReadonlyMap<number, Task>;

const INIT = 1;

export const firstFamily: Family = new Map([[INIT, { parent: 0, zombie: false }]]);

/** What the family may be after an operation; nothing when it could not have answered so. */
export function after(family: Family, operation: Operation): readonly Family[] {
  const caller = family.get(operation.pid);
  if (caller === undefined || caller.zombie) return [];
  switch (operation.call) {
    case 'clone':
      return afterClone(family, operation, caller);
    case 'exit':
      return [afterExit(family, operation.pid, caller)];
    case 'wait':
      return afterWait(family, operation);
    case 'getppid':
      return operation.result === caller.parent ? [family] : [];
  }
}

function afterClone(family: Family, { pid, flags, result }: Operation & { call: 'clone' }, caller: Task): Family[] {
  // Which errors are due is the recordings' matter; one changes nothing.
  if (result < 0) return [family];
  if (family.has(result)) return [];
  const parent = (flags & CLONE_PARENT) === 0 ? pid : caller.parent;
  return [new Map(family).set(result, { parent, zombie: false })];
}

function afterExit(family: Family, pid: number, caller: Task): Family {
  const next = new Map(family);
  for (const [child, task] of family) if (task.parent === pid) next.set(child, { ...task, parent: INIT });
  return next.set(pid, { ...caller, zombie: true });
}

function afterWait(
  family: Family,
  { pid, wanted, options, result, faultReaps }: Operation & { call: 'wait' },
): readonly Family[] {
  const children = [...family].filter(([child, task]) => task.parent === pid && (wanted === -1 || child === wanted));
  const zombies = children.filter(([, task]) => task.zombie).map(([child]) => child);
  if (result === -ECHILD) return children.length === 0 ? [family] : [];
  if (result === -EFAULT && faultReaps) return zombies.map((child) => without(family, child));
  if (result === -EFAULT) return zombies.length > 0 ? [family] : [];
  if (result === 0) {
    const waiting = children.length > 0 && zombies.length === 0;
    return (options & WNOHANG) !== 0 && waiting ? [family] : [];
  }
  return zombies.includes(result) ? [without(family, result)] : [];
}

function without(family: Family, pid: number): Family {
  const next = new Map(family);
  next.delete(pid);
  return next;
}
