/**
 * Double-checked initialisation: look, lock, look again, make. Verdict: pass. With `--set LOOK_AGAIN=0` two CPUs that
 * both looked early make it twice: "assert: made twice in get".
 */
import { arch_spin_lock, arch_spin_unlock, assert, load, store, xadd } from 'tasklock/bus';

const LOOK_AGAIN = 1;

const LOCK = 0x1000;
const INSTANCE = 0x1004;
const MADE = 0x1008;
const OBJECT = 0x1020;

export function setup(): void {
  store(LOCK, 1);
}

function get(): number {
  if (load(INSTANCE) !== 0) return load(INSTANCE);
  arch_spin_lock(LOCK);
  if (!LOOK_AGAIN || load(INSTANCE) === 0) {
    assert(xadd(MADE, 1) === 0, 'made twice');
    store(OBJECT, 42);
    store(INSTANCE, OBJECT);
  }
  arch_spin_unlock(LOCK);
  return load(INSTANCE);
}

function user(): void {
  assert(load(get()) === 42, 'used before it was made');
}

export const cpus = [user, user, user];
