/**
 * pivot_root moves the roots and working directories of other tasks, and what it moved meanwhile no failed call of theirs
 * has changed. What counts as its doing is what differs between its taking an fs part's lock for writing and its release,
 * and that only of the words that did; whoever else writes one of them before or after has still changed it.
 */
import { fs_struct } from '../../../kernel/layout.ts';
import { LOCK_FS } from '../../../kernel/locks.ts';
import { NR_pivot_root } from '../../../kernel/syscall-numbers.ts';
import { LOCK_CLASS } from '../../../machine/cpu.ts';
import { LOCK_EXCLUSIVE } from '../../../machine/trace.ts';
import type { RamView } from '../../evidence/view.ts';
import { type Contexts, type Places, placesOf } from './contexts.ts';

export class MovedRoots {
  /** CPUs inside pivot_root. */
  readonly #pivoting = new Set<number>();
  /** By CPU: where the fs part pointed whose lock it holds for writing. */
  readonly #held = new Map<number, Places>();

  clear(): void {
    this.#pivoting.clear();
    this.#held.clear();
  }

  enter(cpu: number, nr: number): void {
    if (nr === NR_pivot_root) this.#pivoting.add(cpu);
    else this.#pivoting.delete(cpu);
  }

  leave(cpu: number): void {
    this.#pivoting.delete(cpu);
  }

  lock(view: RamView, cpu: number, lock: number, mode: number): void {
    if (!this.#pivoting.has(cpu) || mode !== LOCK_EXCLUSIVE) return;
    if (view.word(lock + LOCK_CLASS) === LOCK_FS) this.#held.set(cpu, placesOf(view, lock - fs_struct.lock));
  }

  /** Enters into `before` what the CPU has moved while it held the lock. */
  unlock(view: RamView, cpu: number, lock: number, before: Map<number, Contexts>): void {
    const held = this.#held.get(cpu);
    if (held === undefined || view.word(lock + LOCK_CLASS) !== LOCK_FS) return;
    this.#held.delete(cpu);
    const fs = lock - fs_struct.lock;
    const moved = Object.entries(placesOf(view, fs)).filter(([name, at]) => at !== held[name]);
    if (moved.length === 0) return;
    for (const [caller, contexts] of before) {
      if (contexts.parts.fs !== fs || contexts.places === undefined) continue;
      before.set(caller, { ...contexts, places: { ...contexts.places, ...Object.fromEntries(moved) } });
    }
  }
}
