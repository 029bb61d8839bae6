/**
 * What is known of a program before it is searched, by a few executions: how many agents it comes to have, since tables are
 * made for so many; which of them have more than messages in their event loops; in which lists several note.
 */
import { Random } from '../../base/random.ts';
import type { JavascriptProgram } from '../../javascript/program.ts';
import { canGoOn, HORIZON } from '../../javascript/scheduled.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';
import { HungError } from '../../javascript/world/hung.ts';

const EXECUTIONS = 4;
const MOST_STEPS = 20_000;
/** Beyond those that were seen: another order may start more. */
const MORE = 2;
/** As many as an interleaving can name. */
export const MOST_AGENTS = 64;

/** Gives the number of agents; the rest is told to the program. */
export function tryOut(program: JavascriptProgram): number {
  let most = 1;
  const counting = new Set<string>();
  for (let i = 0; i < EXECUTIONS; i++) {
    const random = new Random(1, i);
    const { world } = program.begin();
    for (let step = 0; step < MOST_STEPS && world.failure === undefined; step++) {
      const able = world.agents.filter((agent) => canGoOn(world, agent));
      if (able.length > 0) {
        const agent = able[random.small(able.length)] as WorldAgent;
        world.step(agent, random.small(Math.max(1, agent.operation?.values ?? 1)));
        continue;
      }
      const next = world.nextInTime(HORIZON);
      if (next === undefined) break;
      world.passTime(next);
    }
    // Each worker may be ended by another in some other order: then somebody clears away behind it.
    const workers = world.agents.filter((agent) => agent.maker !== undefined && !agent.isUndertaker);
    const others = world.agents.filter((agent) => agent.maker === undefined);
    most = Math.max(most, others.length + 2 * workers.length);
    for (const { name, loop } of world.agents) if (loop.hasPhases) counting.add(name);
    // It took long, and would again.
    if (world.failure?.error instanceof HungError) break;
  }
  program.know(counting);
  return Math.min(MOST_AGENTS, most + MORE);
}
