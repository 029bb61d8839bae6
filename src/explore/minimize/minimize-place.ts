/**
 * The systematic end of minimising: turns are no longer taken from the execution at hand, but made. A shape says which
 * CPUs take turns and which of these end by a preemption; all others last until the CPU has to wait. Shapes with fewer
 * switches than the best come first, with at most two preemptions: few bugs need more (Musuvathi, Qadeer: Iterative
 * context bounding, PLDI 2007).
 *
 * A preempted turn can end after any number of steps. Lengths near those between two switches of the best execution are
 * tried first, for all shapes, then those ever further away; so a small budget is spent where it is likely to pay.
 */
import { switchesOf, type Turn, turnsOf } from '../../recording/turns.ts';
import type { Attempts } from './attempts.ts';
import { type Reproduces, type TryTurns, turnsPass } from './try-turns.ts';

interface Shape {
  /** CPU of each turn. */
  readonly cpus: readonly number[];
  /** Indices of the turns that end by a preemption; never the last. */
  readonly preempted: readonly number[];
}

const MOST_PREEMPTIONS = 2;
/** Executions of more switches are left as they are. */
const FEW_SWITCHES = 8;
/** How far from a known length, round by round; the last round takes every length. */
const RADII = [0, 1, 2, 4, 8, 16, 32, Number.POSITIVE_INFINITY];

/** True when every placing was tried and the best is the best. */
export async function placeSwitches(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<boolean> {
  const tryTurns = turnsPass(attempts, reproduces, 'place up to two preemptions');
  while (await improve(attempts, tryTurns));
  return !attempts.cut && switchesOf(attempts.best) <= FEW_SWITCHES;
}

/** Tries shapes with fewer switches than the best until one is simpler. */
async function improve(attempts: Attempts<Uint16Array>, tryTurns: TryTurns): Promise<boolean> {
  const { best } = attempts;
  const switches = switchesOf(best);
  if (switches > FEW_SWITCHES) return false;
  const turns = turnsOf(best);
  const progress = progressOf(turns);
  const values = valuesByCpu(turns);
  for (const radius of RADII) {
    const lengths = new Map([...progress].map(([cpu, points]) => [cpu, lengthsNear(points, radius)]));
    for (const shape of shapesOf([...progress.keys()], switches)) {
      for (const made of turnsOfShape(shape, lengths, 2 * best.length)) {
        if (await tryTurns(withValues(made, values))) return true;
        if (attempts.cut) return false;
      }
    }
  }
  return false;
}

/** By CPU: the numbers of its own steps after which another CPU took over, beginning with 0. */
function progressOf(turns: readonly Turn[]): Map<number, number[]> {
  const cpus = [...new Set(turns.map(({ cpu }) => cpu))];
  const progress = new Map(cpus.sort((a, b) => a - b).map((cpu) => [cpu, [0]]));
  for (const { cpu, length } of turns) {
    const points = progress.get(cpu) ?? [];
    points.push((points.at(-1) ?? 0) + length);
  }
  return progress;
}

/** The values of each CPU that has some, in order. */
function valuesByCpu(turns: readonly Turn[]): Map<number, number[]> {
  const all = new Map<number, number[]>();
  for (const { cpu, values } of turns) if (values.length > 0) all.set(cpu, [...(all.get(cpu) ?? []), ...values]);
  return all;
}

/** The turns with these values: each CPU has all of its own at the first, for a wish gives them out as they are needed. */
function withValues(turns: readonly Turn[], values: ReadonlyMap<number, readonly number[]>): readonly Turn[] {
  if (values.size === 0) return turns;
  const given = new Set<number>();
  return turns.map((turn) => {
    if (given.has(turn.cpu)) return turn;
    given.add(turn.cpu);
    return { ...turn, values: values.get(turn.cpu) ?? [] };
  });
}

/** Lengths of turns from any point to any later one, and those not further than `radius` from such a length. */
function lengthsNear(points: readonly number[], radius: number): number[] {
  const most = points.at(-1) ?? 0;
  const lengths = new Set<number>();
  for (const [i, from] of points.entries()) {
    for (const to of points.slice(i + 1)) {
      const first = Math.max(1, to - from - radius);
      const last = Math.min(most, to - from + radius);
      for (let length = first; length <= last; length++) lengths.add(length);
    }
  }
  return [...lengths];
}

/** Every shape with fewer than `switches`: fewest switches first, then fewest preemptions. */
function* shapesOf(cpus: readonly number[], switches: number): Generator<Shape> {
  for (let count = 0; count < switches; count++) {
    for (let preemptions = 0; preemptions <= Math.min(count, MOST_PREEMPTIONS); preemptions++) {
      for (const order of orders(cpus, count + 1)) {
        for (const preempted of choices(0, count, preemptions)) yield { cpus: order, preempted };
      }
    }
  }
}

/** Every order of so many turns, neighbours of different CPUs. */
function* orders(cpus: readonly number[], turns: number): Generator<number[]> {
  if (turns === 0) return yield [];
  for (const order of orders(cpus, turns - 1)) {
    for (const cpu of cpus) if (cpu !== order.at(-1)) yield [...order, cpu];
  }
}

/** Every way to choose so many of the numbers from `from` to `to` - 1. */
function* choices(from: number, to: number, count: number): Generator<number[]> {
  if (count === 0) return yield [];
  for (let first = from; first < to; first++) {
    for (const rest of choices(first + 1, to, count - 1)) yield [first, ...rest];
  }
}

/** The shape with every combination of lengths. A turn that is not preempted is longer than any can be. */
function* turnsOfShape(
  { cpus, preempted }: Shape,
  lengths: ReadonlyMap<number, readonly number[]>,
  unbounded: number,
): Generator<Turn[]> {
  const turns = cpus.map((cpu): Turn => ({ cpu, length: unbounded, values: [] }));
  const fill = function* (which: number): Generator<Turn[]> {
    const index = preempted[which];
    if (index === undefined) {
      yield [...turns];
      return;
    }
    const cpu = cpus[index] as number;
    for (const length of lengths.get(cpu) ?? []) {
      turns[index] = { cpu, length, values: [] };
      yield* fill(which + 1);
    }
  };
  yield* fill(0);
}
