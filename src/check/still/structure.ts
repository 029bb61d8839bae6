/**
 * The invariants of the kernel's structures while a stepped execution goes on, each at the moments at which it holds
 * (invariants.ts). Part of every execution of the kernel, whatever other checkers there are.
 *
 *   about to release   what the lock guards, when it was held for writing
 *   return             what is guarded by locks that nobody holds for writing, for code that takes another lock; the tasks
 *                      that are in no call; and when no other CPU is inside the kernel, everything that has to hold then
 *
 * At the return from a call that took no lock nothing is looked at, for it has changed nothing, and what has to hold with
 * no CPU inside the kernel only when objects came or went since, or every so many returns: it takes long, and a count that is
 * wrong stays so meanwhile.
 */
import { CpuSet } from '../../base/cpu-set.ts';
import { PF_EXITING } from '../../kernel/abi.ts';
import { task_struct } from '../../kernel/layout.ts';
import { LOCK_CLASS } from '../../machine/cpu.ts';
import { MAX_LOCK_CLASSES } from '../../machine/limits.ts';
import { CPU_IDLE, cpu_area, cpuAddress } from '../../machine/map.ts';
import type { Finding } from '../evidence/finding.ts';
import { checkAtRest, checkFree, checkGuarded, checkOutside, guardedInvariants, isHeld } from './invariants.ts';
import type { Observer, World } from '../evidence/observer.ts';
import type { RamView } from '../evidence/view.ts';
import type { Remembered } from './remembered.ts';

/** Functions that only go on with user instructions, and hold nothing of the kernel's. */
const USER_MODE = new Set([
  'cpu_main',
  'run_current',
  'user_step',
  'int80',
  'operand',
  'destination',
  'jump',
  'compares',
  'simple_instruction',
]);
const DEPTH = 8;
/** Returns after which the machine is looked at at rest although no object came or went. */
const MOST_RETURNS = 8;

export class Structure implements Observer {
  readonly name = 'structure';
  #world: World | undefined;
  #cpus: readonly number[] = [];
  /** Titles reported in this execution. */
  readonly #told = new Set<string>();
  readonly #classes = new Set(guardedInvariants.map((one) => one.lockClass));
  readonly #chain = new Int32Array(DEPTH);
  /** CPUs that have taken a lock since their last return, as bits. */
  readonly #locked = new CpuSet();
  /** Whether an object came or went since the last look at rest, and returns since then. */
  #moved = true;
  #returns = 0;
  /** Whether a place is in user mode, as far as it was asked. */
  readonly #places = new Map<number, boolean>();
  readonly #remembered: Remembered | undefined;

  /** `remembered`: of the machine it watches; without it every check is made. */
  constructor(remembered?: Remembered) {
    this.#remembered = remembered;
  }

  begin(world: World): void {
    this.#world = world;
    this.#cpus = Array.from({ length: world.cpus }, (_, cpu) => cpu);
    this.#told.clear();
    this.#locked.clear();
    this.#moved = true;
    this.#returns = 0;
  }

  keep(): () => void {
    const world = this.#world as World;
    const told = [...this.#told];
    const { low, high } = this.#locked;
    const [moved, returns] = [this.#moved, this.#returns];
    return () => {
      this.begin(world);
      for (const title of told) this.#told.add(title);
      this.#locked.copy({ low, high });
      this.#moved = moved;
      this.#returns = returns;
    };
  }

  onLock(cpu: number): void {
    this.#locked.add(cpu);
  }

  onAlloc(): void {
    this.#moved = true;
  }

  onFree(): void {
    this.#moved = true;
  }

  onUnlock(_cpu: number, lock: number): void {
    const view = this.#world?.view;
    if (view === undefined) return;
    const lockClass = view.words[(lock + LOCK_CLASS) >> 2] as number;
    if (!this.#classes.has(lockClass) || !isHeld(view, lock)) return;
    this.#tell(this.#find(lock * MAX_LOCK_CLASSES + lockClass, (seen) => checkGuarded(seen, lockClass, lock)));
  }

  onSyscallLeave(cpu: number): void {
    if (!this.#locked.has(cpu)) return;
    const world = this.#world as World;
    this.#locked.delete(cpu);
    this.#returns++;
    if ((this.#moved || this.#returns > MOST_RETURNS) && this.#isAtRest(world, cpu)) {
      this.#moved = false;
      this.#returns = 0;
      const running = this.#cpus.map((one) => world.task(one)).filter((task) => task !== 0);
      this.#tell(this.#find(`rest, ${running.join()}`, (seen) => checkAtRest(seen, new Set(running))));
      return;
    }
    this.#tell(this.#find('free', checkFree));
    const inside = this.#cpus.filter((one) => one !== cpu && inCall(world, one)).map((one) => world.task(one));
    this.#tell(this.#find(`outside, ${inside.join()}`, (seen) => checkOutside(seen, new Set(inside))));
  }

  #find(name: string | number, check: (view: RamView) => Finding[]): Finding[] {
    if (this.#remembered !== undefined) return this.#remembered.find(name, check);
    return check((this.#world as World).view);
  }

  #isAtRest(world: World, cpu: number): boolean {
    return !this.#exits(world, cpu) && this.#cpus.every((one) => one === cpu || this.#isOutside(world, one));
  }

  /** A task that exits is half taken apart until its CPU takes another. */
  #exits(world: World, cpu: number): boolean {
    const task = world.task(cpu);
    return task !== 0 && ((world.view.words[(task + task_struct.flags) >> 2] as number) & PF_EXITING) !== 0;
  }

  /** True for a CPU that executes user instructions or waits for work. */
  #isOutside(world: World, cpu: number): boolean {
    if (world.view.words[(cpuAddress(cpu) + cpu_area.state) >> 2] === CPU_IDLE) return true;
    if (this.#exits(world, cpu)) return false;
    const count = world.chain(cpu, this.#chain, 0, DEPTH);
    for (let i = 0; i < count; i++) if (!this.#isUserMode(world, this.#chain[i] as number)) return false;
    return count > 0;
  }

  #isUserMode(world: World, place: number): boolean {
    let known = this.#places.get(place);
    if (known === undefined) {
      known = USER_MODE.has(world.frame(place).function);
      this.#places.set(place, known);
    }
    return known;
  }

  #tell(findings: readonly Finding[]): void {
    for (const one of findings) {
      if (this.#told.has(one.title)) continue;
      this.#told.add(one.title);
      this.#world?.report(one);
    }
  }
}

const inCall = ({ view }: World, cpu: number): boolean =>
  view.words[(cpuAddress(cpu) + cpu_area.in_syscall) >> 2] !== 0;
