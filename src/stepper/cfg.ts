/**
 * The control flow graph of a compiled function. Only what happens around scheduling points is taken apart into
 * blocks; a statement without a point inside stays one piece of JavaScript text.
 *
 * Texts are final: locals already stand as words of the frame. A block whose number a text mentions (a break out of
 * an uncut statement) is listed in `jumps`.
 */
import type { KernelFunction } from './program.ts';

export interface Block {
  readonly id: number;
  readonly ops: string[];
  readonly jumps: Block[];
  end: End | undefined;
}

export type End =
  | { readonly kind: 'goto'; readonly to: Block }
  | { readonly kind: 'branch'; readonly test: string; readonly yes: Block; readonly no: Block }
  | { readonly kind: 'switch'; readonly value: string; readonly cases: readonly Case[]; readonly otherwise: Block }
  | {
      readonly kind: 'access';
      readonly access: number;
      readonly args: readonly string[];
      readonly next: Block;
      readonly line: number;
    }
  | {
      readonly kind: 'call';
      readonly callee: KernelFunction;
      readonly args: readonly string[];
      readonly next: Block;
      readonly line: number;
    }
  | { readonly kind: 'return'; readonly value: string | undefined };

export interface Case {
  readonly test: string;
  readonly to: Block;
}

export interface Graph {
  readonly function: KernelFunction;
  /** In the order they were made; the first is where the function begins. */
  readonly blocks: readonly Block[];
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
      return [end.next, ...jumps];
    default:
      return jumps;
  }
}
