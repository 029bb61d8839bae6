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
import { writtenFrom } from '../../stepper/module/operations-text.ts';
import { FUTEX_SLEEP, SPIN } from '../../machine/access.ts';
import { type Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import { silent } from '../../stepped/tracer.ts';
import { HEAP_WORDS } from '../../stepped/heap.ts';
import { blockLines, blockName, leaks } from './module-blocks.ts';
import { callName } from './linearize.ts';
import { type CallsJudge, callsJudge } from './module-calls.ts';
import { ModuleHooks } from './module-hooks.ts';
import { hex, ModuleNames } from './module-names.ts';
import { Places } from './places.ts';
import type { Listener, Lookout, Moment, ProgramCall, Subject } from './subject.ts';
import type { Footprints } from './footprint.ts';
import type { Beginning } from '../inside/beginning.ts';
import { RamFootprints } from './ram-footprints.ts';
import { type AccessDetail, pendingAccess, pendingDetail, type ToldAccess, wordAt } from './told-access.ts';

/** RAM of a module, what a heap takes behind it, and how much of it may be used before the machine makes room for more. */
const RAM_BYTES = 64 * 1024;
const HEAP_BYTES = 4 * HEAP_WORDS;
const FIRST_REACH = FIRST_ADDRESS + 64;
const STEP_BOUND = 20_000;
const NO_LEAKS = 'no finished() frees what is left in the end, so leaks are not looked for';
const NONE: readonly Finding[] = [];
/** An author's invariant is asked after every step. */
const everyStep: Lookout = { due: true, beforeStep: () => {} };

const withShortFile = (frame: Frame): Frame => ({ ...frame, file: basename(frame.file) });

export class ModuleSubject implements Subject {
  readonly machine: SteppedMachine;
  readonly stepped: SteppedMachine;
  readonly view: RamView;
  readonly cpus: number;
  readonly profile = null;
  readonly notes: readonly string[];
  readonly names: readonly string[];
  readonly polydirs = [];
  readonly stepBound = STEP_BOUND;
  readonly watches: boolean;
  readonly watched = new Set<number>();
  readonly lookout: Lookout | undefined;
  readonly standing: readonly Observer[] = [];
  readonly warns = false;
  listener: Listener | undefined;
  readonly #loaded: LoadedModule;
  readonly #names: ModuleNames;
  /** The module's own, as frames name it. */
  readonly #file: string;
  /** Line from which on its text is none of its author's. */
  readonly #writtenFrom: number;
  readonly #places: Places;
  readonly #finished: number | undefined;
  /** Who judges the calls that it makes, of a module that has them judged. */
  readonly #calls: CallsJudge | undefined;
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
    this.cpus = module.cpus.length;
    this.#names = new ModuleNames(loaded.words);
    this.#file = basename(loaded.path);
    this.#writtenFrom = writtenFrom(loaded.text);
    this.machine = new SteppedMachine(module, {
      memory,
      cpus: this.cpus,
      tracer: silent,
      reach: FIRST_REACH,
      reuse: loaded.reuse,
      spare: 1,
    });
    this.stepped = this.machine;
    this.view = new RamView(memory);
    this.#places = new Places(places, this.machine);
    this.#hooks = new ModuleHooks(this.machine, this.cpus, this);
    this.#finished = module.entries['finished'];
    this.#calls = callsJudge(this.machine, loaded, this.#hooks);
    this.names = this.#calls?.names ?? module.cpus.map((one) => places[one]?.function ?? '?');
    this.notes = [...loaded.notes, ...(this.#judgesLeaks ? [] : [`${this.#file}: ${NO_LEAKS}`])];
    this.#invariant = module.entries['invariant'];
    this.watches = this.#invariant !== undefined;
    this.lookout = this.watches ? everyStep : undefined;
  }

  get hash(): string {
    return this.#loaded.hash;
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

  /**
   * Of a module that declares so many operations, those that never end one after the other: in words, for its author. None
   * where setup() or a call fails already; the search tells that.
   */
  endless(operations: number, size: { readonly cpus: number; readonly calls: number }): readonly string[] {
    try {
      this.reset();
      return this.#calls?.endless?.(this.#initial as Snapshot, operations, size) ?? [];
    } catch (error) {
      if (error instanceof MachineFault) return [];
      throw error;
    }
  }

  /** The heap and calls are not judged inside. */
  beginning(): Beginning | undefined {
    const { machine, cpus } = this;
    if (this.#calls !== undefined || machine.heap !== undefined || this.#initial === undefined) return undefined;
    const { unit } = this.#loaded;
    const [finished, invariant] = [this.#finished, this.#invariant];
    return { unit, cpus, words: machine.region(1), initial: this.#initial, finished, invariant };
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
    if (!this.#allDone()) return this.#waitingForEver();
    const unexplained = this.#calls?.ended(this.#initial as Snapshot);
    if (unexplained !== undefined) return [unexplained];
    const found =
      this.#finished === undefined
        ? undefined
        : this.#hooks.ask(this.#finished, 'finished', 'the end is not as it should be');
    if (found !== undefined) return [found];
    // Asked at the end of every execution, and few modules have a heap.
    if (this.machine.heap === undefined || !this.#judgesLeaks) return NONE;
    return leaks(this.machine, (place) => this.frame(place));
  }

  get #hasOperations(): boolean {
    return this.#calls?.names !== undefined;
  }

  /** Operations leave in the structure what they put there: only finished() can know what is to be left. */
  get #judgesLeaks(): boolean {
    return !this.#hasOperations || this.machine.heap === undefined || this.#finished !== undefined;
  }

  /** Some CPUs wait and nobody can go on. Calls may do so where they wait alone as well. */
  #waitingForEver(): readonly Finding[] {
    const waiting = Array.from({ length: this.cpus }, (_, cpu) => cpu).filter((cpu) => !this.machine.isIdle(cpu));
    const stuck = this.#stuck(waiting);
    if (this.#calls?.waiting === undefined) return [stuck];
    return this.#calls.waiting(this.#initial as Snapshot, waiting, stuck);
  }

  #allDone(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) if (!this.machine.isIdle(cpu)) return false;
    return true;
  }

  /** Nobody can go on: waiting for locks is a deadlock, going round loops for ever a livelock. */
  #stuck(waiting: readonly number[]): Finding {
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

  footprints(watched: ReadonlySet<number>): Footprints {
    return new RamFootprints(this.machine, watched);
  }

  pendingAccess(cpu: number): ToldAccess | null {
    return pendingAccess(this.machine, cpu, (address) => this.symbolAt(address));
  }

  pendingDetail(cpu: number, line: string): AccessDetail {
    return pendingDetail(this.machine, cpu, (address) => this.nameAt(address, line));
  }

  wordAt(address: number): number | null {
    return wordAt(this.machine, address);
  }

  faultStack(cpu: number): Frame[] {
    return cpu < 0 ? [...(this.#broken?.stack ?? [])] : this.#ownFrames(this.#places.faultStack(cpu));
  }

  stack(cpu: number): Frame[] {
    return this.#ownFrames(this.#places.stack(cpu));
  }

  /**
   * The module's own part of a call chain: what the locks of the machine do inside says nothing, nor does what calls the
   * operations of a module, as long as one of them is in it.
   */
  #ownFrames(frames: readonly Frame[]): Frame[] {
    const own = frames.filter(({ file }) => !isOurs(file));
    if (!this.#hasOperations) return own.map(withShortFile);
    const theirs = own.filter(({ file, line }) => file !== this.#loaded.path || line < this.#writtenFrom);
    return (theirs.length > 0 ? theirs : own.slice(0, 1)).map(withShortFile);
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
    const name = this.#blockName(address, '') ?? this.#callName(address);
    return name ?? this.#names.at(address);
  }

  nameAt(address: number, line: string): string {
    return this.#blockName(address, line) ?? this.#callName(address) ?? this.#names.near(address, line);
  }

  /** A word of a block of the heap. */
  #blockName(address: number, line: string): string | undefined {
    const block = blockName(this.machine, address, (place) => this.frame(place));
    return block && this.#names.inside(block.name, block.offset, line);
  }

  /** A word of what calls were made (machine/history.ts), where somebody judges them. */
  #callName(address: number): string | undefined {
    return this.#calls && callName(address);
  }

  valueText(): (value: number) => string {
    const { heap } = this.machine;
    const blocks = new Map(heap?.blocks().map(({ address }) => [address, this.#blockName(address, '') ?? null]));
    return (value) => {
      if (heap !== undefined && value === POISON) return 'poison';
      return blocks.get(value) ?? this.#names.value(value);
    };
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
    const name = this.nameAt(address, '');
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
