/** Tells observers what a stepped machine does, and collects what they report. */
import type { Frame } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Observer, World } from '../../check/evidence/observer.ts';
import type { RamView } from '../../check/evidence/view.ts';
import { reasons } from '../../machine/fault.ts';
import { ADDRESS, KIND, OPERAND, OPERAND2 } from '../../stepped/frames.ts';
import { CHOOSE, MEMCPY, MEMCPY_FROM, MEMEQ, MEMSET, SMP_MB, SPIN } from '../../machine/access.ts';
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
  step = 0;
  /** True when something was reported that nobody has taken. */
  found = false;
  #cpu = 0;
  #findings: Sighting[] = [];
  readonly #subject: Subject;
  readonly #observers: Listeners;
  readonly #onAccess: Listeners;

  constructor(subject: Subject, observers: Listeners) {
    this.#subject = subject;
    this.view = subject.view;
    this.cpus = subject.cpus;
    this.names = subject.names;
    this.#observers = observers;
    this.#onAccess = observers.filter((one) => one.onAccess !== undefined);
  }

  begin(): void {
    this.step = 0;
    this.found = false;
    this.#findings = [];
    for (const one of this.#observers) one.begin(this);
  }

  /** The CPU is about to perform its pending access, which is step number `step`. */
  beforeStep(cpu: number, step: number): void {
    this.step = step;
    this.#cpu = cpu;
    if (this.#onAccess.length === 0) return;
    const { frames } = this.#subject.machine;
    const region = this.#subject.machine.region(cpu);
    const kind = frames[region + KIND] as number;
    const address = frames[region + ADDRESS] as number;
    if (kind >= MEMSET && kind <= MEMEQ) this.#block(kind, address, region);
    else if (kind === SPIN) this.#spin(cpu);
    else if (kind !== SMP_MB && kind !== CHOOSE) this.#access(kind, address, 4);
  }

  #access(kind: number, address: number, bytes: number): void {
    for (const one of this.#onAccess) one.onAccess?.(this.#cpu, kind, address, bytes);
  }

  #block(kind: number, address: number, region: number): void {
    const { frames } = this.#subject.machine;
    const other = frames[region + OPERAND] as number;
    const bytes = frames[region + OPERAND2] as number;
    if (kind === MEMCPY) this.#access(MEMCPY_FROM, other, bytes);
    if (kind === MEMEQ) this.#access(MEMEQ, other, bytes);
    this.#access(kind, address, bytes);
  }

  #spin(cpu: number): void {
    for (const word of this.#subject.machine.awaited(cpu)) this.#access(SPIN, word << 2, 4);
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
