/**
 * Calls of a module's own setup(), invariant() and finished(): at once, on a CPU behind the others that is never
 * scheduled.
 */
import { frameText } from '../../check/evidence/call-chain.ts';
import { type Finding, finding, formerlyIn } from '../../check/evidence/finding.ts';
import { MachineFault } from '../../machine/fault.ts';
import { KIND, TOP } from '../../stepped/frames.ts';
import { CHOOSE, IDLE } from '../../machine/access.ts';
import { isWrite, REQUEUES, WAITS } from '../../machine/access-kinds.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import type { Subject } from './subject.ts';

/** Accesses that one call may make. */
const MOST_ACCESSES = 100_000;
/** What a call must not do that is made at once. */
export const CHOICE_ALONE = 'choice where nothing is explored';
export const WAIT_ALONE = 'waiting where nobody else runs';

/** Who knows where a call failed. */
type Blamer = Pick<Subject, 'faultStack' | 'blame'>;

export class ModuleHooks {
  readonly #machine: SteppedMachine;
  readonly #cpu: number;
  readonly #blamer: Blamer;

  /** `cpu`: the one behind the others. */
  constructor(machine: SteppedMachine, cpu: number, blamer: Blamer) {
    this.#machine = machine;
    this.#cpu = cpu;
    this.#blamer = blamer;
  }

  /** Calls a function to its end. Throws MachineFault. */
  run(entry: number, ...args: number[]): number {
    return this.#call(entry, undefined, args);
  }

  /** Asks a check: undefined when it holds, else what it says. Words it reads are added to `watched`, if given. */
  ask(entry: number, name: string, what: string, watched?: Set<number>): Finding | undefined {
    return this.told(name, () => (this.#call(entry, watched, []) === 0 ? finding('assert', what, name, 0) : undefined));
  }

  /** What calls of a function that has this name come to, or the fault of one of them. */
  told(name: string, calls: () => Finding | undefined): Finding | undefined {
    try {
      return calls();
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      const [innermost, ...callers] = this.#blamer.faultStack(this.#cpu);
      const lines =
        innermost === undefined ? [] : [`in ${[innermost, ...callers].map(frameText).join(', called by ')}`];
      this.#clear();
      const where = innermost === undefined ? name : this.#blamer.blame([innermost, ...callers]);
      return formerlyIn(finding(error.kind, error.what, where, error.address, ...lines), innermost?.function ?? name);
    }
  }

  #call(entry: number, watched: Set<number> | undefined, args: readonly number[]): number {
    const machine = this.#machine;
    const cpu = this.#cpu;
    machine.start(cpu, entry, ...args);
    let accesses = 0;
    for (let kind = machine.kind(cpu); kind !== IDLE; kind = machine.kind(cpu)) {
      if (++accesses > MOST_ACCESSES) throw new MachineFault('livelock', 'loop without end', 0);
      if (kind === CHOOSE) throw new MachineFault('assert', CHOICE_ALONE, 0);
      if (WAITS[kind] === 1 && !machine.enabled(cpu)) {
        throw new MachineFault('assert', WAIT_ALONE, machine.address(cpu));
      }
      if (watched !== undefined) this.#watch(watched);
      machine.stepSpare(cpu);
    }
    return machine.result(cpu);
  }

  /** Notes the words of the pending access. What is asked in every state must not change it. */
  #watch(watched: Set<number>): void {
    const pending = this.#machine.pending(this.#cpu);
    const { kind, address } = pending;
    if (isWrite(kind) || REQUEUES[kind] === 1) throw new MachineFault('assert', 'invariant changes RAM', address);
    const words = pending.words(this.#machine.ram);
    pending.forEachRange((_, start) => {
      for (let i = 0; i < words; i++) watched.add((start >> 2) + i);
    });
  }

  /** Leaves a call that has faulted. */
  #clear(): void {
    const region = this.#machine.region(this.#cpu);
    this.#machine.frames[region + KIND] = IDLE;
    this.#machine.frames[region + TOP] = 0;
  }
}
