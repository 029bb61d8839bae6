/** How many agents a program comes to have, by a few executions: tables are made for so many. */
import { Random } from '../../base/random.ts';
import type { JavascriptProgram } from '../../javascript/program.ts';
import { canGoOn, HORIZON } from '../../javascript/scheduled.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';

const EXECUTIONS = 4;
const MOST_STEPS = 20_000;
/** Beyond those that were seen: another order may start more. */
const MORE = 2;
/** As many as an interleaving can name. */
export const MOST_AGENTS = 64;

export function mostAgents(program: JavascriptProgram): number {
  let most = 1;
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
    most = Math.max(most, world.agents.length);
  }
  return Math.min(MOST_AGENTS, most + MORE);
}
