/**
 * A world of JavaScript agents as something that moves: CPU number n is agent n. An agent that stands in front of an
 * operation that it can perform has a move; when nobody has, time passes for whoever's deadline is the earliest.
 */
import { CHOOSE, IDLE, SPIN } from '../../machine/access.ts';
import { MachineFault } from '../../machine/fault.ts';
import { ADDRESS, KIND } from '../../stepped/frames.ts';
import { cpuOf, kindOf, type Move, TICK, valueOf } from '../../stepped/move.ts';
import { Moves } from '../../stepped/moves.ts';
import type { StateHash } from '../../stepped/state.ts';
import { Refusal } from '../../javascript/error.ts';
import type { Operation, Place, Touch } from '../../javascript/operation.ts';
import { canGoOn, failureOf, HORIZON, valueAt } from '../../javascript/scheduled.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';
import type { Reread } from '../../javascript/world/recent.ts';
import type { World } from '../../javascript/world/world.ts';
import type { Words } from '../../javascript/words.ts';
import { AgentHash } from './agent-hash.ts';
import { kindNumber } from './agent-kinds.ts';
import type { Explored } from './explored.ts';

/** Words of an agent that `Moves` looks at. */
const AGENT_WORDS = 4;

/** What a loop has read, and what each byte of that held. */
export interface Awaited extends Reread {
  readonly held: readonly number[];
}

const bytesOf = (touches: readonly Touch[]): { place: Place; byte: number }[] =>
  touches.flatMap(({ place, from, to }) => Array.from({ length: to - from }, (_, i) => ({ place, byte: from + i })));

function awaitedOf(reread: Reread): Awaited {
  return { ...reread, held: bytesOf(reread.touches).map(({ place, byte }) => valueAt(place, byte)) };
}

/** Whether something that the loop has read would be another. */
export const isOther = ({ touches, held }: Awaited, at: (place: Place, byte: number) => number): boolean =>
  bytesOf(touches).some(({ place, byte }, i) => at(place, byte) !== held[i]);

/** An execution starts more agents than the few that were tried to see how many there are. */
class TooManyAgents extends Refusal {
  override readonly name = 'JavascriptError';

  constructor(most: number) {
    super(`an execution starts more than ${most} threads, and others start fewer: start as many in all of them`);
  }
}

/** What an operation is about before all else: of one that sleeps or wakes the list of waiters. */
export function mainTouch({ kind, touches }: Operation): Touch | undefined {
  const isAboutList = kind === 'wait' || kind === 'woken' || kind === 'notify' || kind === 'waitAsync';
  return (isAboutList ? touches.find(({ place }) => !place.isMemory) : undefined) ?? touches[0];
}

export class AgentMachine implements Explored {
  readonly #most: number;
  readonly #words: Words;
  readonly #frames: Int32Array;
  readonly #moves: Moves;
  readonly #hash = new AgentHash();
  /** By agent: what it has read in a loop that it waits in, or had waited in, and what that held. */
  readonly #awaited: (Awaited | undefined)[] = [];
  /** By agent: the last place in the source at which it has performed something. */
  readonly #sites: number[] = [];
  #world: World | undefined;

  /** For worlds of at most so many agents at a time. */
  constructor(most: number, words: Words) {
    this.#most = most;
    this.#words = words;
    this.#frames = new Int32Array(most * AGENT_WORDS);
    this.#moves = new Moves(this.#frames, AGENT_WORDS);
  }

  /** A new execution. */
  begin(world: World): void {
    this.#world = world;
    this.#awaited.length = 0;
    this.#sites.length = 0;
    this.#hash.begin();
  }

  get world(): World {
    if (this.#world === undefined) throw new Error('no world was begun');
    return this.#world;
  }

  /** The agent of a number; undefined for one that has not been started. */
  agent(cpu: number): WorldAgent | undefined {
    return this.#world?.agents[cpu];
  }

  operation(cpu: number): Operation | undefined {
    return this.agent(cpu)?.operation;
  }

  /** The same, or what it would perform yet if nobody had ended it: it waits with that for ever. */
  standing(cpu: number): Operation | undefined {
    const agent = this.agent(cpu);
    return agent?.operation ?? agent?.cutOff;
  }

  moves(): Moves {
    const { world } = this;
    const moves = this.#moves;
    moves.cpus.clear();
    moves.choosing.clear();
    moves.timed = -1;
    for (const agent of world.agents) {
      if (!canGoOn(world, agent)) continue;
      moves.cpus.add(agent.id);
      const values = agent.operation?.values ?? 0;
      if (values === 0) continue;
      moves.choosing.add(agent.id);
      this.#frames[agent.id * AGENT_WORDS + KIND] = CHOOSE;
      this.#frames[agent.id * AGENT_WORDS + ADDRESS] = values;
    }
    const next = moves.isEmpty ? world.nextInTime(HORIZON) : undefined;
    if (next !== undefined) {
      moves.timed = next.id;
      moves.cpus.add(next.id);
    }
    moves.settle();
    return moves;
  }

  step(move: Move): void {
    const { world } = this;
    const agent = world.agents[cpuOf(move)] as WorldAgent;
    if (kindOf(move) === TICK) world.passTime(agent);
    else {
      world.step(agent, valueOf(move));
      const { reread } = agent;
      this.#awaited[agent.id] = reread === undefined ? undefined : awaitedOf(reread);
    }
    const failure = failureOf(world);
    if (failure !== undefined) {
      if (failure.site >= 0) this.#sites[failure.agent.id] = failure.site;
      throw new MachineFault(failure.kind, failure.what, 0);
    }
    if (world.agents.length > this.#most) throw new TooManyAgents(this.#most);
  }

  /** Where an agent stands, or has come from when it has ended or failed; -1 for nowhere. */
  site(cpu: number): number {
    return this.operation(cpu)?.site ?? this.#sites[cpu] ?? -1;
  }

  /** What an agent waited for in a loop that it is about to leave, or waits for. */
  awaited(cpu: number): Awaited | undefined {
    return this.#awaited[cpu];
  }

  /** An agent has performed an operation, and this is what that came to. */
  performed(agent: WorldAgent, operation: Operation, result: unknown): void {
    this.#hash.add(agent.id, operation, result);
    this.#sites[agent.id] = operation.site;
  }

  choices(cpu: number): number {
    return this.operation(cpu)?.values ?? 0;
  }

  enabled(cpu: number): boolean {
    const agent = this.agent(cpu);
    return agent !== undefined && canGoOn(this.world, agent);
  }

  isIdle(cpu: number): boolean {
    return this.standing(cpu) === undefined;
  }

  isLate(cpu: number): boolean {
    if (this.enabled(cpu)) return false;
    return this.moves().timed === cpu;
  }

  isOnLateTurn(): boolean {
    return false;
  }

  kind(cpu: number): number {
    const operation = this.standing(cpu);
    if (this.agent(cpu)?.reread !== undefined) return SPIN;
    return operation === undefined ? IDLE : kindNumber(operation);
  }

  address(cpu: number): number {
    const operation = this.standing(cpu);
    if (operation === undefined) return 0;
    if (operation.values !== undefined) return operation.values;
    const touch = mainTouch(operation);
    return touch === undefined ? 0 : this.#words.of(touch.place, touch.from) << 2;
  }

  hash(): StateHash {
    return this.#hash.of(this.world.agents);
  }
}
