/** A task whose moment is left open: it may come before all else that there is, or behind. Nobody else has to do with it. */
import type { Job } from '../agent.ts';
import type { Touch } from '../operation.ts';
import type { Loop, Source } from './loop.ts';

export class Moment implements Source {
  readonly text = 'a promise of Atomics.waitAsync whose time is over';
  readonly waiting = 1;
  /** As the promise itself: it keeps no agent alive. */
  readonly isRef = false;
  readonly #loop: Loop;
  readonly #job: Job;

  constructor(loop: Loop, job: Job) {
    this.#loop = loop;
    this.#job = job;
  }

  touches(): Touch[] {
    return [];
  }

  countTouches(): Touch[] {
    return [];
  }

  isThereIf(): boolean {
    return true;
  }

  take(): Job {
    this.#loop.sources.delete(this);
    return this.#job;
  }
}
