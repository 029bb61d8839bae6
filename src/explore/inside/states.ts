/**
 * The search over states run inside WebAssembly (src/stepped/inside/states.ts). It proves; it does not explain: where anything
 * is to be told it gives up, and the search runs anew on the stepped machine.
 */
import { QUEUES } from '../../machine/access-kinds.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import * as places from '../../stepped/inside/places.ts';
import { changesAnything, kindsOf } from '../../stepper/wasm/cut.ts';
import { type SearchControl, searchBreather } from '../search/control.ts';
import type { SearchEnd } from '../search/result.ts';
import type { Beginning } from './beginning.ts';
import { Inside } from './instance.ts';

export interface States {
  readonly states: number;
  readonly transitions: number;
  readonly ends: number;
  readonly finalStates: ReadonlySet<number>;
  readonly end: SearchEnd;
}

/** Transitions between two breaths. */
const SLICE = 1 << 16;
const FIRST_SLOTS = 1 << 14;
/** What a slice comes to. */
const [ALL, FULL, TELLS] = [1, 2, 3];

/** Undefined for a module that does something that is not done inside, and where there is something to tell. */
export async function searchStatesInside(begun: Beginning, control: SearchControl): Promise<States | undefined> {
  const { unit, finished } = begun;
  // A step of such a module changes more than its CPU and a word.
  if (unit.noting || unit.guarded || control.mostStates !== undefined) return undefined;
  if (finished !== undefined && changesAnything(unit, finished)) return undefined;
  const inside = Inside.of(begun, 0);
  if (inside === undefined || [...kindsOf(unit)].some((kind) => QUEUES[kind] === 1)) return undefined;
  // Any word may be used: what a state costs does not depend on how many there are.
  inside.grow((places.RAM_END - places.RAM) / 4 - FIRST_WORD);
  inside.put(places.STATE_END, 4 * (begun.initial.ram.end - 1));
  const finalStates = new Set<number>();
  const breathe = searchBreather(control, () => ({
    executions: inside.get(places.STATE_ENDS),
    steps: inside.get(places.TRANSITIONS),
    bugs: 0,
  }));
  const told = (end: SearchEnd): States => ({
    states: inside.get(places.STATES),
    transitions: inside.get(places.TRANSITIONS),
    ends: inside.get(places.STATE_ENDS),
    finalStates,
    end,
  });
  growTable(inside, FIRST_SLOTS);
  try {
    for (let stands = inside.exports.beginStates(); ; stands = inside.exports.searchStates(SLICE)) {
      inside.takeEnds((state) => finalStates.add(state));
      if (stands === TELLS) return undefined;
      if (stands === ALL) return told('exhausted');
      if (stands === FULL) growTable(inside, 4 * (inside.get(places.STATE_MASK) + 1));
      const end = await breathe();
      if (end !== undefined) return told(end);
    }
  } catch (error) {
    // A function that nothing cuts cannot go on, or there is no more memory.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function growTable(inside: Inside, slots: number): void {
  const at = inside.extend(8 * slots);
  inside.exports.moveTable(at, slots - 1);
}
