/** What the parts of the lowering share: the function's slots, the block being filled, where break and continue go. */
import type { CallExpression, Function as FunctionNode, Node } from 'oxc-parser';
import type { Block, End } from './cfg.ts';
import { FIRST_SLOT } from '../../stepped/frames.ts';
import type { KernelFunction, Module } from './program.ts';
import { childrenOf, positionOf, SourceError } from '../source/source.ts';

/** How the compiled module names things; the same for every function of it. */
export interface Naming {
  /** What a call is: a step, a compiled function, a function to call in place, or a value that needs no call. */
  readonly classify: (caller: KernelFunction, call: CallExpression) => Callee;
  /** Text of a name of module level that is not called: a constant, or a class of the machine. */
  readonly constant: (module: Module, name: string) => string;
}

export type Callee =
  | { readonly kind: 'point'; readonly access: number }
  | { readonly kind: 'compiled'; readonly callee: KernelFunction }
  /** `faults`: it may stop the machine, so the line it is called from is noted. */
  | { readonly kind: 'plain'; readonly text: string; readonly faults: boolean }
  | { readonly kind: 'register'; readonly text: string };

/** Line of the original source behind a line of a module. */
export type OriginalLine = (file: string, line: number) => number;

export interface LoweringOptions {
  /** Whether the way back to the head of a loop is a place where spinning is noticed. */
  readonly spins: boolean;
  /** Functions that run inside a loop of another one. */
  readonly looped: ReadonlySet<KernelFunction>;
  readonly originalLine: OriginalLine;
}

/** Where break and continue of a loop, a switch or a labelled block go. */
export interface Target {
  readonly breakTo: Block;
  readonly continueTo: Block | undefined;
  readonly labels: readonly string[];
  /** A block that only a break with its label leaves. */
  readonly named?: boolean;
}

export interface Lowering extends LoweringOptions {
  readonly function: KernelFunction;
  readonly naming: Naming;
  /** Frame slot of each parameter and local, by the node that declares it. */
  readonly slots: ReadonlyMap<Node, number>;
  /** Start offsets of the calls that are cut at. */
  readonly cuts: ReadonlySet<number>;
  readonly blocks: Block[];
  current: Block;
  /** Temporaries in use, and the most there ever were. They live until the statement ends. */
  temporaries: number;
  mostTemporaries: number;
  /** Where break and continue go, innermost last. A switch only has a break. */
  readonly targets: Target[];
  /** Labels of the statement that comes next. */
  labels: readonly string[];
}

/** The word of the frame that holds a slot, as text. */
export function slotText(slot: number): string {
  return `$F[$b + ${FIRST_SLOT + slot}]`;
}

export function newBlock(lowering: Lowering): Block {
  const block: Block = { id: lowering.blocks.length, ops: [], jumps: [], resumes: undefined, end: undefined };
  lowering.blocks.push(block);
  return block;
}

/** Ends the current block unless it has ended, and goes on in another. */
export function endBlock(lowering: Lowering, end: End, next: Block): void {
  lowering.current.end ??= end;
  lowering.current = next;
}

export function newTemporary(lowering: Lowering): string {
  const slot = lowering.slots.size + lowering.temporaries++;
  lowering.mostTemporaries = Math.max(lowering.mostTemporaries, lowering.temporaries);
  return slotText(slot);
}

/** True when the function has to be taken apart inside this node. */
export function isCut(lowering: Lowering, node: Node): boolean {
  if (node.type === 'CallExpression' && lowering.cuts.has(node.start)) return true;
  for (const start of lowering.cuts) if (start >= node.start && start < node.end) return true;
  return false;
}

/** Slots for parameters, then locals, in the order of the text. */
export function assignSlots(node: FunctionNode): Map<Node, number> {
  const slots = new Map<Node, number>();
  for (const parameter of node.params) slots.set(parameter, slots.size);
  const visit = (one: Node): void => {
    if (one.type === 'VariableDeclarator') slots.set(one, slots.size);
    for (const child of childrenOf(one)) visit(child);
  };
  if (node.body) visit(node.body);
  return slots;
}

export function lineOf(lowering: Lowering, node: Node): number {
  const { file, source } = lowering.function.module;
  return lowering.originalLine(file, positionOf(source, node.start).line);
}

/** The function uses something that no kernel code has. */
export function unsupported(lowering: Lowering, node: Node): SourceError {
  const { file, source } = lowering.function.module;
  return new SourceError(file, positionOf(source, node.start), `cannot compile ${node.type} across a bus access`);
}
