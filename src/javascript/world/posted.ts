/** Wake-ups of Atomics.waitAsync, as tasks of their agent. */
import type { Agent, Job } from '../agent.ts';
import { isAmong } from '../memory/places.ts';
import type { Touch } from '../operation.ts';
import type { Source, ValueAt } from './loop.ts';

interface PostedJob {
  readonly job: Job;
  readonly touches: readonly Touch[];
}

/** Wake-ups of Atomics.waitAsync: they keep nobody alive until they are there. */
export class Posted implements Source {
  readonly text = 'a promise of Atomics.waitAsync';
  readonly agent: Agent;
  readonly #jobs: PostedJob[] = [];

  constructor(agent: Agent) {
    this.agent = agent;
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  get isRef(): boolean {
    return this.#jobs.length > 0;
  }

  push(job: Job, touches: readonly Touch[]): void {
    this.#jobs.push({ job, touches });
  }

  /** The lists from which who woke its promises took them. */
  touches(): Touch[] {
    return this.#jobs.flatMap(({ touches }) => touches);
  }

  isThereIf(valueAt: ValueAt): boolean {
    const isOff = ({ place, from }: Touch): boolean => !isAmong(valueAt(place, from), this.agent);
    return this.#jobs.some(({ touches }) => touches.every(isOff));
  }

  take(): Job {
    return (this.#jobs.shift() as PostedJob).job;
  }
}
