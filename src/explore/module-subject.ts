/** A user's module as a subject: RAM holds zeros, setup() fills it, then every CPU runs its function once. */
import { basename } from 'node:path';
import { type Frame, frameText } from '../check/call-chain.ts';
import { type Finding, finding } from '../check/finding.ts';
import { RamView } from '../check/view.ts';
import { MachineFault } from '../machine/fault.ts';
import { FIRST_ADDRESS } from '../machine/limits.ts';
import type { LoadedModule } from '../stepper/module.ts';
import { SPIN } from '../stepper/primitives.ts';
import { type Snapshot, SteppedMachine } from '../stepper/stepped.ts';
import { silent, type Tracer } from '../stepper/tracer.ts';
import { Places } from './places.ts';
import type { Moment, Subject } from './subject.ts';

/** RAM of a module, and how much of it may be used before the machine makes room for more. */
const RAM_BYTES = 64 * 1024;
const FIRST_REACH = FIRST_ADDRESS + 256;
const STEP_BOUND = 20_000;
const NONE: readonly Finding[] = [];

/** What a hook objects to: by answering no, or by a fault of its own. */
function ask(hook: Hook, what: string, name: string): Finding | undefined {
  try {
    const holds = hook();
    return holds === 0 || holds === false ? finding('assert', what, name, 0) : undefined;
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    return finding(error.kind, error.what, name, error.address);
  }
}

const withShortFile = (frame: Frame): Frame => ({ ...frame, file: basename(frame.file) });

/** A function of the module that runs at once: 0 and false say no; so does nothing else. */
type Hook = () => number | boolean | undefined;

export class ModuleSubject implements Subject {
  readonly machine: SteppedMachine;
  readonly view: RamView;
  readonly cpus: number;
  readonly profile = null;
  readonly names: readonly string[];
  readonly stepBound = STEP_BOUND;
  readonly watches: boolean;
  readonly watched: Uint8Array;
  listener: Tracer | undefined;
  readonly #loaded: LoadedModule;
  readonly #places: Places;
  readonly #finished: Hook | undefined;
  readonly #invariant: Hook | undefined;
  /** By word: 1 where the invariant has looked. */
  readonly #seen: Uint8Array;
  #initial: Snapshot | undefined;

  constructor(loaded: LoadedModule) {
    const { module, places } = loaded;
    const memory = new ArrayBuffer(RAM_BYTES);
    this.#loaded = loaded;
    this.cpus = module.cpus.length;
    this.machine = new SteppedMachine(module, {
      memory,
      cpus: this.cpus,
      tracer: silent,
      reach: FIRST_REACH,
    });
    this.view = new RamView(memory);
    this.#places = new Places(places, this.machine);
    this.#seen = new Uint8Array(RAM_BYTES / 4);
    this.watched = this.#seen;
    this.names = module.cpus.map((one) => places[one]?.function ?? '?');
    const { finished, invariant } = this.machine.now;
    this.#finished = finished;
    this.#invariant = invariant;
    this.watches = invariant !== undefined;
  }

  reset(): void {
    if (this.#initial === undefined) {
      this.machine.now['setup']?.();
      this.#loaded.module.cpus.forEach((one, cpu) => this.machine.start(cpu, one, cpu));
      this.#initial = this.machine.snapshot();
    } else this.machine.restore(this.#initial);
  }

  invariant(): Finding | undefined {
    if (this.#invariant === undefined) return undefined;
    this.machine.markReads(this.#seen);
    const broken = ask(this.#invariant, 'invariant does not hold', 'invariant');
    this.machine.markReads(undefined);
    return broken;
  }

  atEnd(): readonly Finding[] {
    if (!this.#allDone()) return [this.#stuck()];
    if (this.#finished === undefined) return NONE;
    const broken = ask(this.#finished, 'the end is not as it should be', 'finished');
    return broken === undefined ? NONE : [broken];
  }

  #allDone(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) if (!this.machine.isIdle(cpu)) return false;
    return true;
  }

  /** Nobody can go on: waiting for locks is a deadlock, going round loops for ever a livelock. */
  #stuck(): Finding {
    const waiting = Array.from({ length: this.cpus }, (_, cpu) => cpu).filter((cpu) => !this.machine.isIdle(cpu));
    const functions = [...new Set(waiting.map((cpu) => this.stack(cpu)[0]?.function ?? '?'))].sort();
    const spinning = waiting.filter((cpu) => this.machine.kind(cpu) === SPIN);
    const details = waiting.flatMap((cpu) => this.cpuLines(cpu));
    return spinning.length === waiting.length
      ? finding('livelock', 'spinning for ever', functions.join(' / '), 0, ...details)
      : finding('deadlock', 'no CPU can go on', functions.join(' / '), 0, ...details);
  }

  faultStack(cpu: number): Frame[] {
    return this.#places.faultStack(cpu).map(withShortFile);
  }

  stack(cpu: number): Frame[] {
    return this.#places.stack(cpu).map(withShortFile);
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

  blame(frames: readonly Frame[]): string {
    // Before any CPU runs there is only the setup.
    return frames[0]?.function ?? 'setup';
  }

  task(): number {
    return 0;
  }

  cpuLines(cpu: number): string[] {
    const name = this.names[cpu] ?? '?';
    if (this.machine.isIdle(cpu)) return [`CPU#${cpu} ${name}: done`];
    const [at] = this.stack(cpu);
    const where = at === undefined ? '' : ` at ${at.function} (${at.file}:${at.line})`;
    const waits = this.machine.enabled(cpu) ? 'stands' : `waits for ${this.addressText(this.machine.address(cpu))}`;
    return [`CPU#${cpu} ${name}: ${waits}${where}`];
  }

  moment({ cpu, details, stack }: Moment): string[] {
    if (cpu < 0) return details.length > 0 ? [...details] : this.#allCpuLines();
    const [at] = stack;
    const own = at === undefined ? [] : [`CPU#${cpu} ${this.names[cpu] ?? '?'}: in ${frameText(at)}`];
    return [...own, ...details, ...this.#allCpuLines(cpu)];
  }

  #allCpuLines(except = -1): string[] {
    const cpus = Array.from({ length: this.cpus }, (_, cpu) => cpu).filter((cpu) => cpu !== except);
    return cpus.flatMap((cpu) => this.cpuLines(cpu));
  }

  syscalls(): number {
    return 0;
  }

  addressText(address: number): string {
    return `0x${(address >>> 0).toString(16)}`;
  }
}
