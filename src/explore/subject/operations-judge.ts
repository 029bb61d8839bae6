/**
 * Whether the calls of a module that declares operations (stepper/module/operations.ts) came to what they come to one after the
 * other: in some order, from the state that setup() left, each by itself. What a call does alone is said by its model, and where
 * there is none by the call: then the sequential behaviour of the module is what it is held against.
 *
 * When some CPUs wait for ever, each of their calls has to be one that waits alone as well, behind all that have ended, in
 * some order that explains them: Burckhardt, Dern, Musuvathi, Tan, "Line-Up: a complete and automatic linearizability checker",
 * 2010, whose generated tests these are too. A call that fails alone is in no order at that place.
 *
 * What it comes to depends on nothing but the calls, so it is worked out once for each history.
 */
import { type Finding, finding } from '../../check/evidence/finding.ts';
import { MachineFault } from '../../machine/fault.ts';
import { CALL_COUNTS, CALLS_END } from '../../machine/history.ts';
import type { Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import type { OperationNames, Scenario } from '../../stepper/module/operations-text.ts';
import { hashText } from '../../stepped/state.ts';
import { CallTexts, WAITS, whyUnexplained } from './call-texts.ts';
import { begunCall, type CallMade, callsOf, rewindable } from './linearize.ts';
import { CHOICE_ALONE, WAIT_ALONE } from './module-hooks.ts';

/** So many CPUs, each of which makes so many calls. */
interface Size {
  readonly cpus: number;
  readonly calls: number;
}

/** What a call alone comes to; in words when that is no value. */
type Alone = number | string;

const hex = (address: number): string => `0x${address.toString(16)}`;
const KEPT_AT = `words ${hex(CALL_COUNTS)} to ${hex(CALLS_END - 4)} are those of the calls`;
/** States that calls lead to, at most, where it is looked whether one ever ends. */
const MOST_STATES = 1_000;

export class OperationsJudge {
  readonly #machine: SteppedMachine;
  readonly #texts: CallTexts;
  /** By CPU the calls that it makes. */
  readonly #programs: Scenario;
  readonly #run: (operation: number, cpu: number) => number;
  readonly #known = new Map<string, readonly string[] | undefined>();

  /** `run` makes a call at once, where nobody else is. */
  constructor(
    machine: SteppedMachine,
    names: OperationNames,
    programs: Scenario,
    run: (operation: number, cpu: number) => number,
  ) {
    this.#machine = machine;
    this.#texts = new CallTexts(names, 0);
    this.#programs = programs;
    this.#run = run;
  }

  /**
   * What is wrong with what is kept of the calls: nothing, unless the module writes to the same words; then nothing can be
   * said of it. `waiting`: CPUs that are in the middle of a call.
   */
  overwritten(waiting: readonly number[]): Finding | undefined {
    const calls = callsOf(this.#machine);
    const isRight = calls.every((own, cpu) => {
      const program = this.#programs[cpu] ?? [];
      const waits = waiting.includes(cpu);
      const made = waits ? [...own, begunCall(this.#machine, cpu)] : own;
      if (waits ? made.length > program.length : made.length !== program.length) return false;
      return made.every(
        ({ operation, argument, seen }, i) => operation === program[i] && argument === cpu && this.#mayBe(seen),
      );
    });
    if (isRight) return undefined;
    return finding('assert', 'the module writes where its calls are kept', 'operations', 0, KEPT_AT);
  }

  /** Whether so many calls of each CPU can have ended. */
  #mayBe(seen: readonly number[]): boolean {
    return seen.every((ended, cpu) => ended >= 0 && ended <= (this.#programs[cpu]?.length ?? 0));
  }

  /**
   * Why no order explains the calls that have ended, and those that these CPUs wait in; undefined when one does. `initial`: as
   * setup() left it. The machine is left as it was. Throws MachineFault for a call that chooses.
   */
  unexplained(initial: Snapshot, waiting: readonly number[]): readonly string[] | undefined {
    const calls = callsOf(this.#machine);
    const begun = waiting.map((cpu) => ({ cpu, call: begunCall(this.#machine, cpu) }));
    const history = JSON.stringify([calls, begun]);
    if (!this.#known.has(history)) {
      const alone = ({ operation, argument }: CallMade): Alone => this.#alone(operation, argument);
      this.#known.set(
        history,
        whyUnexplained(rewindable(this.#machine), initial, { calls, begun }, alone, this.#texts),
      );
    }
    return this.#known.get(history);
  }

  /** What a CPU runs. */
  programText(calls: readonly number[], cpu: number): string {
    return this.#texts.program(calls, cpu);
  }

  /**
   * Operations, of so many, that wait for ever alone whatever calls come before them, one after the other and up to so many in
   * all. Nothing can be found in these: where they wait, they wait alone as well. `initial`: as setup() left it.
   * The machine is left somewhere. Throws MachineFault for a call that chooses.
   */
  endless(initial: Snapshot, operations: number, { cpus, calls }: Size): readonly number[] {
    const machine = this.#machine;
    const left = new Set(Array.from({ length: operations }, (_, one) => one));
    const known = new Set<string>();
    let states: readonly Snapshot[] = [initial];
    for (let made = 0; made < cpus * calls && states.length > 0; made++) {
      const next: Snapshot[] = [];
      for (const state of states) {
        for (let i = 0; i < operations * cpus; i++) {
          const one = i % operations;
          machine.restore(state);
          const alone = this.#alone(one, Math.floor(i / operations));
          // What goes wrong alone does so in a search as well.
          if (alone !== WAITS) left.delete(one);
          if (left.size === 0 || known.size > MOST_STATES) return [];
          const hash = hashText(machine.searchHash());
          if (typeof alone === 'string' || known.has(hash)) continue;
          known.add(hash);
          next.push(machine.snapshot());
        }
      }
      states = next;
    }
    return [...left];
  }

  #alone(operation: number, cpu: number): Alone {
    try {
      return this.#run(operation, cpu);
    } catch (error) {
      if (!(error instanceof MachineFault) || error.what === CHOICE_ALONE) throw error;
      const { kind, what } = error;
      return what === WAIT_ALONE || kind === 'livelock' ? WAITS : `is no good there (${kind}: ${what})`;
    }
  }
}
