/**
 * Time that passes in a recording. What goes by it on threads is who waits with a time: of a wait, or a promise of
 * Atomics.waitAsync, that nobody ends before that is over, the engine is asked for a short one, which ends the same. Nobody
 * has counted it meanwhile. Timers are begun when it is their turn (timers.ts).
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
  readonly #waits = new Map<WorldAgent, number>();
  readonly #overWaits = new Map<WorldAgent, number[]>();

  /** An agent has called Atomics.waitAsync. */
  called(agent: WorldAgent): void {
    const number = this.#calls.get(agent) ?? 0;
    this.#calls.set(agent, number + 1);
    for (const one of agent.pending) if (!this.#numbers.has(one)) this.#numbers.set(one, number);
  }

  /** An agent has called Atomics.wait. */
  waits(agent: WorldAgent): void {
    this.#waits.set(agent, (this.#waits.get(agent) ?? 0) + 1);
  }

  /** It passes for an agent, and for all that wait for the same moment. Throws ThreadsError. */
  passes(world: World, agent: WorldAgent): void {
    const asleep = world.agents.filter(({ operation }) => operation instanceof Woken && !operation.enabled());
    const waiting = world.agents.map((one) => [one, [...one.pending].filter(({ isWaiting }) => isWaiting)] as const);
    world.passTime(agent);
    for (const one of asleep)
      if ((one.operation as Woken).enabled()) added(this.#overWaits, one, (this.#waits.get(one) ?? 0) - 1);
    for (const [of, promises] of waiting) for (const one of promises) if (!one.isWaiting) this.#ends(of, one);
  }

  #ends(agent: WorldAgent, one: Pending): void {
    const number = this.#numbers.get(one);
    if (number === undefined) throw new ThreadsError(`${agent.name} waits for a promise that is none of its steps`);
    added(this.#over, agent, number);
  }

  /** Which of its calls of Atomics.wait, from 0, end so. */
  waitsOver(agent: WorldAgent): readonly number[] {
    return this.#overWaits.get(agent) ?? [];
  }

  /** Which of its calls of Atomics.waitAsync, from 0, end when their time is over. */
  overOf(agent: WorldAgent): readonly number[] {
    return this.#over.get(agent) ?? [];
  }
}

function added(to: Map<WorldAgent, number[]>, agent: WorldAgent, number: number): void {
  to.set(agent, [...(to.get(agent) ?? []), number]);
}
