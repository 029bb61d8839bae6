/**
 * pivot_root moves the roots and working directories of other tasks, and what it moved meanwhile no failed call of theirs
 * has changed. What counts as its doing is what differs since it took an fs part's lock for writing, until it releases that,
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
  /** By CPU: the fs part whose lock it holds for writing, and where that pointed when it took the lock. */
  readonly #held = new Map<number, { readonly fs: number; readonly places: Places }>();

  clear(): void {
    this.#pivoting.clear();
    this.#held.clear();
  }

  /** What is known so far, to go back to. */
  keep(): () => void {
    const [pivoting, held] = [[...this.#pivoting], [...this.#held]];
    return () => {
      this.clear();
      for (const cpu of pivoting) this.#pivoting.add(cpu);
      for (const [cpu, one] of held) this.#held.set(cpu, one);
    };
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
    if (view.word(lock + LOCK_CLASS) !== LOCK_FS) return;
    const fs = lock - fs_struct.lock;
    this.#held.set(cpu, { fs, places: placesOf(view, fs) });
  }

  unlock(view: RamView, cpu: number, lock: number, before: Map<number, Contexts>): void {
    if (this.#held.get(cpu)?.fs !== lock - fs_struct.lock) return;
    this.settle(view, before);
    this.#held.delete(cpu);
  }

  /** Enters into `before` what has been moved under locks that are held now. */
  settle(view: RamView, before: Map<number, Contexts>): void {
    for (const { fs, places } of this.#held.values()) {
      const moved = Object.entries(placesOf(view, fs)).filter(([name, at]) => at !== places[name]);
      if (moved.length === 0) continue;
      for (const [caller, contexts] of before) {
        if (contexts.parts.fs !== fs || contexts.places === undefined) continue;
        before.set(caller, { ...contexts, places: { ...contexts.places, ...Object.fromEntries(moved) } });
      }
    }
  }
}
