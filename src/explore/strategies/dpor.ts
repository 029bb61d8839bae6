/**
 * Exhaustive search with optimal dynamic partial-order reduction: Abdulla, Aronis, Jonsson, Sagonas, J. ACM 2017,
 * algorithm 2. One execution for each Mazurkiewicz trace, that is, for each way of ordering the dependent accesses; none
 * is begun in vain, but for those that are said to be blocked.
 *
 *   node     state after a prefix: the CPUs asleep there (their next step leads only to traces seen already), and the
 *            wakeup tree of the sequences still to be tried from there
 *   end      every race of the execution just run that has a new later event is turned round: from the state before the
 *            earlier event, all that does not depend on it, then the later event. Unless a CPU that sleeps there could
 *            begin an equivalent of that, it goes into the node's wakeup tree
 *   begin    the deepest node with anything left in its tree is gone back to
 *
 * A part of a search begins at a root: whoever made the roots tries every other choice in front of them (split.ts), so
 * races whose earlier event lies there need not be turned round.
 *
 * Waiting: a lock is not turned round with its release but with the last taking of it (history.ts); a step that a CPU
 * still waits with when the execution ends races as well, or deadlocks would hide what lies behind them.
 */
import { EVERYTHING, type Footprint, type Footprints, stillAsleep } from '../footprint.ts';
import { History, type Race, type Waits } from '../history.ts';
import type { Facts, Strategy } from '../strategy.ts';
import { type Branch, initialPosition, insert, type Step } from '../wakeup-tree.ts';
import { lowestBit } from '../../stepper/bits.ts';
import type { SteppedMachine } from '../../stepper/stepped.ts';
import { WAIT_FOR_CHANGE } from '../../stepper/primitives.ts';

/** Where a search begins that is one part of a larger one: decisions to follow, and the CPUs asleep behind them. */
export interface Root {
  readonly decisions: readonly number[];
  readonly sleep: number;
}

interface Node {
  /** CPUs asleep, as bits, and what each of them was about to do here. */
  sleep: number;
  readonly next: Footprint[];
  tree: Branch[];
  cpu: number;
}

export class Dpor implements Strategy {
  exhausted = false;
  blocked = 0;
  readonly #machine: SteppedMachine;
  readonly #footprints: Footprints;
  readonly #history: History;
  readonly #nodes: Node[] = [];
  readonly #root: Root;
  /** Nodes in use, and those that the execution shares with the one before. */
  #depth = 0;
  #shared = 0;
  #tried = 0;
  #races: Race[] = [];
  #redundant = false;

  constructor(machine: SteppedMachine, cpus: number, footprints: Footprints, root: Root = { decisions: [], sleep: 0 }) {
    this.#root = root;
    this.#machine = machine;
    this.#footprints = footprints;
    this.#history = new History(cpus, machine.ram.length);
  }

  begin(): boolean {
    if (this.#tried > 0 && !this.#goBack()) {
      this.exhausted = true;
      return false;
    }
    this.#tried++;
    this.#races = [];
    this.#redundant = false;
    this.#history.restart();
    return true;
  }

  /** Goes back to the deepest node that has a sequence left, and makes its first branch the next choice. */
  #goBack(): boolean {
    for (let depth = this.#depth - 1; depth >= this.#root.decisions.length; depth--) {
      const node = this.#nodes[depth] as Node;
      if (node.cpu >= 0) node.sleep |= 1 << node.cpu;
      const branch = node.tree[0];
      if (branch === undefined) continue;
      this.#shared = depth;
      this.#depth = depth + 1;
      node.cpu = branch.cpu;
      return true;
    }
    return false;
  }

  choose(enabled: number, step: number): number {
    if (step < this.#shared) {
      this.#history.repeat();
      return (this.#nodes[step] as Node).cpu;
    }
    const node = step < this.#depth ? (this.#nodes[step] as Node) : this.#newNode(enabled, step);
    const branch = node.tree[0]?.cpu === node.cpu ? node.tree.shift() : undefined;
    this.#subtree = branch?.children ?? [];
    if (node.cpu < 0 || (enabled & (1 << node.cpu)) === 0) {
      this.#redundant = true;
      return -1;
    }
    this.#perform(node);
    return node.cpu;
  }

  /** What is left of the branch that is being followed: the tree of the next node. */
  #subtree: Branch[] = [];

  #newNode(enabled: number, step: number): Node {
    const node = this.#node(step);
    this.#depth = step + 1;
    this.#noteNext(node, step);
    const given = this.#root.decisions[step];
    if (given !== undefined) {
      node.sleep = 0;
      node.tree = [];
      node.cpu = given;
      return node;
    }
    const top = step === this.#root.decisions.length;
    node.sleep = top ? this.#root.sleep : this.#asleepBehind(this.#nodes[step - 1] as Node, step - 1);
    node.tree = top ? [] : this.#subtree;
    const awake = enabled & ~node.sleep;
    const first = node.tree[0];
    if (first !== undefined) node.cpu = first.cpu;
    else {
      const last = step === 0 ? -1 : (this.#nodes[step - 1] as Node).cpu;
      const goesOn = last >= 0 && (awake & (1 << last)) !== 0;
      node.cpu = awake === 0 ? -1 : goesOn ? last : lowestBit(awake);
    }
    return node;
  }

  /** What each CPU is about to do: only for the one that has just stepped is that another thing than before. */
  #noteNext(node: Node, step: number): void {
    const before = step === 0 ? undefined : (this.#nodes[step - 1] as Node);
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) {
      const known = before === undefined || cpu === before.cpu ? EVERYTHING : (before.next[cpu] as Footprint);
      // That it ended an execution once is a matter of that state, and of no later one.
      node.next[cpu] = known === EVERYTHING ? this.#footprints.of(cpu) : known;
    }
  }

  #node(step: number): Node {
    let node = this.#nodes[step];
    if (node === undefined) {
      node = { sleep: 0, next: [], tree: [], cpu: -1 };
      this.#nodes[step] = node;
    }
    return node;
  }

  /** CPUs that sleep behind a step: those that slept before it, and that it does not wake. */
  #asleepBehind({ sleep, cpu, next }: Node, step: number): number {
    return stillAsleep(sleep & ~(1 << cpu), next, this.#history.footprints[step] as Footprint);
  }

  #perform(node: Node): void {
    const { cpu } = node;
    const machine = this.#machine;
    // One that steps because nobody else can: behind all that has been, and nothing to be turned round.
    if (machine.isLate(cpu)) node.next[cpu] = EVERYTHING;
    this.#history.add(cpu, node.next[cpu] as Footprint, machine.observed(cpu), this.#waits(cpu), this.#races);
  }

  /** Of a step that may have to wait: whether it could be performed with its word holding a value. */
  #waits(cpu: number): Waits | undefined {
    const machine = this.#machine;
    return machine.kind(cpu) >= WAIT_FOR_CHANGE ? (value, word) => machine.passesWith(cpu, value, word) : undefined;
  }

  end(steps: number, failed: boolean): boolean {
    if (this.#redundant) {
      this.blocked++;
      this.#depth = Math.min(this.#depth, steps + 1);
      return false;
    }
    // Steps behind the bound were not chosen here.
    const chosen = Math.min(steps, this.#history.length);
    this.#depth = chosen;
    this.#turnRound(-1);
    if (failed && chosen === 0) return true;
    if (failed && chosen === steps) {
      this.#endedBy(this.#nodes[steps - 1] as Node);
      return true;
    }
    if (chosen < steps) return true;
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) {
      const waits = this.#waits(cpu);
      if (waits === undefined || this.#machine.enabled(cpu)) continue;
      this.#history.waiting(cpu, this.#footprints.of(cpu), waits, this.#races);
      this.#turnRound(cpu);
    }
    return true;
  }

  /** The last step ended the execution, so what others did before it and were about to do after it matters. */
  #endedBy(node: Node): void {
    this.#history.failed(this.#races);
    this.#turnRound(-1);
    node.next[node.cpu] = EVERYTHING;
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) {
      if (cpu === node.cpu || !this.#machine.enabled(cpu)) continue;
      const step = { cpu, footprint: this.#footprints.of(cpu) };
      if (!this.#startsAsleep(node, [step])) insert(node.tree, [step]);
    }
  }

  /** Puts the races found so far into the wakeup trees. `waiting` is the CPU whose pending step is their later event. */
  #turnRound(waiting: number): void {
    const history = this.#history;
    for (const { earlier, later } of this.#races) {
      if (earlier < this.#root.decisions.length) continue;
      const last: Step =
        waiting >= 0 && later === history.length
          ? { cpu: waiting, footprint: this.#footprints.of(waiting) }
          : { cpu: history.cpu[later] as number, footprint: history.footprints[later] as Footprint };
      const sequence: Step[] = [];
      for (let event = earlier + 1; event < history.length; event++) {
        if (history.before(earlier, event)) continue;
        sequence.push({ cpu: history.cpu[event] as number, footprint: history.footprints[event] as Footprint });
      }
      sequence.push(last);
      const node = this.#nodes[earlier] as Node;
      if (!this.#startsAsleep(node, sequence)) insert(node.tree, sequence);
    }
    this.#races = [];
  }

  #startsAsleep(node: Node, sequence: readonly Step[]): boolean {
    for (let cpu = 0; cpu < this.#history.cpus; cpu++) {
      if ((node.sleep & (1 << cpu)) === 0) continue;
      if (initialPosition(sequence, cpu, node.next[cpu] as Footprint) >= 0) return true;
    }
    return false;
  }

  facts(): Facts {
    return { blocked: this.blocked };
  }
}
