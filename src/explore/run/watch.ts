/** Tells observers what a stepped machine does, and collects what they report. */
import type { Frame } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Observer, World } from '../../check/evidence/observer.ts';
import type { RamView } from '../../check/evidence/view.ts';
import { CPU, FOUND, STEP } from '../../check/compiled/places.ts';
import { OwnStorage, type Storage } from '../../check/evidence/storage.ts';
import { NOTHING, WORD } from '../../machine/access.ts';
import { isLock, TOUCHES } from '../../machine/access-kinds.ts';
import { reasons } from '../../machine/fault.ts';
import type { Polydir } from '../../scenario/ast.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import { cpuOf, kindOf, type Move, TICK } from '../../stepped/move.ts';
import type { Visit } from '../../stepped/pending.ts';
import type { Tracer } from '../../stepped/tracer.ts';
import type { Choice, CompiledChecks } from '../subject/compiled-checks.ts';
import type { Subject } from '../subject/subject.ts';

/** What was reported, and where its CPU stood at that moment. */
export interface Sighting {
  readonly finding: Finding;
  readonly stack: readonly Frame[];
}

type Listeners = readonly Observer[];

export class Watch implements World, Tracer {
  readonly view: RamView;
  readonly cpus: number;
  readonly names: readonly string[];
  readonly polydirs: readonly Polydir[];
  readonly storage: Storage | undefined;
  /** Steps in which nobody need be told of anything; undefined where an observer is told of all. */
  stretches: CompiledChecks | undefined;
  /** One word each: number of the step under way, 1 when something was reported that nobody has taken, and the CPU. */
  readonly #now: Int32Array;
  readonly #found: Int32Array;
  readonly #stepping: Int32Array;
  #findings: Sighting[] = [];
  readonly #subject: Subject;
  readonly #observers: Listeners;
  readonly #machine: SteppedMachine | undefined;
  /** Who is told of accesses in this execution, and of those that take locks; whom steps are told when they are done. */
  #onAccess: Listeners = [];
  #onLockAccess: Listeners = [];
  #afterStep: Listeners = [];
  /** Whether anybody is told of any. */
  #tells = false;
  /** Who is told of the other events. */
  readonly #onLock: Listeners;
  readonly #onUnlock: Listeners;
  readonly #onAlloc: Listeners;
  readonly #onFree: Listeners;
  readonly #onCallRcu: Listeners;
  readonly #onRcuDereference: Listeners;
  readonly #onSyscallEnter: Listeners;
  readonly #onSyscallLeave: Listeners;

  constructor(subject: Subject, observers: Listeners) {
    this.#subject = subject;
    this.view = subject.view;
    this.cpus = subject.cpus;
    this.names = subject.names;
    this.polydirs = subject.polydirs;
    this.#machine = subject.stepped;
    this.#observers = observers;
    this.storage = subject.checks;
    const own = this.storage ?? new OwnStorage();
    this.#now = own.words(STEP, 1);
    this.#found = own.words(FOUND, 1);
    this.#stepping = own.words(CPU, 1);
    this.#onLock = observers.filter((one) => one.onLock !== undefined);
    this.#onUnlock = observers.filter((one) => one.onUnlock !== undefined);
    this.#onAlloc = observers.filter((one) => one.onAlloc !== undefined);
    this.#onFree = observers.filter((one) => one.onFree !== undefined);
    this.#onCallRcu = observers.filter((one) => one.onCallRcu !== undefined);
    this.#onRcuDereference = observers.filter((one) => one.onRcuDereference !== undefined);
    this.#onSyscallEnter = observers.filter((one) => one.onSyscallEnter !== undefined);
    this.#onSyscallLeave = observers.filter((one) => one.onSyscallLeave !== undefined);
  }

  get step(): number {
    return this.#now[0] as number;
  }

  /** The CPU that steps. */
  get cpu(): number {
    return this.#stepping[0] as number;
  }

  get found(): boolean {
    return this.#found[0] !== 0;
  }

  #startAt(step: number): void {
    this.#now[0] = step;
    this.#found[0] = 0;
    this.#findings = [];
  }

  /** What is asked may be another thing than in the execution before, of other observers. */
  #ask(): void {
    const { checks } = this.#subject;
    this.stretches = undefined;
    if (checks === undefined || this.#afterStep.some((one) => one.due === undefined)) return;
    const parts = this.#onLockAccess.flatMap(({ compiled }) => compiled ?? []);
    if (parts.length < this.#onLockAccess.length) return;
    checks.ask(parts);
    this.stretches = checks;
  }

  /** Whether somebody has to be told that a step is done. */
  get due(): boolean {
    for (let i = 0; i < this.#afterStep.length; i++) if (this.#afterStep[i]?.due !== false) return true;
    return false;
  }

  begin(): void {
    this.#startAt(0);
    for (const one of this.#observers) one.begin(this);
    const awake = this.#observers.filter((one) => one.accesses !== 'none');
    const told = awake.filter((one) => one.onAccess !== undefined);
    this.#onLockAccess = told;
    this.#onAccess = told.filter((one) => one.accesses !== 'locks');
    this.#tells = told.length > 0;
    this.#afterStep = awake.filter((one) => one.afterStep !== undefined);
    this.#ask();
  }

  /**
   * What observers know of the execution so far, to go back to in place of `begin`; undefined where one of them cannot. Who is
   * told of accesses is asked when an execution begins.
   */
  keep(): (() => void) | undefined {
    const { step } = this;
    const parts = this.#observers.map((one) => one.keep?.());
    if (parts.includes(undefined)) return undefined;
    return () => {
      this.#startAt(step);
      this.#ask();
      for (const back of parts) back?.();
    };
  }

  /** The move is about to be made, which is step number `step`: its CPU performs its access, or is interrupted. */
  beforeStep(move: Move, step: number): void {
    this.#now[0] = step;
    const cpu = cpuOf(move);
    this.#stepping[0] = cpu;
    const machine = this.#machine;
    if (machine === undefined || !this.#tells || kindOf(move) === TICK) return;
    const kind = machine.kind(cpu);
    const touches = TOUCHES[kind];
    // Nearly all come to one word.
    if (touches === WORD) this.#tell(kind, machine.address(cpu), 4);
    else if (touches !== NOTHING) machine.pending(cpu).forEachRange(this.#visit);
  }

  /**
   * Steps a CPU as `stretches` does, from step number `step` on; how many were made. When it throws, `step` is the one that
   * did.
   */
  run(stretches: CompiledChecks, cpu: number, step: number, most: number, choice: Choice | undefined): number {
    this.#now[0] = step;
    return stretches.run(cpu, most, choice);
  }

  readonly #visit: Visit = (kind, address, bytes) => this.#tell(kind, address, bytes);

  /** One call for each of the first, not a loop: V8 then knows whose method it is at each, which every access gains by. */
  #tell(kind: number, address: number, bytes: number): void {
    const cpu = this.cpu;
    if (isLock(kind)) {
      for (const one of this.#onLockAccess) one.onAccess?.(cpu, kind, address, bytes);
      return;
    }
    const told = this.#onAccess;
    const count = told.length;
    if (count === 0) return;
    told[0]?.onAccess?.(cpu, kind, address, bytes);
    if (count === 1) return;
    told[1]?.onAccess?.(cpu, kind, address, bytes);
    if (count === 2) return;
    told[2]?.onAccess?.(cpu, kind, address, bytes);
    for (let i = 3; i < count; i++) told[i]?.onAccess?.(cpu, kind, address, bytes);
  }

  /** The step is done. */
  afterStep(): void {
    const told = this.#afterStep;
    for (let i = 0; i < told.length; i++) told[i]?.afterStep?.(this.cpu);
  }

  atEnd(): void {
    for (const one of this.#observers) one.onQuiescent?.();
  }

  /** What was reported since the last time. */
  take(): readonly Sighting[] {
    const taken = this.#findings;
    this.#findings = [];
    this.#found[0] = 0;
    return taken;
  }

  report(what: Finding): void {
    this.#findings.push({ finding: what, stack: this.#subject.stack(this.cpu) });
    this.#found[0] = 1;
  }

  asks(checker: string): boolean {
    return this.#observers.some(({ name }) => name === checker);
  }

  stack(cpu: number): Frame[] {
    return this.#subject.stack(cpu);
  }

  place(cpu: number): number {
    return this.#subject.place(cpu);
  }

  frame(place: number): Frame {
    return this.#subject.frame(place);
  }

  chain(cpu: number, into: Int32Array, at: number, most: number): number {
    return this.#subject.chain(cpu, into, at, most);
  }

  task(cpu: number): number {
    return this.#subject.task(cpu);
  }

  trace_lock(lock: number, mode: number): void {
    for (const one of this.#onLock) one.onLock?.(this.cpu, lock, mode);
  }

  trace_unlock(lock: number): void {
    for (const one of this.#onUnlock) one.onUnlock?.(this.cpu, lock);
  }

  trace_alloc(object: number, cache: number, site: number): void {
    for (const one of this.#onAlloc) one.onAlloc?.(this.cpu, object, cache, site);
  }

  trace_free(object: number, cache: number, site: number): void {
    for (const one of this.#onFree) one.onFree?.(this.cpu, object, cache, site);
  }

  trace_call_rcu(head: number, site: number): void {
    for (const one of this.#onCallRcu) one.onCallRcu?.(this.cpu, head, site);
  }

  trace_rcu_dereference(): void {
    for (const one of this.#onRcuDereference) one.onRcuDereference?.(this.cpu);
  }

  trace_syscall_enter(nr: number): void {
    for (const one of this.#onSyscallEnter) one.onSyscallEnter?.(this.cpu, nr);
  }

  trace_syscall_leave(nr: number, result: number): void {
    for (const one of this.#onSyscallLeave) one.onSyscallLeave?.(this.cpu, nr, result);
  }

  warn(reason: number, address: number): void {
    const { kind, what } = reasons[reason] ?? { kind: 'assert', what: `warning ${reason}` };
    this.report(finding(kind, what, this.#subject.blame(this.stack(this.cpu)), address));
  }
}
