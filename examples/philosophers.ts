/**
 * Dining philosophers (Dijkstra 1965): each takes the fork on the left, then the one on the right. When all have their
 * left fork nobody eats. Verdict: "deadlock: no CPU can go on in philosopher". philosophers-ordered.ts holds.
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
  arch_spin_lock(left);
  arch_spin_lock(right);
  xadd(MEALS, 1);
  arch_spin_unlock(right);
  arch_spin_unlock(left);
}

export const cpus = Array.from({ length: SEATS }, () => philosopher);

export function finished(): boolean {
  return load(MEALS) === SEATS;
}
