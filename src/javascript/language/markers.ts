/**
 * What the body of a generator or async function yields beside operations: to whoever drives it, and never to the world.
 */
import type { Operation } from '../operation.ts';

/** `yield`: a value, or the result of an inner iterator that yield* hands on as it is. */
export class Give {
  readonly value: unknown;
  /** By yield*: what comes next is told to it as a Resumption. */
  readonly delegated: boolean;
  constructor(value: unknown, delegated: boolean) {
    this.value = value;
    this.delegated = delegated;
  }
}

/** `await`. */
export class Await {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** By yield*: the inner iterator returned because the outer one was to; the body is to return here. */
export class Leave {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** The parameters are taken. */
export const BEGAN = { began: true } as unknown as Operation;

export type Mode = 'next' | 'throw' | 'return';

/** How a body is gone on with. */
export interface Resumption {
  readonly mode: Mode;
  readonly value: unknown;
}

export const give = (value: unknown): Give => new Give(value, false);
export const wait = (value: unknown): Await => new Await(value);
