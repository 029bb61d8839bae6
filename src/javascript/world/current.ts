/** The agent that runs, with all that the world knows of it. */
import { running } from '../agent.ts';
import type { WorldAgent } from './agent.ts';

export function current(): WorldAgent {
  if (running.agent === undefined) throw new Error('no agent is running');
  return running.agent as WorldAgent;
}
