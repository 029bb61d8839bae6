/**
 * Whether the calls of an execution came to what they come to one after the other, in some order that keeps behind each call
 * those that had ended when it began (linearize.ts). Agents that wait for ever in a call have to wait there alone as well.
 */
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Call, Outcome } from '../../javascript/calls.ts';
import type { ProgramRun } from '../../javascript/program.ts';
import { type Made, type Sequential, WAITS } from '../../javascript/sequential.ts';
import { CallTexts, UNEXPLAINED, whyUnexplained } from './call-texts.ts';
import type { CallOf, Rewindable } from './linearize.ts';

/** CPU#0 is who sets up. */
const FIRST_CALLER = 1;
/** Sequences that are made, at most, where it is looked whether a call ever ends. */
const MOST_SEQUENCES = 400;

/** The calls made so far, one after the other. */
class Order implements Rewindable<readonly Made[]> {
  made: readonly Made[] = [];

  snapshot(): readonly Made[] {
    return this.made;
  }

  restore(made: readonly Made[]): void {
    this.made = made;
  }

  fingerprint(): string {
    return JSON.stringify(this.made);
  }
}

export class JavascriptCalls {
  readonly #texts: CallTexts;
  readonly #sequential: Sequential;
  readonly #known = new Map<string, readonly string[] | undefined>();

  constructor(names: readonly string[], sequential: Sequential) {
    this.#texts = new CallTexts(
      names.map((name) => [`${name}() =`]),
      FIRST_CALLER,
    );
    this.#sequential = sequential;
  }

  /** What an agent calls. */
  programText(calls: readonly number[]): string {
    return this.#texts.program(calls, 0);
  }

  /** What is wrong with the calls of an execution that is at its end; `stuck` says who waits for ever, if anybody does. */
  judge(run: ProgramRun, stuck: Finding | undefined): readonly Finding[] {
    const { ended = [], begun = [] } = run.calls ?? {};
    const waiting = begun.flatMap((call, cpu): CallOf<Outcome>[] => (call === undefined ? [] : [{ cpu, call }]));
    // Who does not come to its end outside of a call is no matter of the calls.
    if (stuck !== undefined && waiting.length === 0) return [stuck];
    const why = this.#why(run, ended, waiting);
    if (why === undefined) return [];
    if (stuck !== undefined) return [{ ...stuck, details: [...stuck.details, ...why] }];
    return [finding('spec', UNEXPLAINED, 'operations', 0, ...why)];
  }

  #why(run: ProgramRun, calls: readonly (readonly Call[])[], begun: readonly CallOf<Outcome>[]) {
    const history = JSON.stringify([calls, begun]);
    if (!this.#known.has(history)) {
      const order = new Order();
      const alone = ({ operation }: Call, caller: number): Outcome | string => {
        order.made = [...order.made, { operation, caller }];
        return this.#sequential.last(order.made, run);
      };
      this.#known.set(history, whyUnexplained(order, [], { calls, begun }, alone, this.#texts));
    }
    return this.#known.get(history);
  }

  /** Operations that wait for ever whatever is called before them, up to so many calls in all; in words. */
  endless(run: ProgramRun, operations: number, { cpus, calls }: { cpus: number; calls: number }): readonly string[] {
    const left = new Set(Array.from({ length: operations }, (_, one) => one));
    let orders: readonly (readonly Made[])[] = [[]];
    let made = 0;
    for (let length = 0; length < cpus * calls && orders.length > 0 && left.size > 0; length++) {
      const next: (readonly Made[])[] = [];
      for (const order of orders) {
        for (let i = 0; i < operations * cpus; i++) {
          if (++made > MOST_SEQUENCES) return [];
          const longer = [...order, { operation: i % operations, caller: Math.floor(i / operations) }];
          if (this.#sequential.last(longer, run) === WAITS) continue;
          left.delete(i % operations);
          next.push(longer);
        }
      }
      orders = next;
    }
    return [...left].map((one) => this.programText([one]));
  }
}
