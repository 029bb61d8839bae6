/**
 * Nodes of dpor's path as plain data, for those that several parts of a search share (shared-tree.ts). Words of footprints are
 * numbers that all parts have alike.
 */
import { CpuSet } from '../../base/cpu-set.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { EVERYTHING, type Footprint } from '../subject/footprint.ts';
import { leave, type Node, type Values } from './node.ts';
import type { Branch, Step } from './wakeup-tree.ts';

type Cpus = Pick<CpuSet, 'low' | 'high'>;

/** A node that somebody gives away: left by a move under which he goes on. */
export interface PlainNode {
  readonly reached: Cpus;
  readonly sleep: Cpus;
  readonly next: readonly Footprint[];
  readonly values: Values;
  readonly tried: readonly Move[];
  readonly fatal: readonly Move[];
  readonly tree: readonly Branch[];
  readonly move: Move;
}

/** A node that others hold, as a part below it has to know it. */
export interface Level extends Pick<PlainNode, 'reached' | 'sleep' | 'values' | 'tried' | 'fatal'> {
  /** CPUs whose step ended an execution here. */
  readonly ended: readonly number[];
  /** Moves that are tried as well, but do not sleep behind the part's own. */
  readonly firsts: readonly Move[];
}

const cpusOf = ({ low, high }: CpuSet): Cpus => ({ low, high });

/** A node as data; here it is left from now on by its move and by all that is in its tree. */
export function giveAway(node: Node): PlainNode {
  const { reachedAsleep, sleep, next, values, tried, fatal, tree, move } = node;
  const plain = {
    reached: cpusOf(reachedAsleep),
    sleep: cpusOf(sleep),
    next: [...next],
    values,
    tried,
    fatal,
    tree,
    move,
  };
  leave(node);
  for (const branch of tree) addTried(node, branch.move);
  node.tree = [];
  return plain;
}

export function levelOf({ reachedAsleep, sleep, next, values, tried, fatal }: Node, firsts: readonly Move[]): Level {
  const ended = [...next.keys()].filter((cpu) => next[cpu] === EVERYTHING);
  return { reached: cpusOf(reachedAsleep), sleep: cpusOf(sleep), values, tried, fatal, ended, firsts };
}

/** A copy does not know what EVERYTHING is. */
const footprintOf = (copy: Footprint): Footprint =>
  copy.length === 1 && copy[0] === EVERYTHING[0] ? EVERYTHING : copy;

export const stepsOf = (copies: readonly Step[]): Step[] =>
  copies.map(({ move, footprint }) => ({ move, footprint: footprintOf(footprint) }));

export const branchesOf = (copies: readonly Branch[]): Branch[] =>
  copies.map(({ move, footprint, children }) => ({
    move,
    footprint: footprintOf(footprint),
    children: branchesOf(children),
  }));

export function nodeOf(plain: PlainNode): Node {
  const [reachedAsleep, sleep] = [new CpuSet(), new CpuSet()];
  reachedAsleep.copy(plain.reached);
  sleep.copy(plain.sleep);
  const { values, tried, fatal, move } = plain;
  return {
    reachedAsleep,
    sleep,
    next: plain.next.map(footprintOf),
    values,
    tried,
    fatal,
    tree: branchesOf(plain.tree),
    move,
  };
}

/** Makes a node the one that others hold, left by a move. */
export function setTo(node: Node, level: Level, move: Move): void {
  node.reachedAsleep.copy(level.reached);
  node.sleep.copy(level.sleep);
  node.tried = level.tried;
  node.fatal = level.fatal;
  node.move = move;
  if (level.values.length > 0) node.values = level.values;
  for (const cpu of level.ended) node.next[cpu] = EVERYTHING;
}

/** A move is tried here by others. */
export function addTried(node: Node, move: Move): void {
  const cpu = cpuOf(move);
  if (node.values[cpu] === undefined) node.sleep.add(cpu);
  else if (!node.tried.includes(move)) node.tried = [...node.tried, move];
}
