/** A user's module as a subject: RAM holds zeros, setup() fills it, then every CPU runs its function once. */
import { basename } from 'node:path';
import { type Frame, frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding, formerlyIn } from '../../check/evidence/finding.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import { RamView } from '../../check/evidence/view.ts';
import { POISON } from '../../machine/atomic.ts';
import { MachineFault } from '../../machine/fault.ts';
import { FIRST_ADDRESS, FIRST_WORD } from '../../machine/limits.ts';
import { isOurs, type LoadedModule } from '../../stepper/module/module.ts';
import { FUTEX_SLEEP, SPIN } from '../../machine/access.ts';
import { type Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import { silent } from '../../stepped/tracer.ts';
import { HEAP_WORDS } from '../../stepped/heap.ts';
import { blockLines, leaks } from './module-blocks.ts';
import { callLines, callsOf, isLinearizable } from './linearize.ts';
import { ModuleHooks } from './module-hooks.ts';
import { hex, ModuleNames } from './module-names.ts';
import { Places } from './places.ts';
import type { Listener, Lookout, Moment, ProgramCall, Subject } from './subject.ts';

/** RAM of a module, what a heap takes behind it, and how much of it may be used before the machine makes room for more. */
const RAM_BYTES = 64 * 1024;
const HEAP_BYTES = 4 * HEAP_WORDS;
const FIRST_REACH = FIRST_ADDRESS + 64;
const STEP_BOUND = 20_000;
const NONE: readonly Finding[] = [];
/** An author's invariant is asked after every step. */
const everyStep: Lookout = { due: true, beforeStep: () => {} };

const withShortFile = (frame: Frame): Frame => ({ ...frame, file: basename(frame.file) });
/** The module's own part of a call chain: what the locks of the machine do inside says nothing. */
const ownFrames = (frames: readonly Frame[]): Frame[] => frames.filter(({ file }) => !isOurs(file)).map(withShortFile);

export class ModuleSubject implements Subject {
  readonly machine: SteppedMachine;
  readonly view: RamView;
  readonly cpus: number;
  readonly hash: string;
  readonly profile = null;
  readonly notes: readonly string[];
  readonly names: readonly string[];
  readonly stepBound = STEP_BOUND;
  readonly watches: boolean;
  readonly watched = new Set<number>();
  readonly lookout: Lookout | undefined;
  readonly standing: readonly Observer[] = [];
  listener: Listener | undefined;
  readonly #loaded: LoadedModule;
  readonly #names: ModuleNames;
  /** The module's own, as frames name it. */
  readonly #file: string;
  readonly #places: Places;
  readonly #finished: number | undefined;
  /** What the module says that its operations do one after the other. */
  readonly #model: number | undefined;
  readonly #invariant: number | undefined;
  readonly #hooks: ModuleHooks;
  #initial: Snapshot | undefined;
  /** Why the machine cannot even be put to its beginning, and the call chain to it. */
  #broken: { readonly fault: MachineFault; readonly stack: readonly Frame[] } | undefined;

  constructor(loaded: LoadedModule) {
    const { module, places } = loaded;
    const memory = new ArrayBuffer(RAM_BYTES + (loaded.reuse === undefined ? 0 : HEAP_BYTES));
    // Below RAM nothing may look like a lock that is held: a CPU would wait there instead of faulting.
    new Int32Array(memory).fill(POISON, 0, FIRST_WORD);
    this.#loaded = loaded;
    this.notes = loaded.notes;
    this.cpus = module.cpus.length;
    this.hash = loaded.hash;
    this.#names = new ModuleNames(loaded.words);
    this.#file = basename(loaded.path);
    this.machine = new SteppedMachine(module, {
      memory,
      cpus: this.cpus,
      tracer: silent,
      reach: FIRST_REACH,
      reuse: loaded.reuse,
      spare: 1,
    });
    this.view = new RamView(memory);
    this.#places = new Places(places, this.machine);
    this.#hooks = new ModuleHooks(this.machine, this.cpus, this);
    this.names = module.cpus.map((one) => places[one]?.function ?? '?');
    this.#finished = module.entries['finished'];
    this.#model = module.entries['model'];
    this.#invariant = module.entries['invariant'];
    this.watches = this.#invariant !== undefined;
    this.lookout = this.watches ? everyStep : undefined;
  }

  reset(): void {
    if (this.#broken !== undefined) throw this.#broken.fault;
    if (this.#initial === undefined) this.#begin();
    else this.machine.restore(this.#initial);
  }

  /** The first time: setup(), then every CPU up to its first access. */
  #begin(): void {
    const { machine } = this;
    const { entries, cpus, args } = this.#loaded.module;
    let running = this.cpus;
    try {
      if (entries['setup'] !== undefined) this.#hooks.run(entries['setup']);
      cpus.forEach((one, cpu) => {
        running = cpu;
        machine.start(cpu, one, ...(args[cpu] ?? []));
      });
    } catch (error) {
      if (error instanceof MachineFault) this.#broken = { fault: error, stack: this.faultStack(running) };
      throw error;
    }
    this.#initial = machine.snapshot();
  }

  watch(words: readonly number[]): void {
    this.watched.clear();
    for (const word of words) this.watched.add(word);
  }

  invariant(): Finding | undefined {
    if (this.#invariant === undefined) return undefined;
    return this.#hooks.ask(this.#invariant, 'invariant', 'invariant does not hold', this.watched);
  }

  atEnd(): readonly Finding[] {
    if (!this.#allDone()) return [this.#stuck()];
    const unexplained = this.#unexplained();
    if (unexplained !== undefined) return [unexplained];
    const found =
      this.#finished === undefined
        ? undefined
        : this.#hooks.ask(this.#finished, 'finished', 'the end is not as it should be');
    if (found !== undefined) return [found];
    // Asked at the end of every execution, and few modules have a heap.
    return this.machine.heap === undefined ? NONE : leaks(this.machine, (place) => this.frame(place));
  }

  /** Calls that the module's model has no order for. */
  #unexplained(): Finding | undefined {
    const { machine } = this;
    const model = this.#model;
    if (model === undefined) return undefined;
    const calls = callsOf(machine);
    const explains = (operation: number, argument: number): number => this.#hooks.run(model, operation, argument);
    return this.#hooks.told('model', () =>
      isLinearizable(machine, calls, explains)
        ? undefined
        : finding('spec', 'no order of the calls explains what came of them', 'model', 0, ...callLines(calls)),
    );
  }

  #allDone(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) if (!this.machine.isIdle(cpu)) return false;
    return true;
  }

  /** Nobody can go on: waiting for locks is a deadlock, going round loops for ever a livelock. */
  #stuck(): Finding {
    const waiting = Array.from({ length: this.cpus }, (_, cpu) => cpu).filter((cpu) => !this.machine.isIdle(cpu));
    const stacks = waiting.map((cpu) => this.stack(cpu));
    const namesOf = (pick: (stack: readonly Frame[]) => string): string =>
      [...new Set(stacks.map(pick))].sort().join(' / ');
    const functions = namesOf((stack) => this.blame(stack));
    const innermost = namesOf((stack) => stack[0]?.function ?? '?');
    const spinning = waiting.filter((cpu) => this.machine.kind(cpu) === SPIN);
    const details = waiting.flatMap((cpu) => this.cpuLines(cpu));
    const one =
      spinning.length === waiting.length
        ? finding('livelock', 'spinning for ever', functions, 0, ...details)
        : finding('deadlock', 'no CPU can go on', functions, 0, ...details);
    return formerlyIn(one, innermost);
  }

  faultStack(cpu: number): Frame[] {
    return cpu < 0 ? [...(this.#broken?.stack ?? [])] : ownFrames(this.#places.faultStack(cpu));
  }

  stack(cpu: number): Frame[] {
    return ownFrames(this.#places.stack(cpu));
  }

  place(cpu: number): number {
    return this.#places.place(cpu);
  }

  frame(place: number): Frame {
    return withShortFile(this.#places.frame(place));
  }

  chain(cpu: number, into: Int32Array, at: number, most: number): number {
    return this.#places.chain(cpu, into, at, most);
  }

  /** The innermost function of the module's own file: who imports something is to blame for how it is used. */
  blame(frames: readonly Frame[]): string {
    const own = frames.find(({ file }) => file === this.#file);
    return (own ?? frames[0])?.function ?? 'unknown';
  }

  task(): number {
    return 0;
  }

  taskText(cpu: number): string | null {
    return this.names[cpu] ?? null;
  }

  symbolAt(address: number): string | null {
    return this.#names.at(address);
  }

  nameAt(address: number, line: string): string {
    return this.#names.near(address, line);
  }

  valueText(value: number): string {
    return this.#names.value(value);
  }

  callAt(): ProgramCall | null {
    return null;
  }

  extent(address: number): readonly [number, number] {
    return [address, address];
  }

  cpuLines(cpu: number): string[] {
    const name = this.names[cpu] ?? '?';
    if (this.machine.isIdle(cpu)) return [`CPU#${cpu} ${name}: done`];
    const [at] = this.stack(cpu);
    const where = at === undefined ? '' : ` at ${at.function} (${at.file}:${at.line})`;
    const waits = this.machine.enabled(cpu) ? 'stands' : this.#waitText(cpu);
    return [`CPU#${cpu} ${name}: ${waits}${where}`];
  }

  /** What a CPU waits for; 0 for a loop that reads nothing. */
  #waitText(cpu: number): string {
    const address = this.machine.address(cpu);
    if (address === 0) return 'goes round';
    const name = this.#names.near(address, '');
    const word = name.startsWith('0x') ? name : `${name} (${hex(address)})`;
    if (this.machine.kind(cpu) === FUTEX_SLEEP) return `sleeps on ${word} and nobody wakes it,`;
    return `waits for ${word}, which holds ${this.machine.ram[address >> 2]},`;
  }

  moment({ cpu, details, stack, object }: Moment): string[] {
    const block = blockLines(this.machine, object, (place) => this.frame(place));
    if (cpu < 0) return details.length + block.length > 0 ? [...details, ...block] : this.#allCpuLines();
    const [at] = stack;
    const own = at === undefined ? [] : [`CPU#${cpu} ${this.names[cpu] ?? '?'}: in ${frameText(at)}`];
    return [...own, ...details, ...block, ...this.#allCpuLines(cpu)];
  }

  #allCpuLines(except = -1): string[] {
    const cpus = Array.from({ length: this.cpus }, (_, cpu) => cpu).filter((cpu) => cpu !== except);
    return cpus.flatMap((cpu) => this.cpuLines(cpu));
  }

  syscalls(): number {
    return 0;
  }
}
