/** spinlock_t: the lock word, then its class. Taking one disables preemption; the irq forms also interrupts. */
import { store } from './bus.ts';
import { arch_spin_lock, arch_spin_trylock, arch_spin_unlock, UNLOCKED } from './arch-spin.ts';
import {
  irq_enable_after_unlock,
  LOCK_CLASS,
  local_irq_disable,
  local_irq_restore,
  local_irq_save,
  lock_acquired,
  lock_released,
  preempt_disable,
  preempt_enable,
} from './cpu.ts';
import { LOCK_EXCLUSIVE } from './trace.ts';

export function spin_lock_init(lock: number, lock_class: number): void {
  store(lock, UNLOCKED);
  store(lock + LOCK_CLASS, lock_class);
}

export function spin_lock(lock: number): void {
  preempt_disable();
  arch_spin_lock(lock);
  lock_acquired(lock, LOCK_EXCLUSIVE);
}

/**
 * 1 when the lock was free and is now held.
 * @public part of the lock interface; no kernel path of this era needs it yet
 */
export function spin_trylock(lock: number): number {
  preempt_disable();
  if (arch_spin_trylock(lock)) {
    lock_acquired(lock, LOCK_EXCLUSIVE);
    return 1;
  }
  preempt_enable();
  return 0;
}

export function spin_unlock(lock: number): void {
  lock_released(lock);
  arch_spin_unlock(lock);
  preempt_enable();
}

export function spin_lock_irq(lock: number): void {
  local_irq_disable();
  spin_lock(lock);
}

export function spin_unlock_irq(lock: number): void {
  spin_unlock(lock);
  irq_enable_after_unlock(lock);
}

/** Takes the lock with interrupts off; returns the flag to restore. */
export function spin_lock_irqsave(lock: number): number {
  const flags = local_irq_save();
  spin_lock(lock);
  return flags;
}

export function spin_unlock_irqrestore(lock: number, flags: number): void {
  spin_unlock(lock);
  local_irq_restore(flags);
}
