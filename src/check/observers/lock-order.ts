/**
 * lock-order: what Linux's lockdep proves, from orders that were seen once and without the deadlock having to happen.
 *
 *   inversion     classes taken in an order that closes a cycle (lock-graph.ts)
 *   interrupts    a lock that interrupts take, taken with interrupts on, or held while waiting for one that somebody holds
 *                 with interrupts on. Both are cycles too: holding L with interrupts on is an edge from L to every lock
 *                 that an interrupt takes (lock-rules.ts).
 *   forbidden     orders that a rule of the kernel forbids, seen once
 *   recursion     the lock itself again (readers of a rwlock may), or another of its class that no rule allows
 *   unlock        of what is not held; a lock held at the return to user mode; a lock freed while it is held
 *
 * The graph begins anew with every execution: what is found then depends on that execution alone, whoever ran which
 * others before, and its recording shows it. Both orders come up in one execution sooner or later, without a race.
 *
 * Locks have the class number of their second word. One that was never given a class is a class of its own.
 */
import { cacheObjectSize } from '../../kernel/caches.ts';
import { lockClassNames } from '../../kernel/locks.ts';
import { LOCK_CLASS } from '../../machine/cpu.ts';
import { MAX_LOCK_CLASSES } from '../../machine/limits.ts';
import { cpu_area, cpuAddress } from '../../machine/map.ts';
import { LOCK_SHARED } from '../../machine/trace.ts';
import { isLock, isSleepingLock } from '../../machine/access-kinds.ts';
import { ASKS_LOCKS, WANTED, WANTED_KIND } from '../compiled/places.ts';
import { AccessLog } from './access-log.ts';
import { blamed, type Frame } from '../evidence/call-chain.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { type Edge, LockGraph } from './lock-graph.ts';
import { forbidden, interruptUses, nestings } from './lock-rules.ts';
import { addressText } from '../evidence/machine-state.ts';
import { stackLines, whoText } from '../evidence/moment.ts';
import type { Observer, World } from '../evidence/observer.ts';
import { OwnStorage } from '../evidence/storage.ts';
import { cacheName } from '../evidence/objects.ts';
import { isKernelMachine } from '../evidence/variable.ts';

interface Held {
  readonly lock: number;
  readonly node: number;
  readonly mode: number;
  /** Where it was taken, in the log. */
  readonly row: number;
}

/** What interrupts take of a class; rules about what is taken. */
const usesOf = new Map(
  interruptUses.map(({ lockClass }) => [lockClass, interruptUses.filter((use) => use.lockClass === lockClass)]),
);
const rulesOf = new Map(forbidden.map(({ taken }) => [taken, forbidden.filter((rule) => rule.taken === taken)]));

export class LockOrder implements Observer {
  readonly name = 'lock-order';
  readonly accesses = 'locks';
  readonly compiled = { asks: ASKS_LOCKS, places: [] };
  #graph = new LockGraph();
  /** Edges that closed a cycle, with what was reported. */
  readonly #bad = new Map<Edge, Finding>();
  /** What is known of taking a class in a mode with interrupts on: the edges it makes. */
  readonly #met = new Map<number, readonly Edge[]>();
  readonly #log = new AccessLog();
  #world: World | undefined;
  #hasKernel = false;
  #held: Held[][] = [];
  /** By CPU: the lock it went to take, and how. A lock that is held without was got by trying. */
  #wanted: Int32Array = new Int32Array(0);
  #kinds: Int32Array = new Int32Array(0);

  /** What was taken inside what in the execution so far. */
  get edges(): Iterable<Edge> {
    return this.#graph.edges;
  }

  begin(world: World): void {
    this.#world = world;
    this.#hasKernel = isKernelMachine(world.view);
    this.#graph = new LockGraph();
    this.#bad.clear();
    this.#met.clear();
    this.#log.clear();
    this.#held = Array.from({ length: world.cpus }, () => []);
    const storage = world.storage ?? new OwnStorage();
    this.#wanted = storage.words(WANTED, world.cpus).fill(0);
    this.#kinds = storage.words(WANTED_KIND, world.cpus).fill(0);
  }

  keep(): () => void {
    const [world, graph, bad, met] = [this.#here(), this.#graph, [...this.#bad], [...this.#met]];
    const [held, wanted, kinds] = [this.#held.map((one) => [...one]), this.#wanted.slice(), this.#kinds.slice()];
    const parts = [graph.keep(), this.#log.keep()];
    return () => {
      this.#world = world;
      this.#graph = graph;
      this.#bad.clear();
      for (const [edge, found] of bad) this.#bad.set(edge, found);
      this.#met.clear();
      for (const [taken, edges] of met) this.#met.set(taken, edges);
      this.#held = held.map((one) => [...one]);
      this.#wanted.set(wanted);
      this.#kinds.set(kinds);
      for (const back of parts) back();
    };
  }

  onAccess(cpu: number, kind: number, address: number): void {
    if (!isLock(kind)) return;
    this.#wanted[cpu] = address;
    this.#kinds[cpu] = kind;
  }

  onLock(cpu: number, lock: number, mode: number): void {
    const world = this.#here();
    const node = this.#nodeOf(lock);
    const waited = this.#wanted[cpu] === lock;
    const kind = this.#kinds[cpu] as number;
    const row = this.#log.add(world, cpu, kind, lock);
    const taken = { lock, node, mode, row };
    const held = this.#held[cpu] as Held[];
    this.#wanted[cpu] = 0;
    if (waited && isSleepingLock(kind)) this.#graph.addSemaphore(node);
    if (waited) for (const one of held) this.#order(cpu, one, taken);
    if (waited && this.#hasKernel) for (const one of held) this.#forbid(cpu, one, taken);
    if (this.#interruptsOn(cpu)) this.#meetInterrupts(cpu, taken);
    held.push(taken);
  }

  onUnlock(cpu: number, lock: number): void {
    const held = this.#held[cpu] as Held[];
    let at = held.length - 1;
    while (at >= 0 && held[at]?.lock !== lock) at--;
    if (at >= 0 && at === held.length - 1) held.pop();
    else if (at >= 0) held.splice(at, 1);
    else this.#report(cpu, 'unlock of a lock that is not held', lock);
  }

  onFree(cpu: number, object: number, cache: number): void {
    const end = object + cacheObjectSize(cache);
    for (const held of this.#held) {
      for (const { lock, node, row } of held) {
        if (lock < object || lock >= end) continue;
        this.#report(cpu, `${cacheName(cache)} freed with its ${this.#className(node)} held`, lock, row);
      }
    }
  }

  onSyscallLeave(cpu: number): void {
    if (this.#held[cpu]?.length === 0) return;
    for (const { lock, node, row } of (this.#held[cpu] as Held[]).splice(0)) {
      const world = this.#here();
      const stack = this.#stack(row);
      const lines = [`${addressText(world.view, lock)}, by ${this.#who(cpu)}`, 'taken in', ...stackLines(stack)];
      const what = `${this.#className(node)} still held at return to user`;
      world.report(finding('lock-order', what, blamed(stack), lock, ...lines));
    }
  }

  #here(): World {
    if (this.#world === undefined) throw new Error('lock-order: an event before begin()');
    return this.#world;
  }

  #nodeOf(lock: number): number {
    const lockClass = this.#here().view.words[(lock + LOCK_CLASS) >> 2] as number;
    return lockClass > 0 && lockClass < MAX_LOCK_CLASSES ? lockClass : lock;
  }

  #className(node: number): string {
    if (node >= MAX_LOCK_CLASSES) return `lock ${addressText(this.#here().view, node)}`;
    return (this.#hasKernel ? lockClassNames[node] : undefined) ?? `lock class ${node}`;
  }

  #who(cpu: number): string {
    const world = this.#here();
    return whoText(world, cpu, world.task(cpu), world.step);
  }

  #stack(row: number): Frame[] {
    return this.#log.read(row).places.map((place) => this.#here().frame(place));
  }

  #report(cpu: number, what: string, lock: number, taken?: number): void {
    const world = this.#here();
    const stack = world.stack(cpu);
    const lines = [`${addressText(world.view, lock)}, by ${this.#who(cpu)}`, ...stackLines(stack)];
    if (taken !== undefined) lines.push('first taken in', ...stackLines(this.#stack(taken)));
    world.report(finding('lock-order', what, blamed(stack), lock, ...lines));
  }

  /** A lock is taken while another is held. */
  #order(cpu: number, held: Held, taken: Held): void {
    if (held.node === taken.node) this.#nest(cpu, held, taken);
    else this.#edge(cpu, held, taken.node, taken.mode, taken.row, false);
  }

  /** An order that a rule forbids. */
  #forbid(cpu: number, held: Held, taken: Held): void {
    const rule = rulesOf.get(taken.node)?.find((one) => one.held === held.node && one.mode === taken.mode);
    if (rule === undefined) return;
    const world = this.#here();
    const stack = this.#stack(taken.row);
    const mode = taken.mode === LOCK_SHARED ? 'for reading' : 'for writing';
    const what = `${this.#className(taken.node)} ${mode} inside ${this.#className(held.node)}`;
    const first = ['first taken in', ...stackLines(this.#stack(held.row))];
    const lines = [rule.reason, `by ${this.#who(cpu)}`, ...stackLines(stack), ...first];
    world.report(finding('lock-order', what, blamed(stack), taken.lock, ...lines));
  }

  /** Two of one class. */
  #nest(cpu: number, held: Held, taken: Held): void {
    const name = this.#className(taken.node);
    if (held.lock === taken.lock) {
      const readers = held.mode === LOCK_SHARED && taken.mode === LOCK_SHARED;
      if (readers && !isSleepingLock(this.#kinds[cpu] as number)) return;
      this.#report(cpu, `${name} taken again by its holder`, taken.lock, held.row);
      return;
    }
    const by = blamed(this.#stack(taken.row));
    if (this.#hasKernel && nestings.some((rule) => rule.lockClass === taken.node && rule.by === by)) return;
    this.#report(cpu, `two ${name} taken with no order between them`, taken.lock, held.row);
  }

  #interruptsOn(cpu: number): boolean {
    return this.#hasKernel && this.#here().view.words[(cpuAddress(cpu) + cpu_area.irqs_on) >> 2] !== 0;
  }

  /** With interrupts on, what interrupts take may be wanted next; for a lock that they take, that says it all. */
  #meetInterrupts(cpu: number, taken: Held): void {
    const known = this.#met.get(2 * taken.node + taken.mode);
    if (known !== undefined) {
      for (const edge of known) this.#reportAgain(edge);
      return;
    }
    const uses = usesOf.get(taken.node) ?? interruptUses;
    const edges = uses.map((use) => this.#edge(cpu, taken, use.lockClass, use.mode, taken.row, true));
    this.#met.set(2 * taken.node + taken.mode, edges);
  }

  #reportAgain(edge: Edge): void {
    if (this.#bad.size === 0) return;
    const found = this.#bad.get(edge);
    if (found !== undefined) this.#here().report(found);
  }

  #edge(cpu: number, held: Held, to: number, taken: number, row: number, byInterrupt: boolean): Edge {
    const known = this.#graph.find(held.node, held.mode, to, taken);
    if (known !== undefined) {
      this.#reportAgain(known);
      return known;
    }
    const edge: Edge = { from: held.node, held: held.mode, to, taken, row, byInterrupt };
    const cycle = this.#graph.add(edge);
    if (cycle.length > 0) {
      this.#bad.set(edge, this.#cycleFinding(cpu, cycle));
      this.#reportAgain(edge);
    }
    return edge;
  }

  /** A cycle written up. The title does not depend on which of its edges came last. */
  #cycleFinding(cpu: number, cycle: readonly Edge[]): Finding {
    const names = cycle.map((edge) => this.#className(edge.from));
    const first = names.indexOf([...names].sort()[0] as string);
    const turned = [...names.slice(first), ...names.slice(0, first)];
    const real = cycle.filter((edge) => !edge.byInterrupt);
    const functions = (real.length > 0 ? real : cycle).map((edge) => blamed(this.#stack(edge.row)));
    const what =
      cycle.length === 1
        ? `${turned[0]}, which interrupts take, taken with interrupts on`
        : `${[...turned, turned[0]].join(' -> ')}${real.length < cycle.length ? ' by an interrupt' : ''}`;
    const lines = cycle.flatMap((edge) => this.#edgeLines(edge));
    const where = [...new Set(functions)].sort().join(' / ');
    return finding('lock-order', what, where, 0, `seen by ${this.#who(cpu)}`, ...lines);
  }

  #edgeLines({ from, held, to, taken, row, byInterrupt }: Edge): string[] {
    const text = (node: number, mode: number): string =>
      `${this.#className(node)}${mode === LOCK_SHARED ? ' for reading' : ''}`;
    const why = interruptUses.find((one) => one.lockClass === to)?.reason;
    const what = byInterrupt
      ? `holding ${text(from, held)} with interrupts on, where an interrupt may take ${text(to, taken)}: ${why}`
      : `holding ${text(from, held)}, takes ${text(to, taken)}`;
    return [what, ...stackLines(this.#stack(row))];
  }
}
