/**
 * The nodes that parts of one dpor search share, held by the one who puts the search together; and the branches of them that
 * nobody has begun. A part is what is behind one branch. When somebody has nothing to do, a part gives away its nodes down
 * to the first that has a branch left, and goes on below (Dpor.share). What it turns round at a node that is held here it
 * tells, and it is put into the tree here as there.
 *
 * Why nothing is lost, and nothing tried twice. The argument of dpor.ts speaks of a node, of the moves T that it is left by in
 * the end and their order, and not of when they are tried: it asks that behind each of them those before it sleep, and that
 * every race below has been turned before the node is done with. So
 *
 *   a branch is handed out with everybody asleep whose branch comes before its own, begun or done
 *   one behind another only when that was begun, for whose move ends the execution is awake behind the next
 *   a node is there as long as a part below it is, and what is told comes before the word that the part is done
 *   the search is over when no part is under way and no branch is left; one that was lost leaves it open for ever
 *
 * A sequence that follows a branch which was handed out is covered by it, as by one that was left: the part tries all that
 * nobody asleep there is first in. It is not put into the part's own tree, where it would only come up sooner.
 */
import type { Move } from '../../stepped/move.ts';
import * as nodes from './node.ts';
import type { Node } from './node.ts';
import { type Level, levelOf, nodeOf, type PlainNode, stepsOf } from './plain-node.ts';
import { type Branch, insert, type Step } from './wakeup-tree.ts';

interface Shared {
  readonly above: Shared | undefined;
  readonly depth: number;
  /** The move of `above` that leads here. */
  readonly via: Move;
  readonly node: Node;
  /** A branch of it was handed out, and nobody knows yet whether its move ends the execution. */
  waits: boolean;
}

/** A part under way. */
export interface Part {
  /** The last node in front of it; undefined for the whole search, before it has given any away. */
  above: Shared | undefined;
  /** The move of that node that it is behind. */
  move: Move;
  /** Words about it that were heard. */
  heard: number;
}

/** What a part begins with; see Handed. */
export interface PartRoot {
  readonly decisions: readonly Move[];
  readonly levels: readonly Level[];
  readonly subtree: readonly Branch[];
}

/** Told of every move that is tried at a node from now on, for each part below that was there before. */
export type Tell = (part: Part, depth: number, move: Move) => void;

export class SharedTree {
  /** The whole search: a part from the beginning on. */
  readonly whole: Part = { above: undefined, move: -1, heard: 0 };
  readonly #tell: Tell;
  readonly #parts = new Set<Part>([this.whole]);
  /** Nodes that have branches left. */
  readonly #open = new Set<Shared>();
  #isWhole = true;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Nothing is left, and nothing was lost. */
  get isExhausted(): boolean {
    return this.#isWhole && this.isOver;
  }

  /** Nothing is left to be begun or waited for. */
  get isOver(): boolean {
    return this.#parts.size === 0 && this.#open.size === 0;
  }

  /** Whether there is a branch that can be begun as soon as the one before it was. */
  get isWaiting(): boolean {
    for (const one of this.#open) if (one.waits) return true;
    return false;
  }

  /** How many nodes are in front of a part. */
  depthOf({ above }: Part): number {
    return above === undefined ? 0 : above.depth + 1;
  }

  /** A part that has not been begun, of those there are the one that is likely to be the largest; undefined for none. */
  next(): { readonly part: Part; readonly root: PartRoot } | undefined {
    const shared = this.#shallowest();
    if (shared === undefined) return undefined;
    const { node } = shared;
    const before = firstsOf(node);
    nodes.takeFirst(node);
    const branch = node.tree.shift() as Branch;
    const root = rootOf(shared, branch);
    nodes.leave(node);
    const part: Part = { above: shared, move: branch.move, heard: 0 };
    // Other values of a choice have become branches.
    this.#tellNew(shared, before);
    this.#parts.add(part);
    shared.waits = true;
    this.#settle(shared);
    return { part, root };
  }

  /** The branch of a part was taken for the first time; `fatal`: its move ended the execution. */
  begun(part: Part, fatal: boolean): void {
    const { above, move } = part;
    part.heard++;
    if (above === undefined) throw new Error('the whole search is no branch');
    above.waits = false;
    if (!fatal) return;
    above.node.move = move;
    nodes.endedBy(above.node);
  }

  /** A part gives away nodes, the first of them the one behind its branch, and goes on behind the last. */
  adopt(part: Part, given: readonly PlainNode[]): void {
    part.heard++;
    for (const plain of given) {
      const { above } = part;
      const node = nodeOf(plain);
      const shared: Shared = { above, depth: this.depthOf(part), via: part.move, node, waits: false };
      nodes.leave(node);
      part.above = shared;
      part.move = plain.move;
      this.#settle(shared);
    }
  }

  /** A part tells of something else to try in front of it. */
  turned(part: Part, depth: number, sequence: readonly Step[]): void {
    part.heard++;
    let shared = part.above;
    while (shared !== undefined && shared.depth > depth) shared = shared.above;
    if (shared?.depth !== depth) throw new Error(`no node ${depth} is in front of the part`);
    const { node } = shared;
    const steps = stepsOf(sequence);
    if (nodes.isCovered(node, steps)) return;
    const before = firstsOf(node);
    insert(node.tree, steps);
    this.#tellNew(shared, before);
    this.#settle(shared);
  }

  /** A part has nothing left; so many words it has said. One that was not heard would be something that is left out. */
  done(part: Part, said: number): void {
    if (part.heard !== said) throw new Error(`of ${said} words of a part ${part.heard} were heard`);
    this.#parts.delete(part);
  }

  /** A part will never be done. */
  lose(part: Part): void {
    this.#isWhole = false;
    if (part.above !== undefined) part.above.waits = false;
    this.#parts.delete(part);
  }

  #settle(shared: Shared): void {
    if (shared.node.tree.length > 0) this.#open.add(shared);
    else this.#open.delete(shared);
  }

  #shallowest(): Shared | undefined {
    let best: Shared | undefined;
    for (const one of this.#open) if (!one.waits && (best === undefined || one.depth < best.depth)) best = one;
    return best;
  }

  #tellNew(shared: Shared, before: readonly Move[]): void {
    const fresh = firstsOf(shared.node).filter((move) => !before.includes(move));
    if (fresh.length === 0) return;
    for (const part of this.#parts) {
      let at = part.above;
      while (at !== undefined && at !== shared) at = at.above;
      if (at !== undefined) for (const move of fresh) this.#tell(part, shared.depth, move);
    }
  }
}

const firstsOf = ({ tree }: Node): Move[] => tree.map(({ move }) => move);

/** What is behind a branch of a node that has just been taken from its tree: those before it sleep, and it does not. */
function rootOf(shared: Shared, branch: Branch): PartRoot {
  const decisions = [branch.move];
  const levels = [levelOf(shared.node, firstsOf(shared.node))];
  let { via } = shared;
  for (let at = shared.above; at !== undefined; at = at.above) {
    decisions.unshift(via);
    levels.unshift(levelOf(at.node, firstsOf(at.node)));
    ({ via } = at);
  }
  return { decisions, levels, subtree: branch.children };
}
