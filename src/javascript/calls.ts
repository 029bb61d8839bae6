/**
 * Calls of a file that says which operations there are, and leaves to others who calls them:
 *
 *     export const operations = { push1: (queue) => queue.push(1), pop: (queue) => queue.pop() };
 *     export function attach(shared) {...}           what each agent makes of what setup() gives, before its first call
 *     export const model = {                         what they are alone; without it they themselves say that
 *       start: () => [],
 *       push1: (list) => void list.push(1),
 *       pop: (list, waits) => (list.length === 0 ? waits : list.shift()),
 *     };
 *
 * Each call begins and ends in steps of its own: which had ended when another began is part of what is explored.
 */
import { inspect } from 'node:util';
import type { Agent } from './agent.ts';
import { runAsync } from './language/async.ts';
import { invoke } from './language/call.ts';
import { Await } from './language/markers.ts';
import { newPlace } from './memory/places.ts';
import type { Operation, Place, Running, Touch } from './operation.ts';

/** What a call came to: one object for all that look the same. */
export class Outcome {
  static readonly #known = new Map<string, Outcome>();
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static #of(text: string): Outcome {
    const known = this.#known.get(text) ?? new Outcome(text);
    this.#known.set(text, known);
    return known;
  }

  static gives(value: unknown): Outcome {
    return Outcome.#of(textOf(value));
  }

  static throws(error: unknown): Outcome {
    return Outcome.#of(`throws ${error instanceof Error ? `${error.name}: ${error.message}` : textOf(error)}`);
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }
}

const textOf = (value: unknown): string =>
  inspect(value, { depth: 8, breakLength: Infinity, sorted: true, customInspect: false, maxArrayLength: null });

export interface Call {
  /** Number of the operation, and of who calls it. */
  readonly operation: number;
  readonly argument: number;
  readonly result: Outcome;
  /** By caller: how many of its calls had ended when it began. */
  readonly seen: readonly number[];
}

/** Those of one execution. */
export class Calls {
  /** By caller, in order. */
  readonly ended: readonly Call[][];
  /** By caller: the one it is in the middle of. */
  readonly begun: (Call | undefined)[] = [];
  /** By caller, how many have ended. */
  readonly #place: Place;

  constructor(callers: number) {
    this.ended = Array.from({ length: callers }, () => []);
    this.#place = newPlace('calls', undefined, (caller) => this.ended[caller]?.length ?? 0);
  }

  touches(from: number, to: number, writes: boolean): Touch[] {
    return [{ place: this.#place, from, to, writes, atomic: true }];
  }
}

const NOTHING_YET = Outcome.gives(undefined);

class Begin implements Operation {
  readonly kind = 'receive';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #calls: Calls;
  readonly #caller: number;
  readonly #operation: number;
  readonly #name: string;

  constructor(calls: Calls, caller: number, operation: number, name: string) {
    this.touches = calls.touches(0, calls.ended.length, false);
    this.#calls = calls;
    this.#caller = caller;
    this.#operation = operation;
    this.#name = name;
  }

  text(): string {
    return `calls ${this.#name}`;
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    const seen = this.#calls.ended.map(({ length }) => length);
    this.#calls.begun[this.#caller] = { operation: this.#operation, argument: this.#caller, result: NOTHING_YET, seen };
    return undefined;
  }
}

class End implements Operation {
  readonly kind = 'send';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #calls: Calls;
  readonly #caller: number;
  readonly #result: Outcome;

  constructor(calls: Calls, caller: number, result: Outcome) {
    this.touches = calls.touches(caller, caller + 1, true);
    this.#calls = calls;
    this.#caller = caller;
    this.#result = result;
  }

  text(): string {
    return `comes to ${String(this.#result)}`;
  }

  perform(agent: Agent): string {
    agent.effects++;
    const begun = this.#calls.begun[this.#caller] as Call;
    this.#calls.begun[this.#caller] = undefined;
    this.#calls.ended[this.#caller]?.push({ ...begun, result: this.#result });
    return String(this.#result);
  }
}

type Exports = Readonly<Record<string, unknown>>;

/** Names of the operations that a file exports, in their order; undefined when it exports none. */
export function operationNames({ operations }: Exports): readonly string[] | undefined {
  if (typeof operations !== 'object' || operations === null || Array.isArray(operations)) return undefined;
  return Object.keys(operations);
}

/** Code of an agent that makes these calls one after the other: a promise of its end. */
export const makesCalls = (exports: Exports, shared: unknown, made: Made): Running =>
  runAsync(making(exports, shared, made));

interface Made {
  readonly calls: Calls;
  readonly caller: number;
  readonly program: readonly number[];
}

function* making(exports: Exports, shared: unknown, { calls, caller, program }: Made): Running {
  const { attach, operations } = exports;
  const names = operationNames(exports) ?? [];
  const attached: unknown = attach === undefined ? shared : yield* invoke(attach, undefined, [shared]);
  // What is awaited is no operation: it is gone on with by a job.
  const handle = yield new Await(attached) as unknown as Operation;
  for (const operation of program) {
    const name = names[operation] ?? '';
    yield new Begin(calls, caller, operation, name);
    let result: Outcome;
    try {
      const f = (operations as Record<string, unknown>)[name];
      const given: unknown = yield* invoke(f, operations, [handle]);
      result = Outcome.gives(yield new Await(given) as unknown as Operation);
    } catch (error) {
      result = Outcome.throws(error);
    }
    yield new End(calls, caller, result);
  }
  return undefined;
}

/** What the last of these calls comes to by the model, one after the other; `waits` where it says so. Code that runs alone. */
export function* byModel(exports: Exports, order: readonly number[], waits: object): Running {
  const model = exports['model'] as Record<string, unknown>;
  const names = operationNames(exports) ?? [];
  const state: unknown = model['start'] === undefined ? undefined : yield* invoke(model['start'], model, []);
  let result: unknown;
  for (const operation of order) {
    try {
      const value: unknown = yield* invoke(model[names[operation] ?? ''], model, [state, waits]);
      result = value === waits ? waits : Outcome.gives(value);
    } catch (error) {
      result = Outcome.throws(error);
    }
  }
  return result;
}
