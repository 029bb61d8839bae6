/**
 * The control flow graph of a compiled function. Only what happens around scheduling points is taken apart into
 * blocks; a statement without a point inside stays one piece of JavaScript text.
 *
 * Texts are final but for the words of the frame, which liveness.ts may turn into variables. A block whose number a
 * text mentions (a break out of an uncut statement) is listed in `jumps`.
 */
import type { KernelFunction } from './program.ts';

export interface Block {
  readonly id: number;
  readonly ops: string[];
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
  | { readonly kind: 'branch'; readonly test: string; readonly yes: Block; readonly no: Block }
  | { readonly kind: 'switch'; readonly value: string; readonly cases: readonly Case[]; readonly otherwise: Block }
  | { readonly kind: 'access'; readonly access: number; readonly args: readonly string[]; readonly next: Block }
  | { readonly kind: 'call'; readonly callee: KernelFunction; readonly args: readonly string[]; readonly next: Block }
  /** The way back to the head of a loop: a point where spinning is noticed. */
  | { readonly kind: 'spin'; readonly next: Block }
  | { readonly kind: 'return'; readonly value: string | undefined };

export interface Case {
  readonly test: string;
  readonly to: Block;
}

export interface Graph {
  readonly function: KernelFunction;
  /** In the order they were made; the first is where the function begins. */
  readonly blocks: readonly Block[];
  /** Slots that parameters take; they come first. */
  readonly parameters: number;
  /** Words of a frame, header included. */
  readonly frameWords: number;
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

/** Texts of a block's end, in the order they are evaluated. */
export function endTexts(end: End | undefined): readonly string[] {
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
