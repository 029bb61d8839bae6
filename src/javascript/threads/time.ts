/**
 * Time that passes in a recording. What goes by it on threads is a promise of Atomics.waitAsync alone: of one that nobody
 * wakes before its time is over, the engine is asked for a short one, which ends the same. Nobody has counted it meanwhile.
 */
import { Woken } from '../memory/wait.ts';
import type { Pending } from '../operation.ts';
import type { WorldAgent } from '../world/agent.ts';
import type { World } from '../world/world.ts';
import { ThreadsError } from './turns.ts';

export class Time {
  readonly #calls = new Map<WorldAgent, number>();
  readonly #numbers = new Map<Pending, number>();
  readonly #over = new Map<WorldAgent, number[]>();

  /** An agent has called Atomics.waitAsync. */
  called(agent: WorldAgent): void {
    const number = this.#calls.get(agent) ?? 0;
    this.#calls.set(agent, number + 1);
    for (const one of agent.pending) if (!this.#numbers.has(one)) this.#numbers.set(one, number);
  }

  /** It passes for an agent, and for all that wait for the same moment. Throws ThreadsError. */
  passes(world: World, agent: WorldAgent, step: number): void {
    const asleep = world.agents.filter(({ operation }) => operation instanceof Woken && !operation.enabled());
    const waiting = world.agents.map((one) => [one, [...one.pending].filter(({ isWaiting }) => isWaiting)] as const);
    world.passTime(agent);
    for (const { name, operation } of asleep)
      if ((operation as Woken).enabled())
        throw new ThreadsError(`${name} sleeps until its time is over at step ${step}`);
    for (const [of, promises] of waiting) for (const one of promises) if (!one.isWaiting) this.#ends(of, one);
  }

  #ends(agent: WorldAgent, one: Pending): void {
    const number = this.#numbers.get(one);
    if (number === undefined) throw new ThreadsError(`${agent.name} waits for a promise that is none of its steps`);
    this.#over.set(agent, [...(this.#over.get(agent) ?? []), number]);
  }

  /** Which of its calls of Atomics.waitAsync, from 0, end when their time is over. */
  overOf(agent: WorldAgent): readonly number[] {
    return this.#over.get(agent) ?? [];
  }
}
