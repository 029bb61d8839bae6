/**
 * The pointer swap of pointer-swap.ts with readers that take no lock: between reading the pointer and taking the
 * reference the context can be freed.
 */
import { arch_spin_lock, arch_spin_unlock, assert, load, store, xadd } from 'tasklock/bus';

const READERS = 2;

/** A task: its lock and its context. */
const TASK = 0x1000;
const OTHER = 0x1010;
const LOCK = 0;
const CONTEXT = 4;

/** A context: reference count, and whether it is still there. */
const OLD = 0x1020;
const NEW = 0x1030;
const COUNT = 0;
const ALIVE = 4;

export function setup(): void {
  store(TASK + LOCK, 1);
  store(TASK + CONTEXT, OLD);
  store(OTHER + LOCK, 1);
  store(OTHER + CONTEXT, OLD);
  store(OLD + COUNT, 2);
  store(OLD + ALIVE, 1);
}

/** Drops a reference; the last one frees. */
function put(context: number): void {
  if (xadd(context + COUNT, -1) === 1) store(context + ALIVE, 0);
}

function unshare(): void {
  store(NEW + COUNT, 1);
  store(NEW + ALIVE, 1);
  arch_spin_lock(TASK + LOCK);
  const old = load(TASK + CONTEXT);
  store(TASK + CONTEXT, NEW);
  arch_spin_unlock(TASK + LOCK);
  put(old);
}

function exit(): void {
  arch_spin_lock(OTHER + LOCK);
  const old = load(OTHER + CONTEXT);
  store(OTHER + CONTEXT, 0);
  arch_spin_unlock(OTHER + LOCK);
  put(old);
}

/** Returns the context it met. */
function reader(): number {
  const context = load(TASK + CONTEXT);
  xadd(context + COUNT, 1);
  assert(load(context + ALIVE), 'a reader met a freed context');
  put(context);
  return context;
}

export const cpus = [unshare, exit, ...Array.from({ length: READERS }, () => reader)];

export function finished(): boolean {
  return load(OLD + ALIVE) === 0 && load(NEW + ALIVE) === 1 && load(NEW + COUNT) === 1;
}
