/**
 * The search over states run inside WebAssembly (src/stepped/inside/states.ts). It proves; it does not explain: where anything
 * is to be told it gives up, and the search runs anew on the stepped machine.
 *
 * A proof is not taken on trust: random walks of the stepped machine follow, and where each of them ends has to be among the
 * ends that were met.
 */
import { QUEUES } from '../../machine/access-kinds.ts';
import { MachineFault } from '../../machine/fault.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import * as places from '../../stepped/inside/places.ts';
import { hashText, stateNumber } from '../../stepped/state.ts';
import { changesAnything, kindsOf } from '../../stepper/wasm/cut.ts';
import type { Beginning } from '../inside/beginning.ts';
import { Inside } from '../inside/instance.ts';
import { Runner } from '../run/runner.ts';
import { RandomWalk } from '../strategies/random.ts';
import type { Subject } from '../subject/subject.ts';
import { type SearchControl, searchBreather } from './control.ts';
import type { SearchEnd } from './result.ts';
import { EnginesDiffer } from './sprint.ts';
import type { StatefulResult } from './stateful.ts';

/** Transitions between two breaths. */
const SLICE = 1 << 16;
const FIRST_SLOTS = 1 << 14;
/** What a slice comes to. */
const [ALL, FULL, TELLS] = [1, 2, 3];
/** Random walks behind a proof. */
const WALKS = 64;

/** Undefined for a module that does something that is not done inside, and where there is something to tell. */
export async function searchStatesInside(
  subject: Subject,
  control: SearchControl,
): Promise<StatefulResult | undefined> {
  const begun = beginningOf(subject);
  const inside = begun === undefined || control.mostStates !== undefined ? undefined : instanceFor(begun);
  if (begun === undefined || inside === undefined) return undefined;
  // Any word may be used: what a state costs does not depend on how many there are.
  inside.grow((places.RAM_END - places.RAM) / 4 - FIRST_WORD);
  inside.put(places.STATE_END, 4 * (begun.initial.ram.end - 1));
  const finalStates = new Set<number>();
  const result = (end: SearchEnd): StatefulResult => ({
    states: inside.get(places.STATES),
    transitions: inside.get(places.TRANSITIONS),
    ends: inside.get(places.STATE_ENDS),
    finalStates,
    failedStates: new Set(),
    bugs: [],
    end,
  });
  const breathe = searchBreather(control, () => {
    const { ends, transitions } = result('duration');
    return { executions: ends, steps: transitions, bugs: 0 };
  });
  growTable(inside, FIRST_SLOTS);
  try {
    for (let stands = inside.exports.beginStates(); ; stands = inside.exports.searchStates(SLICE)) {
      inside.takeEnds((state) => finalStates.add(state));
      if (stands === TELLS) return undefined;
      if (stands === ALL) break;
      if (stands === FULL) growTable(inside, 4 * (inside.get(places.STATE_MASK) + 1));
      const end = await breathe();
      if (end !== undefined) return result(end);
    }
  } catch (error) {
    // A function that nothing cuts cannot go on, or there is no more memory.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return undefined;
    throw error;
  }
  compare(subject, finalStates);
  return result('exhausted');
}

/** Undefined as well for a module whose setup fails. */
function beginningOf(subject: Subject): Beginning | undefined {
  try {
    subject.reset();
  } catch (error) {
    if (error instanceof MachineFault) return undefined;
    throw error;
  }
  return subject.beginning?.();
}

/** Of a module each step of which changes its CPU and one word, and nothing else. */
function instanceFor(begun: Beginning): Inside | undefined {
  const { unit, finished } = begun;
  if (unit.noting || unit.guarded) return undefined;
  if (finished !== undefined && changesAnything(unit, finished)) return undefined;
  if ([...kindsOf(unit)].some((kind) => QUEUES[kind] === 1)) return undefined;
  return Inside.of(begun);
}

function growTable(inside: Inside, slots: number): void {
  const at = inside.extend(8 * slots);
  inside.exports.moveTable(at, slots - 1);
}

/** Throws EnginesDiffer when the stepped machine comes to an end that was not met, or to a bug. */
function compare(subject: Subject, finalStates: ReadonlySet<number>): void {
  const runner = new Runner(subject, []);
  const walk = new RandomWalk(0);
  for (let index = 0; index < WALKS; index++) {
    const { ending, bugs } = runner.run(walk, index) as { ending: string; bugs: readonly unknown[] };
    // One that is cut short has come to no end.
    if (ending === 'bound') continue;
    const hash = subject.machine.hash();
    if (bugs.length === 0 && finalStates.has(stateNumber(hash))) continue;
    throw new EnginesDiffer(
      `a random walk of the stepped machine ended (${ending}) in state ${hashText(hash)}, which a search over all states in ` +
        'WebAssembly did not meet',
    );
  }
}
