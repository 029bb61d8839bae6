/** rwlock_t: the lock word, its class, its waiters. Taking one disables preemption; the irq forms also interrupts. */
import { store } from './bus.ts';
import {
  arch_read_lock,
  arch_read_unlock,
  arch_write_lock,
  arch_write_unlock,
  RW_LOCK_BIAS,
  RW_WAITERS,
} from './arch-rwlock.ts';
import {
  irq_enable_after_unlock,
  LOCK_CLASS,
  local_irq_disable,
  lock_acquired,
  lock_released,
  preempt_disable,
  preempt_enable,
} from './cpu.ts';
import { LOCK_EXCLUSIVE, LOCK_SHARED } from './trace.ts';

export function rwlock_init(lock: number, lock_class: number): void {
  store(lock, RW_LOCK_BIAS);
  store(lock + LOCK_CLASS, lock_class);
  store(lock + RW_WAITERS, 0);
}

export function read_lock(lock: number): void {
  preempt_disable();
  arch_read_lock(lock);
  lock_acquired(lock, LOCK_SHARED);
}

export function read_unlock(lock: number): void {
  lock_released(lock);
  arch_read_unlock(lock);
  preempt_enable();
}

export function write_lock(lock: number): void {
  preempt_disable();
  arch_write_lock(lock);
  lock_acquired(lock, LOCK_EXCLUSIVE);
}

export function write_unlock(lock: number): void {
  lock_released(lock);
  arch_write_unlock(lock);
  preempt_enable();
}

export function write_lock_irq(lock: number): void {
  local_irq_disable();
  write_lock(lock);
}

export function write_unlock_irq(lock: number): void {
  write_unlock(lock);
  irq_enable_after_unlock(lock);
}
