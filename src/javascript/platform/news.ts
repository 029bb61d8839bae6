/**
 * What a worker's maker is told of it beside messages, as they come: that it is there, what it prints, its error. That it is
 * there is no task where nobody listens to that, and is over with the next task of the maker.
 */
import type { Place, Touch } from '../operation.ts';
import { End, type Message } from '../world/channel.ts';
import type { ValueAt } from '../world/loop.ts';

/** The first of the news is that it is there. */
const ONLINE = 0;

export class News extends End {
  /** Whether somebody listens to that; nobody does of what has no such event. */
  listens: () => boolean = () => false;
  /** It was there, and nobody listened. */
  hasPassed = false;

  /** Number of the first that is a task. */
  get #first(): number {
    return this.taken === ONLINE && !this.listens() ? ONLINE + 1 : this.taken;
  }

  override get waiting(): number {
    return Math.max(0, super.waiting - (this.#first - this.taken));
  }

  override get next(): Message | undefined {
    return [...this.queue][this.#first - this.taken];
  }

  override isThereIf(valueAt: ValueAt): boolean {
    return valueAt(this.place, this.#first) > 0;
  }

  override touches(): Touch[] {
    const first = this.#first;
    return this.taken === first ? super.touches() : [...super.touches(), byteOf(this.place, first)];
  }

  passes(): void {
    if (this.taken === this.#first || this.queue.length === 0) return;
    this.shift();
    this.hasPassed = true;
  }
}

const byteOf = (place: Place, n: number): Touch => ({ place, from: n, to: n + 1, writes: true, atomic: true });
