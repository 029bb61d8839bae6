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
import { begunCall, type CallMade, callsOf, isLinearizable, type Refusal } from './linearize.ts';
import { CHOICE_ALONE, WAIT_ALONE } from './module-hooks.ts';

type Calls = readonly (readonly CallMade[])[];
/** So many CPUs, each of which makes so many calls. */
interface Size {
  readonly cpus: number;
  readonly calls: number;
}

/** What a call alone comes to; in words when that is no value. */
type Alone = number | string;

const WAITS = 'waits';
const hex = (address: number): string => `0x${address.toString(16)}`;
const KEPT_AT = `words ${hex(CALL_COUNTS)} to ${hex(CALLS_END - 4)} are those of the calls`;
/** States that calls lead to, at most, where it is looked whether one ever ends. */
const MOST_STATES = 1_000;
/** Orders that are told. */
const MOST_REFUSALS = 6;

export class OperationsJudge {
  readonly #machine: SteppedMachine;
  readonly #names: OperationNames;
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
    this.#names = names;
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
    if (!this.#known.has(history)) this.#known.set(history, this.#judge(initial, calls, begun));
    return this.#known.get(history);
  }

  /** Of an operation by a CPU: `pop()`. */
  #name(operation: number, cpu: number): string {
    const names = this.#names[operation] ?? [];
    return names[cpu] ?? names[0] ?? `operation ${operation}`;
  }

  /** What a CPU runs. */
  programText(calls: readonly number[], cpu: number): string {
    return calls.map((one) => withoutResult(this.#name(one, cpu))).join(', ');
  }

  #judge(
    initial: Snapshot,
    calls: Calls,
    begun: ReadonlyArray<{ readonly cpu: number; readonly call: CallMade }>,
  ): readonly string[] | undefined {
    // Those that wait are asked one by one, each behind all that have ended.
    const ends = begun.length === 0 ? [undefined] : begun;
    for (const waits of ends) {
      const refusals: Refusal[] = [];
      const found = isLinearizable(
        this.#machine,
        calls,
        ({ operation, argument }) => this.#alone(operation, argument),
        {
          from: initial,
          refused: (one) => refusals.push(one),
          ...(waits === undefined ? {} : { last: { ...waits, result: WAITS } }),
        },
      );
      if (!found) return [...this.#callLines(calls, begun), ...this.#refusalLines(refusals)];
    }
    return undefined;
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

  /** One line for each CPU. */
  #callLines(calls: Calls, begun: ReadonlyArray<{ readonly cpu: number; readonly call: CallMade }>): string[] {
    return calls.flatMap((own, cpu) => {
      const texts = own.map((call) => `${this.#callText(call, cpu)}${this.#behindText(calls, call, cpu)}`);
      const waits = begun.filter((one) => one.cpu === cpu).map(({ call }) => `${this.#callText(call, cpu, WAITS)}`);
      const all = [...texts, ...waits];
      return all.length === 0 ? [] : [`calls of CPU#${cpu}: ${all.join(', ')}`];
    });
  }

  #callText({ operation, result }: CallMade, cpu: number, instead?: string): string {
    const name = this.#name(operation, cpu);
    if (instead !== undefined) return `${withoutResult(name)} ${instead}`;
    return name.endsWith(RESULT) ? `${name} ${result}` : name;
  }

  /** Which calls of others had ended when it began. */
  #behindText(calls: Calls, { seen }: CallMade, cpu: number): string {
    const before = calls.flatMap((own, other) => {
      const last = other === cpu ? undefined : own[(seen[other] ?? 0) - 1];
      return last === undefined ? [] : [`${withoutResult(this.#name(last.operation, other))} of CPU#${other}`];
    });
    return before.length === 0 ? '' : ` (behind ${before.join(' and ')})`;
  }

  /** Where each order that there may be comes to something else. */
  #refusalLines(refusals: readonly Refusal[]): string[] {
    const line = ({ order, cpu, call, alone }: Refusal): string => {
      const before = order.map((one) => withoutResult(this.#name(one.call.operation, one.cpu)));
      const name = this.#name(call.operation, cpu);
      const given = typeof alone === 'string' ? alone : name.endsWith(RESULT) ? `gives ${alone}` : 'comes to its end';
      return `  ${before.length === 0 ? 'first' : `${before.join(', ')}, then`} ${withoutResult(name)} of CPU#${cpu}: ${given}`;
    };
    const more = refusals.length - MOST_REFUSALS;
    return [
      'one after the other, as far as each order agrees:',
      ...refusals.slice(0, MOST_REFUSALS).map(line),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  }
}

/** What the name of an operation that gives a value ends in. */
const RESULT = ' =';
const withoutResult = (name: string): string => (name.endsWith(RESULT) ? name.slice(0, -RESULT.length) : name);
