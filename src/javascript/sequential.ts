/**
 * What calls come to one after the other, with nobody else there: by the file's model, or by the calls themselves in a world
 * of their own. The same calls come to the same, so each sequence is made once.
 */
import { Outcome } from './calls.ts';
import { beside } from './memory/places.ts';
import type { JavascriptProgram, ProgramRun, Scenario } from './program.ts';
import { canGoOn, failureOf, HORIZON } from './scheduled.ts';
import type { WorldAgent } from './world/agent.ts';

/** A call that would never end there. */
export const WAITS = 'waits';
/** Steps that a call may take. */
const MOST_STEPS = 100_000;
const MODEL_WAITS = Object.freeze({});

export interface Made {
  readonly operation: number;
  readonly caller: number;
}

export class Sequential {
  readonly #program: JavascriptProgram;
  readonly #known = new Map<string, Outcome | typeof WAITS>();

  constructor(program: JavascriptProgram) {
    this.#program = program;
  }

  /** What the last of these calls comes to; those before it are known to end. `run`: of the execution that asks. */
  last(order: readonly Made[], run: ProgramRun): Outcome | typeof WAITS {
    const key = order.map(({ caller, operation }) => `${caller}:${operation}`).join();
    let outcome = this.#known.get(key);
    if (outcome === undefined) this.#known.set(key, (outcome = this.#made(order, run)));
    return outcome;
  }

  #made(order: readonly Made[], { model }: ProgramRun): Outcome | typeof WAITS {
    if (model === undefined) return beside(() => this.#byItself(order));
    const outcome = model(
      order.map(({ operation }) => operation),
      MODEL_WAITS,
    );
    return outcome === MODEL_WAITS ? WAITS : (outcome as Outcome);
  }

  #byItself(order: readonly Made[]): Outcome | typeof WAITS {
    const callers = Math.max(...order.map(({ caller }) => caller)) + 1;
    const scenario: Scenario = Array.from({ length: callers }, (_, caller) =>
      order.filter((one) => one.caller === caller).map(({ operation }) => operation),
    );
    const run = this.#program.beginAlone(scenario);
    const agents = run.judged();
    let last: Outcome | typeof WAITS = WAITS;
    for (const { caller } of order) last = ended(run, agents[caller] as WorldAgent, caller);
    return last;
  }
}

/** Lets an agent, and whomever it has started, go on until its next call has ended. */
function ended({ world, calls }: ProgramRun, agent: WorldAgent, caller: number): Outcome | typeof WAITS {
  const own = calls?.ended[caller] ?? [];
  const before = own.length;
  for (let step = 0; step < MOST_STEPS && own.length === before; step++) {
    const failure = failureOf(world);
    if (failure !== undefined) return Outcome.throws(new Error(failure.what));
    const able = [agent, ...world.agents.filter((one) => one.maker !== undefined)].find((one) => canGoOn(world, one));
    if (able !== undefined) {
      world.step(able);
      continue;
    }
    const next = world.nextInTime(HORIZON);
    if (next === undefined) return WAITS;
    world.passTime(next);
  }
  return own.length === before ? WAITS : (own[before]?.result as Outcome);
}
