/**
 * Compiles what a set of entry functions reaches into one JavaScript module: the stepped form of the kernel.
 *
 *   input    modules as `npm run build` leaves them: JavaScript, numbers in place of constants
 *   output   `instantiate(frames, hooks)`: the compiled functions over an Int32Array of frames (frames.ts)
 *
 * Functions that reach a scheduling point are compiled; others are copied. Modules that are external are imported.
 * Every name of ours begins with $, which no kernel name does.
 */
import { MagicString } from 'magic-string';
import type { Graph } from './cfg.ts';
import { colour } from './colour.ts';
import { emitFunction, type Linkage } from './emit.ts';
import { AREA, FUNCTION, KIND, TOP } from './frames.ts';
import { lowerFunction } from './lower.ts';
import { Names } from './naming.ts';
import { IDLE, NOTHING, primitives, THIS_CPU } from './primitives.ts';
import { type KernelFunction, loadProgram } from './program.ts';

export interface CompileOptions {
  readonly entries: ReadonlyArray<{ readonly file: string; readonly name: string }>;
  readonly read: (file: string) => string;
  readonly isExternal: (file: string) => boolean;
  /** How the compiled module imports an external one. */
  readonly importPath: (file: string) => string;
}

export interface Compiled {
  readonly text: string;
  /** Where each function stops, for reports: by number of the function, then by resume point. Lines of the input. */
  readonly places: readonly Place[];
}

export interface Place {
  readonly function: string;
  readonly file: string;
  readonly frameWords: number;
  readonly lines: Readonly<Record<number, number>>;
}

/** Functions of the bus and the locks that are not looked into. */
function isLeaf(key: string): boolean {
  return primitives.has(key) || key === THIS_CPU || NOTHING.has(key);
}

/** The stepped form of everything that the entries reach. Throws SourceError for code that it cannot take apart. */
export function compile(options: CompileOptions): Compiled {
  const program = loadProgram({ ...options, isLeaf });
  const coloured = colour(program, (key) => primitives.has(key));
  const names = new Names(program, coloured, options.importPath);
  const compiled = program.functions.filter((one) => coloured.has(one) && !isLeaf(one.key));
  const plain = program.functions.filter((one) => !coloured.has(one) && !isLeaf(one.key));
  const graphs = compiled.map((one) => lowerFunction(one, names));
  const numbers = new Map(compiled.map((one, i) => [one, i]));
  const linkage: Linkage = {
    nameOf: (one) => names.nameOf(one),
    numberOf: (one) => numbers.get(one) ?? -1,
    frameWordsOf: (one) => graphs[numbers.get(one) ?? -1]?.frameWords ?? 0,
  };
  const functions = [...plain.map((one) => copyFunction(one, names)), ...graphs.map((g) => emitFunction(g, linkage))];
  const table = compiled.map((one) => names.nameOf(one)).join(', ');
  const entries = program.entries.map((one) => `${one.name}: ${linkage.numberOf(one)}`).join(', ');
  const text = [
    ...names.imports(),
    `export const entries = { ${entries} };`,
    'export function instantiate(frames, $hooks) {',
    'const $F = frames;',
    'let $area = 0;',
    "function $overflow() { throw new RangeError('the stack of a stepped CPU is full'); }",
    ...names.constants(),
    ...functions,
    `const $functions = [${table}];`,
    resumeText(),
    'return resume;',
    '}',
    '',
  ].join('\n');
  return { text, places: graphs.map(placeOf) };
}

/** Runs a CPU from where it stands to its next access, or to the end of its entry function. */
function resumeText(): string {
  return [
    'function resume($c) {',
    `  $area = $F[$c + ${AREA}];`,
    '  for (;;) {',
    `    const $b = $F[$c + ${TOP}];`,
    `    if ($b === 0) { $F[$c + ${KIND}] = ${IDLE}; return; }`,
    `    if ($functions[$F[$b + ${FUNCTION}]]($b, $c)) return;`,
    '  }',
    '}',
  ].join('\n');
}

function placeOf({ function: one, blocks, frameWords }: Graph): Place {
  const lines: Record<number, number> = {};
  for (const { end } of blocks) if (end?.kind === 'access' || end?.kind === 'call') lines[end.next.id] = end.line;
  return { function: one.name, file: one.module.file, frameWords, lines };
}

/** A function that no point cuts: its own text, with the names of the compiled module. */
function copyFunction(one: KernelFunction, names: Names): string {
  const { node, module, calls } = one;
  const text = new MagicString(module.source.text);
  const callees = new Map(calls.map((call) => [call.callee.start, call]));
  for (const { start, end, name, binding } of module.names.references) {
    if (start < node.start || end > node.end || !binding?.moduleLevel) continue;
    const call = callees.get(start);
    if (call === undefined) {
      text.overwrite(start, end, names.constant(module, name));
      continue;
    }
    const callee = names.classify(one, call);
    if (callee.kind === 'plain') text.overwrite(start, end, callee.text);
    else if (callee.kind === 'register') text.overwrite(call.start, call.end, callee.text);
  }
  if (node.id) text.overwrite(node.id.start, node.id.end, names.nameOf(one));
  return text.slice(node.start, node.end);
}
