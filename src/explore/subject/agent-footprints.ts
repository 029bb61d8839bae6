/**
 * What agents are about to touch, as words (javascript/words.ts): each byte of what is shared is one, and so is a queue or
 * a list of waiters. When time passes all that is due comes about at once, so that is a step for itself behind all others.
 */
import type { Place } from '../../javascript/operation.ts';
import { WORDS, type Words } from '../../javascript/words.ts';
import { valueAt } from '../../javascript/scheduled.ts';
import type { WorldAgent } from '../../javascript/world/agent.ts';
import { type AgentMachine, isOther } from './agent-machine.ts';
import { EVERYTHING, type Footprint, type Footprints, NOT_THERE, NOTHING, type Waits } from './footprint.ts';

/** Bytes of the widest element: footprints of such are kept. */
const WIDEST = 8;

export class AgentFootprints implements Footprints {
  readonly words = WORDS;
  readonly sees = false;
  readonly #machine: AgentMachine;
  readonly #words: Words;
  /** By first word * 32 + bytes * 2 + 1 for a write. */
  readonly #known = new Map<number, Footprint>();

  constructor(machine: AgentMachine, words: Words) {
    this.#machine = machine;
    this.#words = words;
  }

  of(cpu: number): Footprint {
    return this.isLate(cpu) ? EVERYTHING : this.inTurn(cpu);
  }

  isLate(cpu: number): boolean {
    return this.#machine.isLate(cpu);
  }

  inTurn(cpu: number): Footprint {
    const agent = this.#machine.agent(cpu);
    const operation = this.#machine.standing(cpu);
    if (agent === undefined) return NOT_THERE;
    // A choice is the agent's own: it commutes with whatever others do.
    if (operation === undefined || operation.values !== undefined) return NOTHING;
    const awaited = this.#machine.awaited(cpu);
    const touches = awaited === undefined ? operation.touches : [...awaited.touches, ...operation.touches];
    const [first, another] = touches;
    const life = this.#lives(agent);
    if (first === undefined) return life;
    if (another === undefined && life === NOTHING) return this.#range(first.place, first.from, first.to, first.writes);
    return [...life, ...touches.flatMap(({ place, from, to, writes }) => this.#range(place, from, to, writes))];
  }

  /** What an agent that was started reads with every step: somebody may end it, or the process, between any two. */
  #lives({ life, maker }: WorldAgent): Footprint {
    if (maker === undefined) return NOTHING;
    let main = maker;
    while (main.maker !== undefined) main = main.maker;
    return [...this.#range(life, 0, 1, false), ...this.#range(main.life, 0, 1, false)];
  }

  #range(place: Place, from: number, to: number, writes: boolean): Footprint {
    const first = this.#words.of(place, from);
    const bytes = to - from;
    if (bytes > WIDEST || (from & 7) + bytes > 8) return this.#keys(place, from, to, writes);
    const key = first * 32 + bytes * 2 + (writes ? 1 : 0);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const keys = this.#keys(place, from, to, writes);
    this.#known.set(key, keys);
    return keys;
  }

  #keys(place: Place, from: number, to: number, writes: boolean): Footprint {
    return Array.from({ length: to - from }, (_, i) => this.#words.of(place, from + i) * 2 + (writes ? 1 : 0));
  }

  /** Of memory the byte; of all else its state, as a number. */
  valueOf(word: number): number {
    const named = this.#words.nameOf(word);
    return named === undefined ? 0 : valueAt(named.place, named.byte);
  }

  waits(cpu: number): Waits | undefined {
    const agent = this.#machine.agent(cpu);
    const waits = this.#waitsAlive(cpu);
    if (agent?.cutOff === undefined) return waits;
    const lives = this.#lives(agent);
    return (valueOf) => lives.every((key) => valueOf(key >> 1) > 0) && waits?.(valueOf) !== false;
  }

  #waitsAlive(cpu: number): Waits | undefined {
    const awaited = this.#machine.awaited(cpu);
    if (awaited !== undefined)
      return (valueOf) => isOther(awaited, (place, byte) => valueOf(this.#words.of(place, byte)));
    const operation = this.#machine.standing(cpu);
    if (operation?.enabledIf === undefined) return undefined;
    return (valueOf) => operation.enabledIf?.((place, byte) => valueOf(this.#words.of(place, byte))) !== false;
  }
}
