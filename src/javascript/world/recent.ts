/**
 * What an agent has read since it last changed anything. A loop that has gone round without effect would read the same
 * again: it is waiting, until somebody else writes to what it read.
 */
import type { Operation, Touch } from '../operation.ts';

/** An iteration that reads more than this is never taken for a waiting one. */
const MOST = 256;

export interface Reread {
  readonly site: number;
  readonly touches: readonly Touch[];
}

export class Recent {
  readonly #read: Operation[] = [];
  /** Of those, the first so many may read otherwise by now. */
  #stale = 0;
  reread: Reread | undefined;

  /** The agent has performed an operation, and it changed something or not. */
  performed(operation: Operation, isEffect: boolean): void {
    this.reread = undefined;
    if (isEffect || this.#read.length === MOST) {
      while (this.#read.length > 0) this.#read.pop();
      this.#stale = 0;
    }
    if (!isEffect) this.#read.push(operation);
  }

  /** An iteration is over: what it performed came behind the first `since` of `performed` operations. */
  idle(site: number, since: number, performed: number): void {
    const first = this.#read.length - (performed - since);
    if (performed === since || first < this.#stale) return;
    this.reread = { site, touches: this.#read.slice(first).flatMap(({ touches }) => touches) };
  }

  /** Another agent has changed these. */
  changed(touches: readonly Touch[]): void {
    if (this.#read.length === 0) return;
    for (let i = this.#read.length; i > this.#stale; i--) {
      if (overlap((this.#read[i - 1] as Operation).touches, touches)) this.#stale = i;
    }
    if (this.reread !== undefined && overlap(this.reread.touches, touches)) this.reread = undefined;
  }
}

function overlap(read: readonly Touch[], written: readonly Touch[]): boolean {
  for (const a of read) {
    for (const b of written) if (b.writes && a.place === b.place && a.from < b.to && b.from < a.to) return true;
  }
  return false;
}
