/** Agents that will never go on, at the end of an execution: what kind of wait that is. */
import { type Frame, frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import { keepsProcess, type Wait, waitOf } from '../../javascript/scheduled.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';

/**
 * `judged`: the agents that have to come to their end; of the others, `all`, workers that keep their process. Where one sleeps although what it waits for is there, the wake-up was
 * lost; where all go round in loops that read the same for ever, it is a livelock; all else is a deadlock. Undefined when
 * all are done.
 */
export function stuckAgents(
  judged: readonly WorldAgent[],
  all: readonly WorldAgent[],
  frameOf: (site: number) => Frame,
): Finding | undefined {
  const others = all.filter((agent) => !judged.includes(agent) && keepsProcess(agent));
  const waits = [...judged, ...others].flatMap((agent) => {
    const wait = waitOf(agent);
    return wait === undefined ? [] : [{ ...wait, name: agent.name, frame: frameOf(wait.site) }];
  });
  if (waits.length === 0) return undefined;
  const functions = [...new Set(waits.map(({ frame }) => frame.function))].sort().join(' / ');
  const lines = waits.map(({ name, text, frame }) => `${name} ${text}, in ${frameText(frame)}`);
  const has = (what: keyof Wait): boolean => waits.some((wait) => wait[what] === true);
  if (has('isThere')) return finding('deadlock', 'lost wake-up', functions, 0, ...lines);
  if (waits.every(({ spins }) => spins)) return finding('livelock', 'spinning for ever', functions, 0, ...lines);
  return finding('deadlock', 'no agent can go on', functions, 0, ...lines);
}
