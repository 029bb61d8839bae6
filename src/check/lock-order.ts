/**
 * lock-order: what Linux's lockdep proves, from orders that were seen once and without the deadlock having to happen.
 *
 *   inversion     classes taken in an order that closes a cycle (lock-graph.ts)
 *   interrupts    a lock that interrupts take, taken with interrupts on, or held while waiting for one that somebody holds
 *                 with interrupts on. Both are cycles too: holding L with interrupts on is an edge from L to every lock
 *                 that an interrupt takes (lock-rules.ts, kernel documentation of task_lock against tasklist_lock).
 *   recursion     the lock itself again (readers of a rwlock may), or another of its class that no rule allows
 *   unlock        of what is not held; a lock held at the return to user mode; a lock freed while it is held
 *
 * The graph is kept from one execution to the next, so an order seen in one and its inverse in another meet. What closes
 * a cycle is reported in every execution that does it again, so that one that runs again tells the same.
 *
 * Locks have the class number of their second word. One that was never given a class is a class of its own.
 */
import { cacheObjectSize } from '../kernel/caches.ts';
import { lockClassNames } from '../kernel/locks.ts';
import { LOCK_CLASS } from '../machine/cpu.ts';
import { MAX_LOCK_CLASSES } from '../machine/limits.ts';
import { cpu_area, cpuAddress } from '../machine/map.ts';
import { LOCK_SHARED } from '../machine/trace.ts';
import { DOWN_READ, DOWN_WRITE, isLock } from '../stepper/primitives.ts';
import { blamed, type Frame } from './call-chain.ts';
import { type Finding, finding } from './finding.ts';
import { type Edge, LockGraph } from './lock-graph.ts';
import { interruptUses, nestings } from './lock-rules.ts';
import { addressText } from './machine-state.ts';
import { stackLines, whoText } from './moment.ts';
import type { Observer, World } from './observer.ts';
import { cacheName } from './objects.ts';
import { isKernelMachine } from './variable.ts';

interface Held {
  readonly lock: number;
  readonly node: number;
  readonly mode: number;
  readonly stack: readonly Frame[];
}

export class LockOrder implements Observer {
  readonly name = 'lock-order';
  readonly #graph = new LockGraph();
  /** Edges that closed a cycle, with what was reported. */
  readonly #bad = new Map<Edge, Finding>();
  #world: World | undefined;
  #hasKernel = false;
  #execution = -1;
  #held: Held[][] = [];
  /** By CPU: the lock it went to take, and how. A lock that is held without was got by trying. */
  #wanted = new Int32Array(0);
  #kinds = new Int32Array(0);

  begin(world: World): void {
    this.#world = world;
    this.#hasKernel = isKernelMachine(world.view);
    this.#execution++;
    this.#held = Array.from({ length: world.cpus }, () => []);
    this.#wanted = new Int32Array(world.cpus);
    this.#kinds = new Int32Array(world.cpus);
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
    const kind = this.#kinds[cpu];
    this.#wanted[cpu] = 0;
    if (waited && (kind === DOWN_READ || kind === DOWN_WRITE)) this.#graph.isSemaphore(node);
    const held = this.#held[cpu] as Held[];
    let stack: readonly Frame[] | undefined;
    const where = (): readonly Frame[] => (stack ??= world.stack(cpu));
    if (waited) for (const one of held) this.#order(cpu, one, lock, node, mode, where);
    if (this.#interruptsOn(cpu)) this.#meetInterrupts(cpu, node, mode, where);
    held.push({ lock, node, mode, stack: where() });
  }

  onUnlock(cpu: number, lock: number): void {
    const held = this.#held[cpu] as Held[];
    const at = held.findLastIndex((one) => one.lock === lock);
    if (at >= 0) held.splice(at, 1);
    else this.#report(cpu, 'unlock of a lock that is not held', lock);
  }

  onFree(cpu: number, object: number, cache: number): void {
    const end = object + cacheObjectSize(cache);
    for (const one of this.#held.flat()) {
      if (one.lock < object || one.lock >= end) continue;
      this.#report(cpu, `${cacheName(cache)} freed with its ${this.#className(one.node)} held`, one.lock, one.stack);
    }
  }

  onSyscallLeave(cpu: number): void {
    const held = this.#held[cpu] as Held[];
    for (const { lock, node, stack } of held.splice(0)) {
      const world = this.#here();
      const what = `${this.#className(node)} still held at return to user`;
      const lines = [`held by ${this.#who(cpu)}: ${addressText(world.view, lock)}, taken in`, ...stackLines(stack)];
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

  #report(cpu: number, what: string, lock: number, taken?: readonly Frame[]): void {
    const world = this.#here();
    const stack = world.stack(cpu);
    const lines = [`${addressText(world.view, lock)}, by ${this.#who(cpu)}`, ...stackLines(stack)];
    if (taken !== undefined) lines.push('taken in', ...stackLines(taken));
    world.report(finding('lock-order', what, blamed(stack), lock, ...lines));
  }

  /** A lock is taken while another is held. */
  #order(cpu: number, held: Held, lock: number, node: number, mode: number, where: () => readonly Frame[]): void {
    if (held.node === node) {
      this.#nest(cpu, held, lock, node, mode, where);
      return;
    }
    this.#edge(cpu, held.node, held.mode, node, mode, where, false);
  }

  #nest(cpu: number, held: Held, lock: number, node: number, mode: number, where: () => readonly Frame[]): void {
    const name = this.#className(node);
    if (held.lock === lock) {
      const isRwlock = mode === LOCK_SHARED && this.#kinds[cpu] !== DOWN_READ;
      if (held.mode === LOCK_SHARED && isRwlock) return;
      this.#report(cpu, `${name} taken again by its holder`, lock, held.stack);
      return;
    }
    const by = blamed(where());
    if (this.#hasKernel && nestings.some((rule) => rule.lockClass === node && rule.by === by)) return;
    this.#report(cpu, `two ${name} taken with no order between them`, lock, held.stack);
  }

  /** With interrupts on, what interrupts take may be wanted next. */
  #meetInterrupts(cpu: number, node: number, mode: number, where: () => readonly Frame[]): void {
    for (const use of interruptUses) this.#edge(cpu, node, mode, use.lockClass, use.mode, where, true);
  }

  #interruptsOn(cpu: number): boolean {
    return this.#hasKernel && this.#here().view.words[(cpuAddress(cpu) + cpu_area.irqs_on) >> 2] !== 0;
  }

  #edge(
    cpu: number,
    from: number,
    held: number,
    to: number,
    taken: number,
    where: () => readonly Frame[],
    byInterrupt: boolean,
  ): void {
    const known = this.#graph.find(from, held, to, taken);
    if (known !== undefined) {
      const finding = this.#bad.get(known);
      if (finding !== undefined) this.#here().report(finding);
      return;
    }
    const edge: Edge = { from, held, to, taken, stack: where(), byInterrupt, execution: this.#execution };
    const cycle = this.#graph.add(edge);
    if (cycle.length === 0) return;
    const found = this.#cycleFinding(cpu, cycle);
    this.#bad.set(edge, found);
    this.#here().report(found);
  }

  /** A cycle written up. The title does not depend on which of its edges came last. */
  #cycleFinding(cpu: number, cycle: readonly Edge[]): Finding {
    const names = cycle.map((edge) => this.#className(edge.from));
    const first = names.indexOf([...names].sort()[0] as string);
    const turned = [...names.slice(first), ...names.slice(0, first)];
    const real = cycle.filter((edge) => !edge.byInterrupt);
    const blame = real.length > 0 ? real : cycle;
    const functions = [...new Set(blame.map((edge) => blamed(edge.stack)))].sort().join(' / ');
    const what =
      cycle.length === 1
        ? `${turned[0]}, which interrupts take, taken with interrupts on`
        : `${[...turned, turned[0]].join(' -> ')}${real.length < cycle.length ? ' by an interrupt' : ''}`;
    const lines = cycle.flatMap((edge) => this.#edgeLines(edge));
    return finding('lock-order', what, functions, 0, `seen by ${this.#who(cpu)}`, ...lines);
  }

  #edgeLines({ from, held, to, taken, stack, byInterrupt, execution }: Edge): string[] {
    const text = (node: number, mode: number): string =>
      `${this.#className(node)}${mode === LOCK_SHARED ? ' for reading' : ''}`;
    const earlier = execution === this.#execution ? '' : ', in an earlier execution of this search';
    if (byInterrupt) {
      const use = interruptUses.find((one) => one.lockClass === to);
      return [
        `holding ${text(from, held)} with interrupts on${earlier}, an interrupt may take ${text(to, taken)}`,
        `  (${use?.reason})`,
        ...stackLines(stack),
      ];
    }
    return [`holding ${text(from, held)}, takes ${text(to, taken)}${earlier}`, ...stackLines(stack)];
  }
}
