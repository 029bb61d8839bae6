/** Why no order of some calls explains what came of them, in words. */
import type { OperationNames } from '../../stepper/module/operations-text.ts';
import { type CallMade, type CallOf, isLinearizable, type Refusal, type Rewindable } from './linearize.ts';

/** What a call alone comes to that would never end there. */
export const WAITS = 'waits';
export const UNEXPLAINED = 'no order of the calls explains what came of them';
/** Orders that are told. */
const MOST_REFUSALS = 6;
/** What the name of an operation that gives a value ends in. */
const RESULT = ' =';
const withoutResult = (name: string): string => (name.endsWith(RESULT) ? name.slice(0, -RESULT.length) : name);

type Calls<Result> = readonly (readonly CallMade<Result>[])[];

export interface History<Result> {
  /** By caller, those that have ended. */
  readonly calls: Calls<Result>;
  /** Those that were begun and wait for ever. */
  readonly begun: readonly CallOf<Result>[];
}

/** Undefined when an order explains them all; those that wait are asked one by one, each behind all that have ended. */
export function whyUnexplained<State, Result>(
  machine: Rewindable<State>,
  from: State,
  { calls, begun }: History<Result>,
  alone: (call: CallMade<Result>, cpu: number) => Result | string,
  texts: CallTexts,
): readonly string[] | undefined {
  const ends = begun.length === 0 ? [undefined] : begun;
  for (const waits of ends) {
    const refusals: Refusal<Result>[] = [];
    const found = isLinearizable(machine, calls, alone, {
      from,
      refused: (one) => refusals.push(one),
      ...(waits === undefined ? {} : { last: { ...waits, result: WAITS } }),
    });
    if (!found) return [...texts.callLines(calls, begun), ...texts.refusalLines(refusals)];
  }
  return undefined;
}

export class CallTexts {
  readonly #names: OperationNames;
  readonly #firstCpu: number;

  /** Names of operations, each by caller or once for all; the first caller is this CPU. */
  constructor(names: OperationNames, firstCpu: number) {
    this.#names = names;
    this.#firstCpu = firstCpu;
  }

  /** What a caller runs. */
  program(calls: readonly number[], cpu: number): string {
    return calls.map((one) => withoutResult(this.#name(one, cpu))).join(', ');
  }

  /** Of an operation by a caller: `pop()`. */
  #name(operation: number, cpu: number): string {
    const names = this.#names[operation] ?? [];
    return names[cpu] ?? names[0] ?? `operation ${operation}`;
  }

  #cpu(cpu: number): string {
    return `CPU#${cpu + this.#firstCpu}`;
  }

  /** One line for each CPU. */
  callLines<Result>(calls: Calls<Result>, begun: readonly CallOf<Result>[]): string[] {
    return calls.flatMap((own, cpu) => {
      const texts = own.map((call) => `${this.#callText(call, cpu)}${this.#behindText(calls, call, cpu)}`);
      const waits = begun.filter((one) => one.cpu === cpu).map(({ call }) => `${this.#callText(call, cpu, WAITS)}`);
      const all = [...texts, ...waits];
      return all.length === 0 ? [] : [`calls of ${this.#cpu(cpu)}: ${all.join(', ')}`];
    });
  }

  #callText<Result>({ operation, result }: CallMade<Result>, cpu: number, instead?: string): string {
    const name = this.#name(operation, cpu);
    if (instead !== undefined) return `${withoutResult(name)} ${instead}`;
    return name.endsWith(RESULT) ? `${name} ${String(result)}` : name;
  }

  /** Which calls of others had ended when it began. */
  #behindText<Result>(calls: Calls<Result>, { seen }: CallMade<Result>, cpu: number): string {
    const before = calls.flatMap((own, other) => {
      const last = other === cpu ? undefined : own[(seen[other] ?? 0) - 1];
      return last === undefined ? [] : [`${withoutResult(this.#name(last.operation, other))} of ${this.#cpu(other)}`];
    });
    return before.length === 0 ? '' : ` (behind ${before.join(' and ')})`;
  }

  /** Where each order that there may be comes to something else. */
  refusalLines<Result>(refusals: readonly Refusal<Result>[]): string[] {
    const line = ({ order, cpu, call, alone }: Refusal<Result>): string => {
      const before = order.map((one) => withoutResult(this.#name(one.call.operation, one.cpu)));
      const name = this.#name(call.operation, cpu);
      const isWords = typeof alone === 'string';
      const given = isWords ? alone : name.endsWith(RESULT) ? `gives ${String(alone)}` : 'comes to its end';
      const first = before.length === 0 ? 'first' : `${before.join(', ')}, then`;
      return `  ${first} ${withoutResult(name)} of ${this.#cpu(cpu)}: ${given}`;
    };
    const more = refusals.length - MOST_REFUSALS;
    return [
      'one after the other, as far as each order agrees:',
      ...refusals.slice(0, MOST_REFUSALS).map(line),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  }
}
