/** struct rw_semaphore with its class. Taking one may sleep, so it does not disable preemption. */
import { store } from './bus.ts';
import { arch_down_read, arch_down_write, arch_up_read, arch_up_write, PARKED, WRITERS_WAITING } from './arch-rwsem.ts';
import { LOCK_CLASS, lock_acquired, lock_released } from './cpu.ts';
import { LOCK_EXCLUSIVE, LOCK_SHARED } from './trace.ts';

export function init_rwsem(sem: number, lock_class: number): void {
  store(sem, 0);
  store(sem + LOCK_CLASS, lock_class);
  store(sem + WRITERS_WAITING, 0);
  store(sem + PARKED, 0);
}

/** Waits until there is no writer, holding the semaphore or waiting for it. */
export function down_read(sem: number): void {
  arch_down_read(sem);
  lock_acquired(sem, LOCK_SHARED);
}

export function up_read(sem: number): void {
  lock_released(sem);
  arch_up_read(sem);
}

/** Waits until nobody holds the semaphore. */
export function down_write(sem: number): void {
  arch_down_write(sem);
  lock_acquired(sem, LOCK_EXCLUSIVE);
}

export function up_write(sem: number): void {
  lock_released(sem);
  arch_up_write(sem);
}
