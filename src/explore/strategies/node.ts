/**
 * A state of dpor's path: who is asleep there, what is still to be tried, and what a choice adds to both. A CPU at a
 * choice has several moves, one for each value, and some of them may be asleep while others are not: those that were
 * harmless stay asleep whatever others do, since a choice commutes with all of it; those that ended the execution are
 * awake again behind any other step.
 */
import { CpuSet } from '../../base/cpu-set.ts';
import { choiceOf, cpuOf, type Move, valueOf } from '../../stepped/move.ts';
import { EVERYTHING, type Footprint, NOTHING, wake } from '../subject/footprint.ts';
import { type Branch, firstOf, placeInFront, type Step } from './wakeup-tree.ts';

/** By CPU: of one at a choice the values that are awake. */
export type Values = readonly (readonly number[] | undefined)[];

/** Of a state in which no CPU is at a choice. */
const NO_VALUES: Values = [];
const NO_MOVES: readonly Move[] = [];

export interface Node {
  /** CPUs asleep when the node was reached, and with those that it has been left by since. */
  readonly reachedAsleep: CpuSet;
  readonly sleep: CpuSet;
  /** What each CPU is about to do here. */
  readonly next: Footprint[];
  values: Values;
  /** Choices the node has been left by, and those of them that ended the execution. */
  tried: readonly Move[];
  fatal: readonly Move[];
  tree: Branch[];
  move: Move;
}

export function createNode(): Node {
  const [reachedAsleep, sleep] = [new CpuSet(), new CpuSet()];
  return { reachedAsleep, sleep, next: [], values: NO_VALUES, tried: NO_MOVES, fatal: NO_MOVES, tree: [], move: -1 };
}

/** Makes a node one that nobody has been at; who sleeps there is said next (sleepBehind, putToSleep). */
export function clear(node: Node): void {
  node.values = NO_VALUES;
  node.tried = NO_MOVES;
  node.fatal = NO_MOVES;
  node.tree = [];
  node.move = -1;
}

/** Notes the values of the CPUs that come to a choice here; `before`: what those have that stand at one since. */
export function noteValues(node: Node, before: Values, values: readonly number[], cpu: number): void {
  if (before === NO_VALUES && values.length === 0) return;
  const all = [...before];
  all[cpu] = values.length === 0 ? undefined : values;
  node.values = all;
}

/** Puts those to sleep behind a step that slept before it, and that it does not wake. */
export function sleepBehind(node: Node, before: Node, step: Footprint): void {
  const cpu = cpuOf(before.move);
  const { sleep } = node;
  sleep.copy(before.sleep);
  sleep.delete(cpu);
  wake(sleep, before.next, step);
  if (before.fatal.length > 0) wakeFatal(node, before);
  node.reachedAsleep.copy(sleep);
}

/** Of the CPUs that slept the values are awake again that ended the execution. */
function wakeFatal(node: Node, before: Node): void {
  for (const cpu of new Set(before.fatal.map(cpuOf))) {
    if (cpu === cpuOf(before.move) || !before.sleep.has(cpu)) continue;
    node.sleep.delete(cpu);
    node.values = node.values.with(cpu, before.fatal.filter((move) => cpuOf(move) === cpu).map(valueOf));
  }
}

/** Puts these moves to sleep and no others: the whole CPU once all its values are. */
export function putToSleep(node: Node, moves: readonly Move[]): void {
  node.sleep.clear();
  for (const move of moves) {
    const cpu = cpuOf(move);
    const values = node.values[cpu]?.filter((value) => choiceOf(cpu, value) !== move) ?? [];
    if (values.length > 0) node.values = node.values.with(cpu, values);
    else node.sleep.add(cpu);
  }
  node.reachedAsleep.copy(node.sleep);
}

export function isAsleep(node: Node, move: Move): boolean {
  const cpu = cpuOf(move);
  if (node.values === NO_VALUES) return node.sleep.has(cpu);
  return node.sleep.has(cpu) || node.values[cpu]?.includes(valueOf(move)) === false;
}

/** The moves of a CPU that are awake, of one that is not asleep as a whole. */
export function movesOf({ values }: Node, cpu: number): readonly Move[] {
  return values[cpu]?.map((value) => choiceOf(cpu, value)) ?? [cpu];
}

/** Makes the first branch of the tree the next move. Where it is a choice, the CPU's other values become branches beside it. */
export function takeFirst(node: Node): void {
  const { move } = node.tree[0] as Branch;
  node.move = move;
  const cpu = cpuOf(move);
  if (node.values === NO_VALUES || node.values[cpu] === undefined) return;
  const own = node.tree.filter((branch) => cpuOf(branch.move) === cpu);
  const isThere = (one: Move): boolean => node.tried.includes(one) || own.some((branch) => branch.move === one);
  const missing = movesOf(node, cpu).filter((one) => !isThere(one));
  const siblings = missing.map((one) => ({ move: one, footprint: NOTHING, children: [] }));
  node.tree = [...own, ...siblings, ...node.tree.filter((branch) => cpuOf(branch.move) !== cpu)];
}

/** What the node was left by has been tried: its CPU sleeps from here on, one at a choice when no value of it is left. */
export function leave(node: Node): void {
  if (node.move < 0) return;
  const cpu = cpuOf(node.move);
  if (node.values !== NO_VALUES && node.values[cpu] !== undefined) {
    node.tried = [...node.tried, node.move];
    if (node.tree.some(({ move }) => cpuOf(move) === cpu)) return;
  }
  node.sleep.add(cpu);
}

/** By how many moves it has been left so far. */
export const leftBy = ({ sleep, reachedAsleep }: Node): number => sleep.size - reachedAsleep.size;

/** The move that the node was left by ended the execution: from here it commutes with nothing. */
export function endedBy(node: Node): void {
  const cpu = cpuOf(node.move);
  if (node.values[cpu] === undefined) node.next[cpu] = EVERYTHING;
  else node.fatal = [...node.fatal, node.move];
}

/** Whether a sequence only leads to traces that a move leads to which is asleep here. */
export function isCovered(node: Node, sequence: readonly Step[]): boolean {
  const { sleep, next, values } = node;
  const isPlain = values === NO_VALUES;
  for (let cpu = sleep.next(-1); cpu >= 0; cpu = sleep.next(cpu)) {
    if (!isPlain && values[cpu] !== undefined) continue;
    const place = placeInFront(sequence, cpu, next[cpu] as Footprint);
    const triedHere = !node.reachedAsleep.has(cpu);
    if (place >= 0 && (triedHere || place < sequence.length)) return true;
  }
  return !isPlain && values.some((awake, cpu) => awake !== undefined && isCoveredByChoice(node, cpu, sequence));
}

/** The same by the choices of a CPU. */
function isCoveredByChoice(node: Node, cpu: number, sequence: readonly Step[]): boolean {
  const footprintOf = (move: Move): Footprint =>
    node.fatal.includes(move) ? EVERYTHING : (node.next[cpu] as Footprint);
  const own = firstOf(sequence, cpu)?.move;
  if (own !== undefined) {
    if (!isAsleep(node, own) && !node.tried.includes(own)) return false;
    return placeInFront(sequence, own, footprintOf(own)) >= 0;
  }
  return node.tried.some((move) => cpuOf(move) === cpu && placeInFront(sequence, move, footprintOf(move)) >= 0);
}
