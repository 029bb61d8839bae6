/**
 * Which lock was taken while which was held: a graph whose nodes are lock classes, and the search for cycles in it.
 *
 * An edge says: somebody held A in one mode and went on to take B in another. A cycle of edges is a deadlock that may
 * happen when, at every lock of the cycle, who waits for it is really kept waiting by who holds it. A reader of a rwlock
 * is not kept waiting by another reader, however many there are; a reader of a semaphore is, when a writer stands between
 * them (the distinction of recursive and other readers in Linux's lockdep).
 */
import { LOCK_SHARED } from '../../machine/trace.ts';

export interface Edge {
  readonly from: number;
  readonly held: number;
  readonly to: number;
  readonly taken: number;
  /** Row of the log that says where `to` was taken; for an edge that an interrupt would make, where `from` was. */
  readonly row: number;
  readonly byInterrupt: boolean;
}

export class LockGraph {
  /** By the lock held. */
  readonly #from = new Map<number, Edge[]>();
  readonly #known = new Map<number, Edge>();
  /** How many edges lead to a node. */
  readonly #reached = new Map<number, number>();
  /** Nodes that are semaphores. */
  readonly #semaphores = new Set<number>();

  /** The edges so far, to go back to: what came behind them is taken out again. */
  keep(): () => void {
    const edges = this.#known.size;
    const semaphores = [...this.#semaphores];
    return () => {
      for (const edge of [...this.#known.values()].slice(edges).toReversed()) this.#remove(edge);
      this.#semaphores.clear();
      for (const node of semaphores) this.#semaphores.add(node);
    };
  }

  addSemaphore(node: number): void {
    this.#semaphores.add(node);
  }

  /** Every edge so far. */
  get edges(): Iterable<Edge> {
    return this.#known.values();
  }

  find(from: number, held: number, to: number, taken: number): Edge | undefined {
    return this.#known.get(key(from, held, to, taken));
  }

  /** Adds an edge and answers the shortest cycle that it closes, this edge first; empty when there is none. */
  add(edge: Edge): readonly Edge[] {
    this.#insert(edge);
    // A cycle ends with an edge to where it begins.
    return (this.#reached.get(edge.from) ?? 0) > 0 ? this.#cycle(edge) : [];
  }

  #insert(edge: Edge): void {
    const edges = this.#from.get(edge.from);
    if (edges === undefined) this.#from.set(edge.from, [edge]);
    else edges.push(edge);
    this.#known.set(key(edge.from, edge.held, edge.to, edge.taken), edge);
    this.#reached.set(edge.to, (this.#reached.get(edge.to) ?? 0) + 1);
  }

  /** The last one that was added. */
  #remove(edge: Edge): void {
    this.#from.get(edge.from)?.pop();
    this.#known.delete(key(edge.from, edge.held, edge.to, edge.taken));
    this.#reached.set(edge.to, (this.#reached.get(edge.to) as number) - 1);
  }

  /** True when a CPU that wants the lock in one mode waits for one that has it in the other. */
  #blocks(node: number, wanted: number, had: number): boolean {
    return wanted !== LOCK_SHARED || had !== LOCK_SHARED || this.#semaphores.has(node);
  }

  /** Breadth first along edges that block each other, until one leads back to where the first began. */
  #cycle(first: Edge): readonly Edge[] {
    const before = new Map<Edge, Edge | undefined>([[first, undefined]]);
    for (const edge of before.keys()) {
      if (edge.to === first.from && this.#blocks(edge.to, edge.taken, first.held)) return path(before, edge);
      for (const next of this.#from.get(edge.to) ?? []) {
        if (!before.has(next) && this.#blocks(edge.to, edge.taken, next.held)) before.set(next, edge);
      }
    }
    return [];
  }
}

/** Nodes are below 2^24, modes 0 or 1. */
const key = (from: number, held: number, to: number, taken: number): number =>
  (2 * from + held) * 2 ** 25 + 2 * to + taken;

function path(before: ReadonlyMap<Edge, Edge | undefined>, last: Edge): Edge[] {
  const edges: Edge[] = [];
  for (let edge: Edge | undefined = last; edge !== undefined; edge = before.get(edge)) edges.unshift(edge);
  return edges;
}
