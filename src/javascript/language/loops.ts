/**
 * Heads of loops. An iteration that wrote nothing shared, changed no variable that outlives it and called nothing that may
 * have had an effect leaves everything as it found it: from there on the agent only reads the same again, until somebody
 * else writes. The agent is told, and whoever schedules lets it wait.
 */
import { type Agent, running } from '../agent.ts';

/** Rounds of loops without an operation that are a hang. */
const HANG = 10_000_000;

export class Loop {
  /** Set by emitted code when a variable changes that outlives the iteration. */
  changed = true;
  private effects = -1;
  private performed = 0;
  private readonly site: number;
  constructor(site: number) {
    this.site = site;
  }

  /** Stands first in the body. Throws when the program hangs. */
  head(): void {
    const agent = running.agent as Agent;
    if (++agent.turns > HANG) throw agent.hung(this.site);
    if (!this.changed && this.effects === agent.effects) agent.idle(this.site, this.performed);
    this.changed = false;
    this.effects = agent.effects;
    this.performed = agent.performed;
  }
}

export const loop = (site: number): Loop => new Loop(site);
