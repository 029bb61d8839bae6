/** What the parts of the lowering share: the function's slots, the block being filled, where break and continue go. */
import type { CallExpression, Expression, Function as FunctionNode, Node } from 'oxc-parser';
import type { Block, End, Statement } from '../form/code.ts';
import type { Callee, Constant, External, Local, Routine, Value } from '../form/value.ts';
import type { KernelFunction, Module } from './program.ts';
import { childrenOf, positionOf, SourceError } from '../source/source.ts';

/** What names stand for in the compiled module; the same for every function of it. */
export interface Naming {
  /** What a call is: a step, a compiled function, a function to call in place, or a value that needs no call. */
  readonly classify: (caller: KernelFunction, call: CallExpression) => Called;
  /** A name of module level that is not called. Throws SourceError for what is no constant. */
  readonly constant: (module: Module, name: string) => Constant;
  /** A name of module level that is imported from a file that is not compiled. */
  readonly external: (module: Module, name: string) => External | undefined;
  readonly routineOf: (one: KernelFunction) => Routine;
  /** The number that a constant expression makes. Throws SourceError for another. */
  readonly numberOf: (module: Module, node: Expression) => number;
}

export type Called =
  | { readonly kind: 'point'; readonly access: number }
  /** `missing`: what the parameters are that the call leaves out. */
  | { readonly kind: 'compiled'; readonly callee: Routine; readonly missing: readonly Value[] }
  /** `faults`: it may stop the machine, so the line it is called from is noted. */
  | {
      readonly kind: 'plain';
      readonly callee: Callee;
      readonly faults: boolean;
      readonly missing: readonly Value[];
    }
  | { readonly kind: 'register'; readonly value: Value }
  /** What the language has: Math, and tables of constants. */
  | { readonly kind: 'language' };

/** Line of the original source behind a line of a module. */
export type OriginalLine = (file: string, line: number) => number;

export interface LoweringOptions {
  /** Whether the way back to the head of a loop is a place where spinning is noticed. */
  readonly spins: boolean;
  /** Whether turns of loops without a point are counted. */
  readonly counts: boolean;
  /** Whether every call and fault says its line. */
  readonly placed: boolean;
  /** Functions that run inside a loop of another one. */
  readonly looped: ReadonlySet<KernelFunction>;
  readonly originalLine: OriginalLine;
}

/** Where break and continue of a loop, a switch or a labelled block go. */
export interface Exits {
  readonly breakTo: Block;
  readonly continueTo: Block | undefined;
  readonly labels: readonly string[];
  /** A block that only a break with its label leaves. */
  readonly named?: boolean;
}

export interface Lowering extends LoweringOptions {
  readonly function: KernelFunction;
  readonly naming: Naming;
  /** Whether the function has a frame, and with it a place for the line of a call that may fault. */
  readonly framed: boolean;
  /** Number of each parameter and local, by the node that declares it. */
  readonly locals: ReadonlyMap<Node, Local>;
  /** Those that are several words, and how many (scratch.ts). */
  readonly arrays: Map<Local, number>;
  /** Start offsets of the calls that are cut at. */
  readonly cuts: ReadonlySet<number>;
  readonly blocks: Block[];
  current: Block;
  /** Temporaries in use. They live until the statement ends. */
  temporaries: number;
  /** Where break and continue go, innermost last. A switch only has a break. */
  readonly exits: Exits[];
  /** Labels of the statement that comes next. */
  labels: readonly string[];
  /** Numbers of the labels that stay. */
  readonly labelNumbers: Map<string, number>;
}

/** The lowering of a function, at its beginning. `cuts` are the start offsets of calls that end a block. */
export function beginLowering(
  one: KernelFunction,
  naming: Naming,
  options: LoweringOptions,
  cuts: ReadonlySet<number>,
  framed: boolean,
): Lowering {
  const start: Block = { id: 0, ops: [], jumps: [], resumes: undefined, end: undefined };
  return {
    function: one,
    naming,
    ...options,
    framed,
    locals: numberLocals(one.node),
    arrays: new Map(),
    cuts,
    blocks: [start],
    current: start,
    temporaries: 0,
    exits: [],
    labels: [],
    labelNumbers: new Map(),
  };
}

export function newBlock(lowering: Lowering): Block {
  const block: Block = { id: lowering.blocks.length, ops: [], jumps: [], resumes: undefined, end: undefined };
  lowering.blocks.push(block);
  return block;
}

/** Adds to the block that is current now: whatever the statement is made of has been lowered before. */
export function addOp(lowering: Lowering, op: Statement): void {
  lowering.current.ops.push(op);
}

/** Ends the current block unless it has ended, and goes on in another. */
export function endBlock(lowering: Lowering, end: End, next: Block): void {
  lowering.current.end ??= end;
  lowering.current = next;
}

/** A local of ours, behind those of the source. */
export function newTemporary(lowering: Lowering): Local {
  return lowering.locals.size + lowering.temporaries++;
}

/** The local that a node declares. */
export function localOf(lowering: Lowering, declared: Node): Local {
  const local = lowering.locals.get(declared);
  if (local === undefined) throw unsupported(lowering, declared);
  return local;
}

/** True when the function has to be taken apart inside this node. */
export function isCut(lowering: Lowering, node: Node): boolean {
  if (node.type === 'CallExpression' && lowering.cuts.has(node.start)) return true;
  for (const start of lowering.cuts) if (start >= node.start && start < node.end) return true;
  return false;
}

/** Parameters, then locals, in the order of the text. */
function numberLocals(node: FunctionNode): Map<Node, Local> {
  const locals = new Map<Node, Local>();
  for (const parameter of node.params) locals.set(parameter, locals.size);
  const visit = (one: Node): void => {
    if (one.type === 'VariableDeclarator') locals.set(one, locals.size);
    for (const child of childrenOf(one)) visit(child);
  };
  if (node.body) visit(node.body);
  return locals;
}

export function lineOf(lowering: Lowering, node: Node): number {
  const { file, source } = lowering.function.module;
  return lowering.originalLine(file, positionOf(source, node.start).line);
}

/** The function uses something that no kernel code has. */
export function unsupported(lowering: Lowering, node: Node): SourceError {
  const { file, source } = lowering.function.module;
  return new SourceError(file, positionOf(source, node.start), `cannot compile ${node.type}`);
}
