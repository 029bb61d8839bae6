/**
 * Since when each CPU may be inside a read section of RCU, and what readers may still have in hand.
 *
 * A section is where the CPU is held (its preempt count is not zero), as with classic RCU, where every spinlock is one, but
 * not while the CPU tells RCU that it runs no task (rq.rcu_passed is odd). Linux says so of its idle task, whatever locks that
 * takes as it looks for work: a tick that finds it, outside of softirqs and other interrupts, is a quiescent state
 * (rcu_check_callbacks), as is every schedule. Who reads there without having told is outside any section, as lockdep has it
 * since 3.3. An object that is given to call_rcu may be gone at any moment from then on but for those who were in a section already and
 * have not left it: so a use is judged as if the grace period had ended as early as it may, however long it takes here.
 * A section that ends and a next one that begins between two accesses of a CPU are one, which only forgives.
 */
import { cpu_data, cpuDataAddress, rq } from '../../kernel/layout.ts';
import { cpu_area, cpuAddress } from '../../machine/map.ts';
import { OUTSIDE } from '../compiled/places.ts';
import { OwnStorage, type Storage } from '../evidence/storage.ts';

export class ReadSections {
  #words: Int32Array = new Int32Array(0);
  /** By CPU: the last step at which it came to an access outside any section. */
  #outside: Int32Array = new Int32Array(0);
  #storage: Storage = new OwnStorage();
  /** By object: the step at which it was given to call_rcu. */
  readonly #waiting = new Map<number, number>();

  begin(words: Int32Array, cpus: number, storage: Storage): void {
    this.#words = words;
    this.#storage = storage;
    this.#outside = storage.words(OUTSIDE, cpus);
    this.#outside.fill(0);
    this.#waiting.clear();
  }

  /** What is known so far, to go back to. */
  keep(): () => void {
    const [words, outside, waiting] = [this.#words, this.#outside.slice(), [...this.#waiting]];
    const storage = this.#storage;
    return () => {
      this.begin(words, outside.length, storage);
      this.#outside.set(outside);
      for (const [object, step] of waiting) this.#waiting.set(object, step);
    };
  }

  isInside(cpu: number): boolean {
    if (this.#words[(cpuAddress(cpu) + cpu_area.preempt_count) >> 2] === 0) return false;
    const passed = this.#words[(cpuDataAddress(cpu) + cpu_data.rq + rq.rcu_passed) >> 2] as number;
    return (passed & 1) === 0;
  }

  /** A CPU has come to an access. */
  at(cpu: number, step: number): void {
    if (!this.isInside(cpu)) this.#outside[cpu] = step;
  }

  queued(object: number, step: number): void {
    this.#waiting.set(object, step);
  }

  /** It is given back. */
  freed(object: number): void {
    this.#waiting.delete(object);
  }

  /** Whether a CPU may have found the object before it was taken away, and have it still. False for one that does not wait. */
  mayHave(cpu: number, object: number): boolean {
    const since = this.#waiting.get(object);
    return since !== undefined && this.isInside(cpu) && (this.#outside[cpu] as number) <= since;
  }

  /** Step at which it was given to call_rcu; undefined for what does not wait. */
  since(object: number): number | undefined {
    return this.#waiting.get(object);
  }
}
