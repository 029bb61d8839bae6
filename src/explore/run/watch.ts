/** Tells observers what a stepped machine does, and collects what they report. */
import type { Frame } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Observer, World } from '../../check/evidence/observer.ts';
import type { RamView } from '../../check/evidence/view.ts';
import { reasons } from '../../machine/fault.ts';
import type { Polydir } from '../../scenario/ast.ts';
import { cpuOf, kindOf, type Move, TICK } from '../../stepped/move.ts';
import type { Visit } from '../../stepped/pending.ts';
import type { Tracer } from '../../stepped/tracer.ts';
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
  step = 0;
  /** True when something was reported that nobody has taken. */
  found = false;
  #cpu = 0;
  #findings: Sighting[] = [];
  readonly #subject: Subject;
  readonly #observers: Listeners;
  readonly #onAccess: Listeners;
  readonly #afterStep: Listeners;

  constructor(subject: Subject, observers: Listeners) {
    this.#subject = subject;
    this.view = subject.view;
    this.cpus = subject.cpus;
    this.names = subject.names;
    this.polydirs = subject.polydirs;
    this.#observers = observers;
    this.#onAccess = observers.filter((one) => one.onAccess !== undefined);
    this.#afterStep = observers.filter((one) => one.afterStep !== undefined);
  }

  begin(): void {
    this.step = 0;
    this.found = false;
    this.#findings = [];
    for (const one of this.#observers) one.begin(this);
  }

  /** The move is about to be made, which is step number `step`: its CPU performs its access, or is interrupted. */
  beforeStep(move: Move, step: number): void {
    this.step = step;
    this.#cpu = cpuOf(move);
    if (this.#onAccess.length === 0 || kindOf(move) === TICK) return;
    this.#subject.stepped?.pending(this.#cpu).forEachRange(this.#tell);
  }

  /** One call for each of the first, not a loop: V8 then knows whose method it is at each, which every access gains by. */
  readonly #tell: Visit = (kind, address, bytes) => {
    const cpu = this.#cpu;
    const told = this.#onAccess;
    told[0]?.onAccess?.(cpu, kind, address, bytes);
    told[1]?.onAccess?.(cpu, kind, address, bytes);
    told[2]?.onAccess?.(cpu, kind, address, bytes);
    told[3]?.onAccess?.(cpu, kind, address, bytes);
    told[4]?.onAccess?.(cpu, kind, address, bytes);
    for (let i = 5; i < told.length; i++) told[i]?.onAccess?.(cpu, kind, address, bytes);
  };

  /** The step is done. */
  afterStep(): void {
    for (const one of this.#afterStep) one.afterStep?.(this.#cpu);
  }

  atEnd(): void {
    for (const one of this.#observers) one.onQuiescent?.();
  }

  /** What was reported since the last time. */
  take(): readonly Sighting[] {
    const taken = this.#findings;
    this.#findings = [];
    this.found = false;
    return taken;
  }

  report(what: Finding): void {
    this.#findings.push({ finding: what, stack: this.#subject.stack(this.#cpu) });
    this.found = true;
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
    for (const one of this.#observers) one.onLock?.(this.#cpu, lock, mode);
  }

  trace_unlock(lock: number): void {
    for (const one of this.#observers) one.onUnlock?.(this.#cpu, lock);
  }

  trace_alloc(object: number, cache: number, site: number): void {
    for (const one of this.#observers) one.onAlloc?.(this.#cpu, object, cache, site);
  }

  trace_free(object: number, cache: number, site: number): void {
    for (const one of this.#observers) one.onFree?.(this.#cpu, object, cache, site);
  }

  trace_call_rcu(head: number, site: number): void {
    for (const one of this.#observers) one.onCallRcu?.(this.#cpu, head, site);
  }

  trace_rcu_dereference(): void {
    for (const one of this.#observers) one.onRcuDereference?.(this.#cpu);
  }

  trace_syscall_enter(nr: number): void {
    for (const one of this.#observers) one.onSyscallEnter?.(this.#cpu, nr);
  }

  trace_syscall_leave(nr: number, result: number): void {
    for (const one of this.#observers) one.onSyscallLeave?.(this.#cpu, nr, result);
  }

  warn(reason: number, address: number): void {
    const { kind, what } = reasons[reason] ?? { kind: 'assert', what: `warning ${reason}` };
    this.report(finding(kind, what, this.#subject.blame(this.stack(this.#cpu)), address));
  }
}
