/** Agents written by hand: generators that yield operations, in a world that a seed or a list of names drives. */
import type { Job } from '../../dist/src/javascript/agent.js';
import type { WorldAgent } from '../../dist/src/javascript/world/agent.js';
import { World, type WorldOptions } from '../../dist/src/javascript/world/world.js';
import { Random } from '../../dist/src/base/random.js';

export function newWorld(options: Partial<WorldOptions> = {}): World {
  return new World(options);
}

export function agentsOf(world: World, entries: Record<string, Job>): WorldAgent[] {
  return Object.entries(entries).map(([name, entry]) => world.start({ name, entry }));
}

/** Steps agents in the order of the list, by name; then whoever can go on, the first first, until nobody can. */
export function stepThrough(world: World, order: readonly string[]): void {
  for (const name of order) {
    const agent = world.agents.find((one) => one.name === name);
    if (agent === undefined || !world.enabled(agent)) throw new Error(`${name} cannot go on`);
    world.step(agent);
  }
}

/** Drives a world at random to its end; time passes when nobody can go on. False when it was cut short. */
export function drive(world: World, seed: number, { steps = 10_000, horizon = Infinity } = {}): boolean {
  const random = new Random(seed);
  for (let i = 0; i < steps; i++) {
    const ready = world.agents.filter((agent) => world.enabled(agent));
    if (ready.length === 0) {
      const next = world.nextInTime(horizon);
      if (next === undefined) return true;
      world.passTime(next);
      continue;
    }
    const agent = random.pick(ready);
    world.step(agent, random.below(agent.operation?.values ?? 1));
  }
  return false;
}
