/**
 * Exhaustive search with dynamic partial-order reduction: one execution for each Mazurkiewicz trace, that is, for each
 * way of ordering the dependent accesses. Source sets, sleep sets and wakeup trees as in Abdulla, Aronis, Jonsson,
 * Sagonas, J. ACM 2017.
 *
 *   node     state after a prefix: the CPUs asleep there (their next step leads only to traces seen already), and the
 *            wakeup tree of the sequences still to be tried from there (node.ts)
 *   end      every race of the execution just run is turned round: from the state before the earlier event, all that
 *            does not depend on it, then the later event. Unless that is covered it goes into the node's wakeup tree
 *   begin    the deepest node with anything left in its tree is gone back to
 *
 * Why nothing is lost. Let S be the CPUs asleep when a node is reached, T those it is left by in the end, and call a CPU
 * *first* in a sequence when it has a step there that depends on nothing in front of it. A turned race v is covered by a
 * CPU of S only when that is first in v; by one of T also when it has no step in v and commutes with all of it. Claim:
 * for every sequence u that can be run from a node and in which no CPU of S is first, some execution that was begun from
 * there, completed or not, has u as a prefix up to the order of independent steps. For u maximal that is completeness.
 *
 *   By induction from the leaves. If a CPU of T is first in u, or commutes with all of u, take the one tried first: the
 *   claim for the node behind it, where nobody asleep is first in the rest, gives u. Else every t in T has a step e in u
 *   that is the first to depend on t; let w be what stands before e in u, and take the t with the longest w. No sleeper
 *   behind t is first in w e, so an execution with t w e as a prefix was begun. There t and e race, and the turned race v
 *   contains w e. It is covered by some r. If r is in T, then r is first in u, or commutes with w e, which makes a longer
 *   w: both cannot be. If r is in S it has a step f in v, first in it; were f in w e, r would be first in u; and r cannot
 *   have run f, since only a step that f depends on wakes it, t or another one in v in front of f.
 *
 * Choices. A CPU at choose(n) has n moves there, which exclude each other and commute with whatever others do. Two things
 * follow from that, and nothing else changes. A node that is left by one value is left by all that are awake there. And
 * when an awake CPU is at a choice, it goes first: no race has a choice as its earlier event, so the node gets no other
 * branch. In the induction, let T hold the values of p. If u has a step of p, its first is one of these values, or one of S;
 * it is first in u. If u has none, any value that did not end the execution commutes with all of u. So one case is left:
 * a step f at the end of u that ends the execution, which nothing commutes with. If f is of another CPU than p, it races
 * with the choice as with any last step of a CPU, and what stands before it is tried from this node as well. If f is a
 * value of p itself, then instead of it every other CPU that could go on is tried with f behind (#insteadOf): the first
 * step of u is in T or in S, or covered by one that is. Behind that branch the values that were harmless sleep on, for a
 * choice is woken by nothing; those that ended the execution are awake (node.ts), and so meet every prefix, as any step
 * that fails does.
 *
 * The argument does not ask where S comes from. So a search may begin at a *root* (split.ts), behind choices that others
 * try as well, with the CPUs asleep that were tried before: in front of a root every awake CPU is tried, which covers
 * every race whose earlier event lies there. And it is about executions begun: one given up since all that could go on
 * were asleep (`blocked`) has its races turned too. No trace is completed twice, since sleep sets alone see to that, so
 * parts together complete exactly what a whole search does; what differs is how many were blocked.
 *
 * Waiting: a lock is not turned round with its release but with the last taking of it (history.ts); a step that a CPU
 * still waits with when the execution ends races as well, or deadlocks would hide what lies behind them. A step that
 * shows a bug ends the execution, so nothing commutes with it: what others did before it tells traces apart. The argument
 * above is about steps that can always be performed; that waiting loses nothing either is held by a test (bench/agree).
 */
import type { CpuSet } from '../../base/cpu-set.ts';
import { cpuOf, type Move, tickOf } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { dependent, EVERYTHING, type Footprint, type Footprints, NOT_THERE, NOTHING } from '../subject/footprint.ts';
import type { Explored } from '../subject/explored.ts';
import { History, type Race } from './history.ts';
import { leastOrder } from './least-order.ts';
import * as nodes from './node.ts';
import type { Node } from './node.ts';
import { addTried, giveAway, type Level, type PlainNode, setTo } from './plain-node.ts';
import { type Handed, type Root, WHOLE } from './root.ts';
import type { Facts, Strategy } from './strategy.ts';
import { type Branch, insert, type Step } from './wakeup-tree.ts';

const NO_CHOICE: readonly number[] = [];
const NO_MOVES: readonly Move[] = [];

export class Dpor implements Strategy {
  exhausted = false;
  blocked = 0;
  readonly #machine: Explored;
  readonly #footprints: Footprints;
  readonly #history: History;
  readonly #nodes: Node[] = [];
  readonly #root: Root;
  readonly #handed: Handed | undefined;
  /** The nodes in front of this one are not its own. */
  #floor: number;
  /** The numbers from 0 on, by how many. */
  readonly #counted: (readonly number[])[] = [];
  /** By event. */
  readonly #steps: Step[] = [];
  /** By later event: the races found when it was added. Those of the steps that CPUs wait with at the end. */
  readonly #races: Race[][] = [];
  #pending: { readonly step: Step; readonly races: readonly Race[] }[] = [];
  /** What is left of the branch that is being followed: the tree of the next node. */
  #subtree: Branch[] = [];
  /** Nodes in use, and those that the execution shares with the one before. */
  #depth = 0;
  #shared = 0;
  #tried = 0;
  #isBlocked = false;
  /** The execution went on behind the bound. */
  #cut = false;
  /** The event that showed a bug and so ended the execution, or -1. */
  #fatal = -1;

  constructor(machine: Explored, cpus: number, footprints: Footprints, root: Root = WHOLE) {
    this.#root = root;
    this.#handed = root.handed;
    this.#floor = root.decisions.length;
    this.#machine = machine;
    this.#footprints = footprints;
    this.#history = History.of(machine, cpus, footprints);
  }

  get repeats(): number {
    return this.#shared;
  }

  begin(): boolean {
    if (this.#tried > 0 && !this.#goBack()) {
      this.exhausted = true;
      return false;
    }
    this.#tried++;
    this.#pending = [];
    this.#isBlocked = false;
    this.#fatal = -1;
    this.#history.restart();
    return true;
  }

  /** Goes back to the deepest node that has a sequence left, and makes its first branch the next choice. */
  #goBack(): boolean {
    for (let depth = this.#depth - 1; depth >= this.#floor; depth--) {
      const node = this.#nodes[depth] as Node;
      nodes.leave(node);
      if (node.tree.length === 0) continue;
      this.#shared = depth;
      this.#depth = depth + 1;
      nodes.takeFirst(node);
      return true;
    }
    return false;
  }

  choose(moves: Moves, step: number): Move {
    if (step < this.#shared) {
      this.#history.repeat();
      return (this.#nodes[step] as Node).move;
    }
    const node = step < this.#depth ? (this.#nodes[step] as Node) : this.#newNode(moves, step);
    const branch = node.tree[0]?.move === node.move ? node.tree.shift() : undefined;
    this.#subtree = branch?.children ?? [];
    const { move } = node;
    if (move < 0) {
      this.#isBlocked = true;
      return -1;
    }
    const cpu = cpuOf(move);
    if (!moves.has(move)) throw new Error(`dpor: CPU#${cpu} was to step and has to wait, at step ${step}`);
    // A turn that a CPU gets because nobody could go on: behind all that has been, with nothing to be turned round. What
    // the others wait with races here as it would at the end.
    if (this.#machine.isLate(cpu)) {
      node.next[cpu] = EVERYTHING;
      this.#addWaiting();
    }
    const races: Race[] = [];
    const footprint = node.next[cpu] as Footprint;
    this.#races[step] = races;
    this.#steps[step] = { move, footprint };
    this.#history.add(move, footprint, this.#footprints.waits(cpu), races);
    return move;
  }

  #newNode(moves: Moves, step: number): Node {
    const node = this.#node(step);
    this.#depth = step + 1;
    nodes.clear(node);
    this.#noteNext(node, step);
    const level = this.#handed?.levels[step];
    if (level !== undefined) return this.#given(node, level, step);
    const { decisions, sleep } = this.#root;
    const given = decisions[step];
    if (step <= decisions.length) nodes.putToSleep(node, given === undefined ? sleep : NO_MOVES);
    if (given !== undefined) {
      node.move = given;
      return node;
    }
    if (step > decisions.length || (step > 0 && this.#handed !== undefined)) {
      const before = this.#nodes[step - 1] as Node;
      nodes.sleepBehind(node, before, this.#history.footprints[step - 1] as Footprint);
      if (this.#subtree.length > 0) node.tree = this.#subtree.filter(({ move }) => !nodes.isAsleep(node, move));
    }
    if (node.tree.length === 0) this.#chooseFreely(node, moves, step);
    else nodes.takeFirst(node);
    return node;
  }

  /** A node that others hold, as it was when the part was handed over. */
  #given(node: Node, level: Level, step: number): Node {
    const move = this.#root.decisions[step] as Move;
    setTo(node, level, move);
    const { subtree = [], levels = [] } = this.#handed ?? {};
    if (step === levels.length - 1) {
      node.tree = [{ move, footprint: node.next[cpuOf(move)] as Footprint, children: [...subtree] }];
    }
    return node;
  }

  /** A CPU at a choice, else the one that stepped last when it is awake, else the lowest that is; none when all sleep. */
  #chooseFreely(node: Node, { cpus, choosing, plain, timed }: Moves, step: number): void {
    const { sleep } = node;
    if (!plain) {
      const chooser = this.#lowestAwake(choosing, sleep);
      if (chooser >= 0) {
        node.tree = [{ move: nodes.movesOf(node, chooser)[0] as Move, footprint: NOTHING, children: [] }];
        nodes.takeFirst(node);
        return;
      }
    }
    const last = step === 0 ? -1 : cpuOf((this.#nodes[step - 1] as Node).move);
    const goesOn = last >= 0 && cpus.has(last) && !sleep.has(last);
    node.move = goesOn ? last : this.#lowestAwake(cpus, sleep);
    if (node.move >= 0 && node.move === timed) node.move = tickOf(timed);
  }

  /** The lowest CPU of a set that does not sleep; -1 for none. */
  #lowestAwake(cpus: CpuSet, sleep: CpuSet): number {
    let cpu = cpus.next(-1);
    while (cpu >= 0 && sleep.has(cpu)) cpu = cpus.next(cpu);
    return cpu;
  }

  /** What each CPU is about to do: only for the one that has just stepped, and one it has started, is that another thing. */
  #noteNext(node: Node, step: number): void {
    const before = step === 0 ? undefined : (this.#nodes[step - 1] as Node);
    const moved = before === undefined ? -1 : cpuOf(before.move);
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) {
      const known = before === undefined || cpu === moved ? EVERYTHING : (before.next[cpu] as Footprint);
      // That it ended an execution once is a matter of that state, and of no later one.
      node.next[cpu] = known === EVERYTHING || known === NOT_THERE ? this.#footprints.of(cpu) : known;
    }
    if (before !== undefined) nodes.noteValues(node, before.values, this.#valuesOf(moved), moved);
    else
      for (let cpu = 0; cpu < this.#history.cpus; cpu++) nodes.noteValues(node, node.values, this.#valuesOf(cpu), cpu);
  }

  /** The values of the choice that a CPU is at; none when it is at none. */
  #valuesOf(cpu: number): readonly number[] {
    const values = this.#machine.choices(cpu);
    if (values === 0) return NO_CHOICE;
    this.#counted[values] ??= Array.from({ length: values }, (_, value) => value);
    return this.#counted[values];
  }

  #node(step: number): Node {
    this.#nodes[step] ??= nodes.createNode();
    return this.#nodes[step];
  }

  /** The search was cut here: what the CPUs are about to do races as it would if they did it now. */
  bound(): void {
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) if (!this.#machine.isIdle(cpu)) this.#addPending(cpu);
  }

  end(steps: number, failed: boolean): boolean {
    const { length } = this.#history;
    const cut = steps > length;
    this.#cut = cut;
    this.#depth = this.#isBlocked ? length + 1 : length;
    if (failed && !cut && length > 0) this.#fatal = length - 1;
    if (this.#fatal >= 0) this.#history.failed(this.#races[this.#fatal] as Race[]);
    if (this.#tried === 1) this.#sayBegun();
    if (!cut && length > 0) this.#addWaiting();
    for (let event = 0; event < length; event++) {
      for (const race of this.#races[event] as Race[]) this.#turnRound(race, this.#stepOf(event));
    }
    for (const { step, races } of this.#pending) for (const race of races) this.#turnRound(race, step);
    if (this.#fatal >= 0) this.#insteadOf(this.#fatal);
    if (this.#isBlocked) this.blocked++;
    return !this.#isBlocked;
  }

  /** The first execution behind a branch that was handed over: what it ends, and what else is tried there. */
  #sayBegun(): void {
    if (this.#handed === undefined || this.#floor === 0) return;
    this.#handed.holder.begun(this.#fatal === this.#floor - 1);
    for (const [depth, { firsts }] of this.#handed.levels.entries()) {
      for (const move of firsts) this.learn(depth, move);
    }
  }

  /** At a node that others hold a move is tried as well: races that it covers need not be told of any more. */
  learn(depth: number, move: Move): void {
    addTried(this.#nodes[depth] as Node, move);
  }

  /**
   * Between two executions: gives away the nodes down to the first that has a branch left, or with `all` to the last, and goes
   * on below. Undefined when there is none; without `all` also when there is but one branch, which may as well be tried here.
   */
  share(all = false): PlainNode[] | undefined {
    const open: number[] = [];
    let branches = 0;
    for (let depth = this.#floor; depth < this.#depth; depth++) {
      const { length } = (this.#nodes[depth] as Node).tree;
      if (length > 0) open.push(depth);
      branches += length;
    }
    const last = all ? open.at(-1) : open[0];
    if (last === undefined || (!all && branches === 1)) return undefined;
    const plain = this.#nodes.slice(this.#floor, last + 1).map(giveAway);
    this.#floor = last + 1;
    return plain;
  }

  #addWaiting(): void {
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) if (!this.#couldGoOn(cpu)) this.#addPending(cpu);
  }

  /** Whether a CPU is done or could step, where the execution ended: in front of the step that ended it, if one did. */
  #couldGoOn(cpu: number): boolean {
    if (this.#machine.isIdle(cpu)) return true;
    if (this.#fatal < 0) return this.#machine.enabled(cpu);
    return this.#footprints.waits(cpu)?.((word) => this.#history.without(this.#fatal, word)) ?? true;
  }

  /** A CPU on a late turn steps behind all others, whatever the order of what they did. */
  #addPending(cpu: number): void {
    if (this.#machine.isOnLateTurn(cpu)) return;
    // What it waits with is a step: nobody waits at a choice.
    const step = { move: cpu, footprint: this.#footprints.inTurn(cpu) };
    const races: Race[] = [];
    this.#history.pending(cpu, step.footprint, this.#footprints.waits(cpu), races);
    this.#pending.push({ step, races });
  }

  /**
   * The last step ended the execution: every other CPU that could have gone on does so instead. A step that does not
   * touch what the last one did leaves it what it is: then the two of them, or a sequence that some CPU covers only
   * because the last step was not known to end it would be lost.
   */
  #insteadOf(depth: number): void {
    const node = this.#nodes[depth] as Node;
    const fatal = this.#history.footprints[this.#fatal] as Footprint;
    nodes.endedBy(node);
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) {
      if (cpu === cpuOf(node.move) || this.#machine.isIdle(cpu) || !this.#couldGoOn(cpu)) continue;
      if (this.#machine.isOnLateTurn(cpu)) continue;
      const footprint = this.#footprints.of(cpu);
      for (const move of nodes.movesOf(node, cpu)) {
        const step = { move, footprint };
        this.#try(depth, dependent(footprint, fatal) ? [step] : [step, this.#stepOf(this.#fatal)]);
      }
    }
  }

  #stepOf(event: number): Step {
    const step = this.#steps[event] as Step;
    return event === this.#fatal ? { move: step.move, footprint: EVERYTHING } : step;
  }

  /**
   * What does not depend on the earlier event, then the later one. What ended the execution is left out in front of it: that it
   * still would is for the execution to show, and no CPU covers less of the rest without it.
   */
  #turnRound({ earlier }: Race, last: Step): void {
    if (earlier < this.#floor && this.#handed === undefined) return;
    const sequence = this.#history.independentOf(earlier, this.#steps, this.#fatal);
    sequence.push(last);
    this.#try(earlier, sequence);
  }

  /** Puts a sequence into a node's wakeup tree, unless what sleeps there covers it. */
  #try(depth: number, sequence: readonly Step[]): void {
    const node = this.#nodes[depth] as Node;
    if (nodes.isCovered(node, sequence)) return;
    if (depth >= this.#floor) insert(node.tree, sequence);
    else this.#handed?.holder.turned(depth, sequence);
  }

  leastOrder(): Uint16Array | undefined {
    return this.#cut ? undefined : leastOrder(this.#history, this.#fatal);
  }

  /** Each branch of a node that is known counts as much as another: Kilby and others, Estimating search tree size, 2006. */
  done(): number {
    let [part, done] = [1, 0];
    for (let depth = this.#floor; depth < this.#depth; depth++) {
      const node = this.#nodes[depth] as Node;
      const left = nodes.leftBy(node);
      const all = left + Math.max(1, node.tree.length + 1);
      done += (part * left) / all;
      part /= all;
    }
    return done;
  }

  facts(): Facts {
    return { blocked: this.blocked };
  }
}
