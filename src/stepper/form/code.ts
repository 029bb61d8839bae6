/**
 * What functions do. A function that no scheduling point cuts is a list of statements. One that is cut is a graph of
 * blocks: every point and every call of another such function ends a block, and a statement without a point inside stays
 * whole, in one of the blocks.
 */
import type { External, Local, Routine, Value } from './value.ts';

export type Statement =
  | Effect
  | { readonly kind: 'if'; readonly test: Value; readonly yes: readonly Statement[]; readonly no: readonly Statement[] }
  | Loop
  | Switch
  /** Statements that a break with the label leaves. */
  | { readonly kind: 'labelled'; readonly label: Label; readonly body: readonly Statement[] }
  /** Out of, or on with, the innermost one that stays whole; or the one with the label. */
  | { readonly kind: 'break'; readonly label: Label | undefined }
  | { readonly kind: 'continue'; readonly label: Label | undefined }
  /** Out of a statement that stays whole, to a block of the graph. */
  | { readonly kind: 'goto'; readonly to: Block }
  /** Without a value: 0. */
  | { readonly kind: 'return'; readonly value: Value | undefined }
  /** Makes the words of a function's scratch 0. */
  | { readonly kind: 'clear'; readonly array: Local; readonly words: number }
  /** Counts a turn of a loop or the beginning of a function, so that what never ends is stopped. */
  | { readonly kind: 'turn' }
  /** Stops the machine: a fault of this class, with its arguments. */
  | {
      readonly kind: 'fault';
      readonly fault: External;
      readonly args: readonly Value[];
      readonly line: number | undefined;
    };

/** What can also stand between two turns of a loop. */
export type Effect =
  /** Gives the local the value, cut to 32 bits. */
  | { readonly kind: 'set'; readonly local: Local; readonly value: Value }
  /** Works the value out for what that does. */
  | { readonly kind: 'do'; readonly value: Value };

export interface Loop {
  readonly kind: 'loop';
  readonly labels: readonly Label[];
  /** Looked at in front of every turn, or behind it; undefined for a loop without end. */
  readonly test: Value | undefined;
  readonly testsLast: boolean;
  /** Between a turn and the next. */
  readonly update: readonly Effect[];
  readonly body: readonly Statement[];
}

/** A case that does not break runs into the next. */
export interface Switch {
  readonly kind: 'switch';
  readonly value: Value;
  /** `test` is undefined for the default. */
  readonly cases: ReadonlyArray<{ readonly test: Value | undefined; readonly body: readonly Statement[] }>;
}

/** Labels of a function by number. */
export type Label = number;

/** A function without a scheduling point. */
export interface Whole {
  readonly routine: Routine;
  readonly parameters: number;
  /** Parameters included. */
  readonly locals: number;
  readonly body: readonly Statement[];
}

export interface Block {
  readonly id: number;
  readonly ops: Statement[];
  /** Where statements inside go to: targets of their gotos. */
  readonly jumps: Block[];
  /** How the block is entered when the function is taken up again: by performing an access, or after a call. */
  resumes: Resumption | undefined;
  end: End | undefined;
}

export type Resumption =
  | { readonly kind: 'access'; readonly access: number; readonly line: number }
  | { readonly kind: 'call'; readonly line: number }
  | { readonly kind: 'spin'; readonly line: number };

export type End =
  | { readonly kind: 'goto'; readonly to: Block }
  | { readonly kind: 'branch'; readonly test: Value; readonly yes: Block; readonly no: Block }
  | { readonly kind: 'switch'; readonly value: Value; readonly cases: readonly Case[]; readonly otherwise: Block }
  | { readonly kind: 'access'; readonly access: number; readonly args: readonly Value[]; readonly next: Block }
  | { readonly kind: 'call'; readonly callee: Routine; readonly args: readonly Value[]; readonly next: Block }
  /** The way back to the head of a loop: a point where spinning is noticed. */
  | { readonly kind: 'spin'; readonly next: Block }
  | { readonly kind: 'return'; readonly value: Value | undefined };

export interface Case {
  readonly test: Value;
  readonly to: Block;
}

export interface Graph {
  readonly routine: Routine;
  /** In the order they were made; the first is where the function begins. */
  readonly blocks: readonly Block[];
  readonly parameters: number;
  /** Locals that are several words, and how many. */
  readonly arrays: ReadonlyMap<Local, number>;
}

export function successors(block: Block): readonly Block[] {
  const { end, jumps } = block;
  switch (end?.kind) {
    case 'goto':
      return [end.to, ...jumps];
    case 'branch':
      return [end.yes, end.no, ...jumps];
    case 'switch':
      return [...end.cases.map((c) => c.to), end.otherwise, ...jumps];
    case 'access':
    case 'call':
    case 'spin':
      return [end.next, ...jumps];
    default:
      return jumps;
  }
}

/** Of a function's blocks those that can run, in the order of their numbers. */
export function reachable(blocks: readonly Block[]): Block[] {
  const found = new Set<Block>(blocks.slice(0, 1));
  for (const block of found) for (const next of successors(block)) found.add(next);
  return [...found].sort((a, b) => a.id - b.id);
}

/** Values of a block's end, in the order they are worked out. */
export function endValues(end: End | undefined): readonly Value[] {
  switch (end?.kind) {
    case 'branch':
      return [end.test];
    case 'switch':
      return [end.value];
    case 'access':
    case 'call':
      return end.args;
    case 'return':
      return end.value === undefined ? [] : [end.value];
    default:
      return [];
  }
}
