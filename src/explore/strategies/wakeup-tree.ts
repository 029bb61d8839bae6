/**
 * Wakeup trees: the sequences of steps that a search still has to try from one state, merged at their beginnings.
 * Abdulla, Aronis, Jonsson, Sagonas: Source sets: a foundation for optimal dynamic partial order reduction, J. ACM 2017.
 *
 * A sequence is a list of moves, each the next one of its CPU with what it will touch. Inserting looks for a branch that
 * some reordering of the sequence follows already; only what is really new becomes a branch.
 */
import { cpuOf, type Move } from '../../stepped/move.ts';
import { dependent, EVERYTHING, type Footprint } from '../subject/footprint.ts';

export interface Step {
  readonly move: Move;
  readonly footprint: Footprint;
}

export interface Branch extends Step {
  /** In the order they were inserted, which is the order they are tried in. */
  readonly children: Branch[];
}

/** The first step of a CPU in a sequence. */
export function firstOf(steps: readonly Step[], cpu: number): Step | undefined {
  return steps.find((step) => cpuOf(step.move) === cpu);
}

/**
 * Position in `steps` of a move, when it is the first of its CPU there and nothing in front of it depends on it; -1 when
 * something does, or when its CPU makes another choice there. When the CPU has no step there: steps.length if the move
 * commutes with all of them, else -1. So the result is not negative exactly when the move is a weak initial of the sequence.
 */
export function placeInFront(steps: readonly Step[], move: Move, next: Footprint): number {
  const cpu = cpuOf(move);
  let end = 0;
  while (end < steps.length && cpuOf((steps[end] as Step).move) !== cpu) end++;
  const own = end < steps.length ? (steps[end] as Step) : undefined;
  if (own !== undefined && own.move !== move) return -1;
  // A step that ended the execution from this state may be another's harmless one in the sequence.
  const footprint = own === undefined || next === EVERYTHING ? next : own.footprint;
  for (let i = 0; i < end; i++) if (dependent((steps[i] as Step).footprint, footprint)) return -1;
  return end;
}

/** Adds a sequence below a node, unless a branch there leads to the same. True when something was added. */
export function insert(children: Branch[], sequence: readonly Step[]): boolean {
  let at = children;
  let steps = sequence;
  for (;;) {
    let followed: Branch | undefined;
    for (const branch of at) {
      const position = placeInFront(steps, branch.move, branch.footprint);
      if (position < 0) continue;
      followed = branch;
      if (position < steps.length) steps = steps.toSpliced(position, 1);
      break;
    }
    if (followed === undefined) break;
    // A leaf: the search goes on freely from there, and will come to what is left of the sequence.
    if (followed.children.length === 0 || steps.length === 0) return false;
    at = followed.children;
  }
  for (const { move, footprint } of steps) {
    const branch: Branch = { move, footprint, children: [] };
    at.push(branch);
    at = branch.children;
  }
  return steps.length > 0;
}
