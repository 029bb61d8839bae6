/** The builder's statements that are no calls, and the results that calls hand out. */
import type { Assignable, CallStatement, Condition, Operand, Operator, Statement } from './ast.ts';
import type { Comparison } from './comparison.ts';
import type { Position } from './position.ts';

/** The builder makes no text yet, so its nodes stand nowhere; the parser gives them their places. */
export const nowhere: Position = { line: 0, column: 0 };

/** A number, a name (of a result, shared word, task or error), or what a call handed out. */
export type Value = number | string | Result;

/** The result of a call. It gets a register when it is first used, or with a name of its own by `as`. */
export class Result {
  readonly #named: (name: string | undefined) => string;
  #name: string | undefined;

  constructor(named: (name: string | undefined) => string) {
    this.#named = named;
  }

  /** Keeps the result under this name. */
  as(name: string): this {
    this.#name = this.#named(name);
    return this;
  }

  get name(): string {
    this.#name ??= this.#named(undefined);
    return this.#name;
  }
}

/** The pid that wait reaped, and the exit code beside it. */
export interface WaitResult extends Result {
  readonly code: Result;
}

/** The permission bits that stat found, and the owner beside them. */
export interface StatResult extends Result {
  readonly owner: Result;
}

/** What any call hands out; which second result it has, its type in the table of methods says. */
export class CallResults extends Result implements WaitResult, StatResult {
  readonly code: Result;
  readonly owner: Result;

  constructor(named: (name: string | undefined) => string, second: Result) {
    super(named);
    this.code = second;
    this.owner = second;
  }
}

export class TaskStatements {
  /** The block that statements go to at the moment; at the end, the whole task. */
  body: Statement[] = [];
  #names = 0;

  /** name = value, or name = left operator right */
  set(name: string, left: Value, operator?: Operator, right?: Value): this {
    const to: Assignable = { kind: 'name', name, at: nowhere };
    const first = operandOf(left);
    const value =
      operator === undefined || right === undefined
        ? first
        : ({ kind: 'binary', operator, left: first, right: operandOf(right), at: nowhere } as const);
    this.body.push({ kind: 'assign', to, value, at: nowhere });
    return this;
  }

  /** name = mem[index] */
  load(name: string, index: number): this {
    const to: Assignable = { kind: 'name', name, at: nowhere };
    this.body.push({ kind: 'assign', to, value: { kind: 'memory', index, at: nowhere }, at: nowhere });
    return this;
  }

  /** mem[index] = value */
  store(index: number, value: Value): this {
    const to: Assignable = { kind: 'memory', index, at: nowhere };
    this.body.push({ kind: 'assign', to, value: operandOf(value), at: nowhere });
    return this;
  }

  expect(left: Value, comparison: Comparison, right: Value): this {
    this.body.push({ kind: 'expect', condition: conditionOf(left, comparison, right), at: nowhere });
    return this;
  }

  if(left: Value, comparison: Comparison, right: Value, then: () => void, otherwise?: () => void): this {
    const condition = conditionOf(left, comparison, right);
    const statement: Statement = { kind: 'if', condition, body: [], otherwise: [], at: nowhere };
    this.body.push(statement);
    statement.body = this.#block(then);
    if (otherwise) statement.otherwise = this.#block(otherwise);
    return this;
  }

  while(left: Value, comparison: Comparison, right: Value, body: () => void): this {
    const condition = conditionOf(left, comparison, right);
    const statement: Statement = { kind: 'while', condition, body: [], at: nowhere };
    this.body.push(statement);
    statement.body = this.#block(body);
    return this;
  }

  repeat(count: Value, body: () => void): this {
    const statement: Statement = { kind: 'repeat', count: operandOf(count), body: [], at: nowhere };
    this.body.push(statement);
    statement.body = this.#block(body);
    return this;
  }

  /** Until the machine winds down. */
  forever(body: () => void): this {
    const statement: Statement = { kind: 'repeat', body: [], at: nowhere };
    this.body.push(statement);
    statement.body = this.#block(body);
    return this;
  }

  barrier(word: string, count: number): this {
    this.body.push({ kind: 'barrier', word: { name: word, at: nowhere }, count, at: nowhere });
    return this;
  }

  /** Adds a call; its results get their names through what this returns. */
  addCall(statement: CallStatement): CallResults {
    this.body.push(statement);
    const take = (index: number, name: string | undefined): string => {
      const chosen = name ?? `r${++this.#names}`;
      statement.results[index] = { kind: 'name', name: chosen, at: nowhere };
      return chosen;
    };
    const second = new Result((name) => {
      // A second result stands behind a first one.
      void result.name;
      return take(1, name);
    });
    const result = new CallResults((name) => take(0, name), second);
    return result;
  }

  /** What `write` adds, apart from what is there. */
  #block(write: () => void): Statement[] {
    const outer = this.body;
    const inner: Statement[] = [];
    this.body = inner;
    try {
      write();
    } finally {
      this.body = outer;
    }
    return inner;
  }
}

export function operandOf(value: Value): Operand {
  if (typeof value === 'number') return { kind: 'number', value: value | 0, at: nowhere };
  return { kind: 'name', name: typeof value === 'string' ? value : value.name, at: nowhere };
}

const conditionOf = (left: Value, comparison: Comparison, right: Value): Condition => ({
  left: operandOf(left),
  comparison,
  right: operandOf(right),
});
