/**
 * Dining philosophers who take the fork with the lower number first, so no ring of waiting can close. Verdict: pass.
 * philosophers.ts has the table where they do not.
 */
import { arch_spin_lock, arch_spin_unlock, load, store, xadd } from 'tasklock/bus';

const SEATS = 3;

/** A fork is a spinlock: 1 is free. */
const FORKS = 0x1000;
const MEALS = 0x1040;

export function setup(): void {
  for (let i = 0; i < SEATS; i++) store(FORKS + 4 * i, 1);
}

function philosopher(seat: number): void {
  const left = FORKS + 4 * seat;
  const right = FORKS + 4 * ((seat + 1) % SEATS);
  const first = left < right ? left : right;
  const second = left < right ? right : left;
  arch_spin_lock(first);
  arch_spin_lock(second);
  xadd(MEALS, 1);
  arch_spin_unlock(second);
  arch_spin_unlock(first);
}

export const cpus = Array.from({ length: SEATS }, () => philosopher);

export function finished(): boolean {
  return load(MEALS) === SEATS;
}
