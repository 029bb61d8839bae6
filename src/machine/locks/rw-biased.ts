/**
 * The rwlock of i386 in Linux 2.6: a word that holds RW_BIAS when free. A reader takes 1 away, a writer all of it; who
 * finds too little puts it back and watches. Readers always get in while readers are inside: a stream of them starves
 * writers. The kernel's own lock (arch-rwlock.ts) is this one with parking.
 */
import { cpu_relax, READ_ONCE, store, xadd } from '../bus.ts';

const RW_BIAS = 0x01000000;

export function init(lock: number, _cpus: number): void {
  store(lock, RW_BIAS);
}

export function acquire_shared(lock: number, _me: number): void {
  while (xadd(lock, -1) <= 0) {
    xadd(lock, 1);
    while (READ_ONCE(lock) <= 0) cpu_relax();
  }
}

export function release_shared(lock: number, _me: number): void {
  xadd(lock, 1);
}

export function acquire(lock: number, _me: number): void {
  while (xadd(lock, -RW_BIAS) !== RW_BIAS) {
    xadd(lock, RW_BIAS);
    while (READ_ONCE(lock) !== RW_BIAS) cpu_relax();
  }
}

export function release(lock: number, _me: number): void {
  xadd(lock, RW_BIAS);
}
