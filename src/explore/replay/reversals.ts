/**
 * The orders of an execution that another one may have the other way round. Two moves of different CPUs that do not commute
 * can be turned when nothing in between links them: no move that comes behind the earlier in its CPU, or depends on what
 * does, and in front of the later. Then all that is not behind the earlier goes first, then the later one, then the earlier
 * (the races of Flanagan and Godefroid 2005, with what is not behind them from Abdulla and others 2014).
 *
 * Who takes a lock meets who gave it back, which cannot be turned; it is turned with who took it before. A CPU that waits
 * at the end has a move that it did not come to make: that counts as one behind all others.
 */
import { isLock } from '../../machine/access-kinds.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { EVERYTHING, type Footprint } from '../subject/footprint.ts';
import type { Flow } from './flow.ts';

export interface Reversal {
  /** Numbers of the moves, from 0; of one that was not made, that of its place in `pending` behind all that were. */
  readonly earlier: number;
  readonly later: number;
  /** The moves that are to be made first, up to the later one, and those that are left then. */
  readonly first: readonly Move[];
  readonly rest: readonly Move[];
}

/** The moves of an execution with those that were not made behind them. */
interface Line {
  readonly moves: readonly Move[];
  readonly footprints: readonly Footprint[];
  readonly kinds: readonly number[];
  readonly made: number;
}

const lineOf = ({ moves, footprints, kinds, pending }: Flow): Line => ({
  moves: [...moves, ...pending.map(({ cpu }) => cpu)],
  footprints: [...footprints, ...pending.map(({ footprint }) => footprint)],
  kinds: [...kinds, ...pending.map(({ kind }) => kind)],
  made: moves.length,
});

/** All that can be turned, the latest first; those that `counts` says no to are left out unseen. */
export function* reversalsOf(flow: Flow, counts: (words: readonly number[]) => boolean): Generator<Reversal> {
  const line = lineOf(flow);
  for (let later = line.moves.length - 1; later > 0; later--) {
    // Behind the bound of steps nobody has noted any.
    const footprint = line.footprints[later];
    if (
      footprint === undefined ||
      footprint === EVERYTHING ||
      footprint.length === 0 ||
      !counts(footprint.map((key) => key >> 1))
    )
      continue;
    for (const earlier of partnersOf(line, later)) {
      const found = turn(line, earlier, later);
      if (found !== undefined) yield found;
    }
  }
}

/** With which moves one may change places: of each other CPU the last that does not commute with it, latest first. */
function partnersOf({ moves, footprints, kinds, made }: Line, later: number): number[] {
  const [cpu, footprint] = [cpuOf(moves[later] as Move), footprints[later] as Footprint];
  const takes = isLock(kinds[later] as number);
  const seen = new Set([cpu]);
  const partners: number[] = [];
  for (let i = Math.min(later, made) - 1; i >= 0; i--) {
    const other = cpuOf(moves[i] as Move);
    if (seen.has(other) || !meets(footprints[i] as Footprint, footprint)) continue;
    if (takes && !isLock(kinds[i] as number)) continue;
    seen.add(other);
    partners.push(i);
  }
  return partners;
}

function meets(a: Footprint, b: Footprint): boolean {
  if (a === EVERYTHING) return false;
  return a.some((x) => b.some((y) => x >> 1 === y >> 1 && ((x | y) & 1) === 1));
}

/** Undefined when something in between links the two. */
function turn({ moves, footprints, made }: Line, earlier: number, later: number): Reversal | undefined {
  const behind = new Behind();
  behind.add(cpuOf(moves[earlier] as Move), footprints[earlier] as Footprint);
  const [first, rest]: [Move[], Move[]] = [moves.slice(0, earlier), [moves[earlier] as Move]];
  for (let i = earlier + 1; i < Math.min(later, made); i++) {
    const [move, footprint] = [moves[i] as Move, footprints[i] as Footprint];
    const isBehind = behind.has(cpuOf(move), footprint);
    if (isBehind) behind.add(cpuOf(move), footprint);
    (isBehind ? rest : first).push(move);
  }
  const move = moves[later] as Move;
  if (behind.cpus.has(cpuOf(move))) return undefined;
  return { earlier, later, first: [...first, move], rest: [...rest, ...moves.slice(later + 1, made)] };
}

/** What comes behind a move: the CPUs that have done such a thing, and the words that were written or read so. */
class Behind {
  readonly cpus = new Set<number>();
  readonly #written = new Set<number>();
  readonly #touched = new Set<number>();

  add(cpu: number, footprint: Footprint): void {
    this.cpus.add(cpu);
    for (const key of footprint) {
      this.#touched.add(key >> 1);
      if ((key & 1) === 1) this.#written.add(key >> 1);
    }
  }

  has(cpu: number, footprint: Footprint): boolean {
    if (this.cpus.has(cpu) || footprint === EVERYTHING) return true;
    return footprint.some((key) => ((key & 1) === 1 ? this.#touched : this.#written).has(key >> 1));
  }
}
