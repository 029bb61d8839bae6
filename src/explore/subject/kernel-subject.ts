/**
 * The stepped kernel running a program, as a subject: booted once, put back before every execution. It is over when no
 * CPU can go on: the CPUs that have nothing to run wait for work, so that is when every task is gone, or none can move.
 */
import { readFileSync } from 'node:fs';
import { objectLines } from '../../check/evidence/bug-report.ts';
import { blamed, type Frame, frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import { checkInvariants, checkNothingLeft } from '../../check/still/invariants.ts';
import { cpuLines, programTask, taskText } from '../../check/evidence/machine-state.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import { unfinishedDumps } from '../../check/still/core-dumps.ts';
import { givenAway } from '../../check/still/given-away.ts';
import { killedStops } from '../../check/still/killed-stops.ts';
import { missedSignals, unfinishedStops } from '../../check/still/missed-signals.ts';
import { waitsForProgram } from '../../check/still/program-waits.ts';
import { PropertyWatch } from '../../check/still/property-watch.ts';
import { Remembered } from '../../check/still/remembered.ts';
import { Structure } from '../../check/still/structure.ts';
import { objectAt } from '../../check/evidence/objects.ts';
import { variableName } from '../../check/evidence/variable.ts';
import { RamView } from '../../check/evidence/view.ts';
import { cacheStructs } from '../../kernel/caches.ts';
import { INSTRUCTION_WORDS, WORD_LINE } from '../../kernel/isa.ts';
import { cpuDataAddress, HEAP_BASE, kernel, pt_regs, task_struct } from '../../kernel/layout.ts';
import { defaultEngine, type Engine } from '../../machine/engine.ts';
import { cpu_area, cpuAddress, HARDWARE_END } from '../../machine/map.ts';
import { FIRST_ADDRESS, MIN_RAM_BYTES } from '../../machine/limits.ts';
import type { ProfileName } from '../../kernel/profiles.ts';
import type { Polydir } from '../../scenario/ast.ts';
import type { ProgramImage } from '../../scenario/image.ts';
import { programHash } from '../../scenario/image-hash.ts';
import { bootMachine } from '../../boot/boot.ts';
import { armFaults, countFaults, type Faults } from '../../boot/faults.ts';
import { armTicks } from '../../boot/ticks.ts';
import { countSyscalls } from '../../boot/statistics.ts';
import { steppedWasm } from '../../boot/stepped.ts';
import type { Place } from '../../stepper/compile/compile.ts';
import type { CompiledModule } from '../../stepped/compiled-module.ts';
import { bytesBehindRam, type Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import type { Visit } from '../../stepped/pending.ts';
import type { Tracer } from '../../stepped/tracer.ts';
import { hex } from './module-names.ts';
import { kernelTicks } from './kernel-ticks.ts';
import { openingMoves } from './opening.ts';
import { Places } from './places.ts';
import type { Listener, Lookout, Moment, ProgramCall, Subject } from './subject.ts';
import type { Footprints } from './footprint.ts';
import { CompiledChecks, ROOM_FOR_CHECKS } from './compiled-checks.ts';
import { RamFootprints } from './ram-footprints.ts';
import { type AccessDetail, pendingAccess, pendingDetail, type ToldAccess, wordAt } from './told-access.ts';

export interface SteppedKernel {
  readonly module: CompiledModule;
  readonly places: readonly Place[];
}

/** The stepped kernel of this build, for an engine; by default that of this host. */
export async function loadKernel(engine: Engine = defaultEngine()): Promise<SteppedKernel> {
  const folder = new URL('../../../stepped/', import.meta.url);
  const module =
    engine === 'wasm' ? steppedWasm() : ((await import(new URL('kernel.js', folder).href)) as CompiledModule);
  return { module, places: JSON.parse(readFileSync(new URL('places.json', folder), 'utf8')) as Place[] };
}

/** What a program cannot foresee: failures on purpose (boot/faults.ts), and a setting of ticks (boot/ticks.ts). */
export interface Surprises {
  readonly faults?: Faults | undefined;
  readonly ticks?: string | undefined;
}

const STEP_BOUND = 200_000;
/** Room for the heap beyond what boot has used, before the machine makes more. */
const HEAP_ROOM = 64 * 1024;
/** Lower numbers are taken for bits or addresses. */
const LEAST_NUMBER = -4096;
/** Frames shown of a CPU that is not the one to blame. */
const SHORT_TRACE = 4;

export class KernelSubject implements Subject, Lookout {
  readonly machine: SteppedMachine;
  readonly stepped: SteppedMachine;
  readonly view: RamView;
  readonly cpus: number;
  readonly hash: string;
  readonly profile: ProfileName;
  readonly names: readonly string[];
  readonly polydirs: readonly Polydir[];
  readonly stepBound = STEP_BOUND;
  readonly lookout: Lookout = this;
  readonly standing: readonly Observer[];
  readonly watches: boolean;
  readonly warns = true;
  listener: Listener | undefined;
  readonly image: ProgramImage;
  readonly faults: Faults | undefined;
  readonly ticks: string | undefined;
  readonly checks?: CompiledChecks;
  readonly reference?: () => Promise<KernelSubject>;
  readonly #demands: PropertyWatch;
  readonly #places: Places;
  readonly #beforeRange: Visit = (_, address, bytes, writes) => {
    if (writes) this.#demands.beforeWrite(address, bytes);
  };
  readonly #remembered: Remembered | undefined;
  #initial: Snapshot | undefined;
  #opening: Uint16Array | undefined;
  /** Puts machine and demands behind the opening. */
  #toOpened = (): void => {};

  /** Boots a machine for the program. Throws RangeError for one that cannot be. */
  constructor({ module, places }: SteppedKernel, image: ProgramImage, cpus: number, { faults, ticks }: Surprises = {}) {
    const { profile, code, rodata } = image;
    const bytes = MIN_RAM_BYTES;
    const behind = bytesBehindRam(module, cpus);
    const engine = module.oneMemory === undefined ? 'js' : 'wasm';
    const room = module.oneMemory === undefined ? 0 : ROOM_FOR_CHECKS;
    const memory = bootMachine({ profile, cpus, ramBytes: bytes, engine, behind, room, code, rodata });
    if (faults !== undefined) armFaults(memory, faults);
    this.faults = faults;
    this.ticks = ticks;
    this.cpus = cpus;
    this.hash = programHash(image);
    this.profile = profile;
    this.image = image;
    this.names = image.tasks.map((task) => task.name);
    this.polydirs = image.polydirs;
    this.view = new RamView(memory, bytes);
    // The reference makes every check.
    if (module.oneMemory !== undefined) this.#remembered = new Remembered(this.view);
    this.standing = [new Structure(this.#remembered)];
    this.watches = image.always.length > 0;
    const reach = Math.min(bytes, this.view.word(kernel.heap_next) + HEAP_ROOM);
    // Where other CPUs would have their data.
    const gap = { from: cpuDataAddress(cpus) >> 2, to: HEAP_BASE >> 2 };
    const interrupts = kernelTicks(this.view, module, ticks !== undefined);
    this.machine = new SteppedMachine(module, { memory, cpus, tracer: this.#tracer(), reach, gap, interrupts });
    this.stepped = this.machine;
    this.#places = new Places(places, this.machine);
    // An interrupt may come at any step.
    if (ticks === undefined)
      this.checks = CompiledChecks.of(this.machine, places.length, (place) => this.#places.frame(place));
    this.#demands = new PropertyWatch(memory, bytes, image, this.checks);
    if (module.oneMemory !== undefined) {
      this.reference = async () => new KernelSubject(await loadKernel('js'), image, cpus, { faults, ticks });
    }
  }

  reset(): void {
    if (this.#initial === undefined) {
      this.#powerOn();
      if (this.ticks !== undefined) armTicks(this.view.words.buffer, this.ticks);
      this.#initial = this.machine.snapshot();
    } else this.machine.restore(this.#initial);
    this.#demands.begin();
  }

  /** Starts the CPUs and lets them pass the start barrier, in turn: who comes first there matters to nobody. */
  #powerOn(): void {
    const { machine } = this;
    for (let cpu = 0; cpu < this.cpus; cpu++) machine.start(cpu, 'cpu_main');
    const inBarrier = (cpu: number): boolean => this.stack(cpu).some((frame) => frame.function === 'start_barrier');
    for (let cpu = 0; ; cpu = (cpu + 1) % this.cpus) {
      if (Array.from({ length: this.cpus }, (_, one) => one).every((one) => !inBarrier(one))) return;
      if (inBarrier(cpu) && machine.enabled(cpu)) machine.step(cpu);
    }
  }

  get opening(): Uint16Array {
    this.#opening ??= this.#makeOpening();
    return this.#opening;
  }

  open(): void {
    this.#toOpened();
  }

  #makeOpening(): Uint16Array {
    const { machine, listener } = this;
    this.listener = undefined;
    this.reset();
    // Where interrupts are chosen, there is a choice from the beginning on.
    const moves = this.ticks === undefined ? openingMoves(this) : new Uint16Array(0);
    // It may stand in the middle of what is none.
    if (moves.length === 0) this.reset();
    const [snapshot, demands] = [machine.snapshot(), this.#demands.keep()];
    this.#toOpened = () => {
      machine.restore(snapshot);
      demands();
    };
    this.listener = listener;
    return moves;
  }

  get watched(): ReadonlySet<number> {
    return this.#demands.watched;
  }

  watch(words: readonly number[]): void {
    const { watched } = this.#demands;
    watched.clear();
    for (const word of words) watched.add(word);
  }

  get due(): boolean {
    return this.#demands.due;
  }

  beforeStep(cpu: number): void {
    // Without properties only an expectation that fails is of interest, and that is one word.
    if (!this.watches && this.machine.address(cpu) !== kernel.failed_wanted) return;
    this.machine.pending(cpu).forEachRange(this.#beforeRange);
  }

  /** The first `always` property that is broken. The others are reported, and so is an expectation that has failed. */
  invariant(): Finding | undefined {
    const { broken, failed } = this.#demands.judge();
    const [first, ...others] = broken;
    // The program says what it expects of calls that succeed: what follows a failure on purpose is not its doing.
    const expected = this.failures() === 0 ? failed : [];
    for (const one of [...expected, ...others]) this.listener?.report(one);
    return first;
  }

  atEnd(): readonly Finding[] {
    const { view } = this;
    if (view.word(kernel.finished) === 0) return this.#waitsInVain() ? [] : [this.#hung()];
    const wrong = this.#remembered?.find('end', (seen) => checkInvariants(seen)) ?? checkInvariants(view);
    return [...wrong, ...checkNothingLeft(view)];
  }

  /** All sleep, and after a failure on purpose that is what the program itself has come to. */
  #waitsInVain(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) if (this.task(cpu) !== 0) return false;
    return this.failures() > 0 && waitsForProgram(this.view);
  }

  #hung(): Finding {
    const cpus = Array.from({ length: this.cpus }, (_, cpu) => cpu);
    const stuck = cpus.filter((cpu) => this.task(cpu) !== 0);
    const lines = cpus.flatMap((cpu) => this.cpuLines(cpu));
    if (stuck.length === 0) {
      const missed = [missedSignals, unfinishedStops, killedStops, unfinishedDumps, givenAway].flatMap((tell) =>
        tell(this.view, this.names),
      );
      return finding('deadlock', 'every task sleeps and nobody can wake one', 'schedule', 0, ...missed, ...lines);
    }
    const functions = new Set(stuck.map((cpu) => this.blame(this.stack(cpu))));
    return finding('deadlock', 'no CPU can go on', [...functions].sort().join(' / '), 0, ...lines);
  }

  footprints(watched: ReadonlySet<number>): Footprints {
    return new RamFootprints(this.machine, watched);
  }

  pendingAccess(cpu: number): ToldAccess | null {
    return pendingAccess(this.machine, cpu, (address) => this.symbolAt(address));
  }

  pendingDetail(cpu: number): AccessDetail {
    return pendingDetail(this.machine, cpu, (address) => this.nameAt(address));
  }

  wordAt(address: number): number | null {
    return wordAt(this.machine, address);
  }

  faultStack(cpu: number): Frame[] {
    return cpu < 0 ? [] : this.#places.faultStack(cpu);
  }

  stack(cpu: number): Frame[] {
    return this.#places.stack(cpu);
  }

  place(cpu: number): number {
    return this.#places.place(cpu);
  }

  frame(place: number): Frame {
    return this.#places.frame(place);
  }

  chain(cpu: number, into: Int32Array, at: number, most: number): number {
    return this.#places.chain(cpu, into, at, most);
  }

  blame(frames: readonly Frame[]): string {
    return blamed(frames);
  }

  task(cpu: number): number {
    return this.view.word(cpuAddress(cpu) + cpu_area.current);
  }

  taskText(cpu: number): string | null {
    const task = this.task(cpu);
    return task === 0 ? null : taskText(this.view, task, this.names);
  }

  symbolAt(address: number): string | null {
    return this.view.valid(address) ? variableName(this.view, address) : null;
  }

  nameAt(address: number): string {
    const name = this.symbolAt(address);
    if (name === null) return hex(address);
    const object = objectAt(this.view, address);
    if (object !== undefined) return `${name} of ${hex(object.address)}`;
    return address < HARDWARE_END ? `${name} at ${hex(address)}` : name;
  }

  valueText(): (value: number) => string {
    return (value) =>
      value >>> 0 >= FIRST_ADDRESS && (value > 0 || value < LEAST_NUMBER) ? hex(value) : String(value);
  }

  callAt(cpu: number): ProgramCall | null {
    const task = this.task(cpu);
    const isCalling = this.view.word(cpuAddress(cpu) + cpu_area.in_syscall) !== 0;
    if (!isCalling || !this.view.valid(task) || programTask(this.view, task) < 0) return null;
    // The task stands behind its instruction.
    const at = this.view.word(task + task_struct.regs + pt_regs.eip) - 1;
    const text = this.image.callText.get(at);
    return text === undefined ? null : { text, line: this.image.code[at * INSTRUCTION_WORDS + WORD_LINE] ?? 0 };
  }

  extent(address: number): readonly [number, number] {
    const object = this.view.valid(address) ? objectAt(this.view, address) : undefined;
    if (object === undefined) return [address, address];
    return [object.address, object.address + (cacheStructs[object.cache]?.SIZE ?? 4) - 1];
  }

  cpuLines(cpu: number): string[] {
    return cpuLines(this.view, cpu, this.names);
  }

  moment({ cpu, object, stack, details }: Moment): string[] {
    const others = Array.from({ length: this.cpus }, (_, one) => one).filter((one) => one !== cpu);
    const standing = (one: number): string[] => {
      const frames = this.stack(one).slice(0, SHORT_TRACE);
      return [...this.cpuLines(one), ...frames.map((frame) => `    ${frameText(frame)}`)];
    };
    const own = cpu < 0 ? [] : [...this.cpuLines(cpu), ...stack.map((frame) => `    ${frameText(frame)}`)];
    return [...details, ...objectLines(this.view, object), ...own, ...others.flatMap(standing)];
  }

  failures(): number {
    return this.faults === undefined ? 0 : countFaults(this.view).failed;
  }

  syscalls(): number {
    return countSyscalls(this.view);
  }

  /** Passes tracepoints on while somebody listens. */
  #tracer(): Tracer {
    return {
      trace_lock: (lock, mode) => this.listener?.trace_lock(lock, mode),
      trace_unlock: (lock) => this.listener?.trace_unlock(lock),
      trace_alloc: (object, cache, site) => this.listener?.trace_alloc(object, cache, site),
      trace_free: (object, cache, site) => this.listener?.trace_free(object, cache, site),
      trace_call_rcu: (head, site) => this.listener?.trace_call_rcu(head, site),
      trace_rcu_dereference: () => this.listener?.trace_rcu_dereference(),
      trace_syscall_enter: (nr) => this.listener?.trace_syscall_enter(nr),
      trace_syscall_leave: (nr, result) => this.listener?.trace_syscall_leave(nr, result),
      warn: (reason, address) => this.listener?.warn(reason, address),
    };
  }
}
