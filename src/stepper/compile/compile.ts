/**
 * Compiles what a set of entry functions reaches into one JavaScript module: the stepped form of the kernel, or of a
 * user's module.
 *
 *   input    modules as JavaScript, numbers in place of constants
 *   output   `instantiate(frames, ram, hooks)`: the compiled functions over an Int32Array of frames (frames.ts)
 *
 * Functions that reach a scheduling point are compiled; others are copied. Modules that are external are imported.
 * Every name of ours begins with $, which no kernel name does. Of a user's module no name and no string is left but messages of
 * assert, in ASCII; generated.ts holds the text against that.
 */
import { isAnswered } from '../../base/file-roles.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { colour } from './colour.ts';
import type { ConstantValue } from './constant-values.ts';
import { copyFunction } from './copy.ts';
import { deepest } from './depth.ts';
import { emitFunction, type Linkage } from './emit.ts';
import { ADDRESS, AREA, HEADER_WORDS, KIND, LINE, RECURSIVE_WORDS, RESUME, TOP } from '../../stepped/frames.ts';
import { type Settled, settle } from './liveness.ts';
import { loopedFunctions } from './loops.ts';
import { lowerFunction } from './lower.ts';
import type { OriginalLine } from './lowering.ts';
import { Names } from './naming.ts';
import { IDLE, pauses, primitives, THIS_CPU } from '../../machine/access.ts';
import { type KernelFunction, loadProgram, type Program, type ProgramOptions } from './program.ts';
import { positionOf } from '../source/source.ts';
import { asWritten } from '../source/spelling.ts';
import { NO_ELEMENT, NO_END, STACK_FULL } from '../../stepped/stops.ts';
import { TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';

export interface CompileOptions extends Omit<ProgramOptions, 'isLeaf'> {
  /** How the compiled module imports an external one. */
  readonly importPath: (file: string) => string;
  /** Line of the original source behind a line of a module; by default the same. */
  readonly originalLine?: OriginalLine;
  /** Bytes at the start of a CPU's own block that no other CPU touches; accesses there are no scheduling points. */
  readonly privateBytes?: number;
  /** Whether loops that spin are to be seen (spin.ts). Not for the kernel, which waits by wait_for_change. */
  readonly spins?: boolean;
  /** Whether pauses are steps, and loops that spin go on spinning: for a machine in which time counts. */
  readonly timed?: boolean;
  /** Entries that the compiled module exports by name; by default all. */
  readonly exported?: readonly string[];
  /** Numbers to put in place of constants of the first entry's module. */
  readonly settings?: ReadonlyMap<string, number>;
}

export interface Compiled {
  readonly text: string;
  /** Where each function stops, for reports: by number of the function. */
  readonly places: readonly Place[];
  /** Numbers of the entry functions, by name. */
  readonly entries: ReadonlyMap<string, number>;
  /** How many parameters each function has, by its number. */
  readonly parameters: readonly number[];
  /** What a constant of the first entry's module is worth. Throws SourceError for what is none. */
  readonly valueOf: (name: string) => ConstantValue;
  /** Functions that are not looked into and that code outside the machine calls, by key. */
  readonly uses: ReadonlySet<string>;
}

export interface Place {
  readonly function: string;
  readonly file: string;
  /** Line of the input by resume point; 0 is the function itself. */
  readonly lines: Readonly<Record<number, number>>;
}

const sameLine: OriginalLine = (_, line) => line;

/** Functions of the bus, the locks and the tracepoints that are not looked into. */
function isLeaf(key: string): boolean {
  return primitives.has(key) || key === THIS_CPU || pauses.has(key) || isAnswered(key.split('#')[0] ?? '');
}

/** The stepped form of everything that the entries reach. Throws SourceError for code that it cannot take apart. */
export function compile(options: CompileOptions): Compiled {
  const { spins = false, timed = false, privateBytes = 0, settings = new Map(), originalLine = sameLine } = options;
  const pointOf = (key: string): number | undefined => primitives.get(key) ?? (timed ? pauses.get(key) : undefined);
  const program = loadProgram({ ...options, isLeaf });
  const coloured = colour(program, (key) => pointOf(key) !== undefined, spins);
  // An entry is a function of the frames even when it touches nothing.
  for (const one of program.entries.values()) coloured.add(one);
  const { importPath } = options;
  const names = new Names(program, { coloured, importPath, pointOf, settings, numbered: spins });
  const compiled = program.functions.filter((one) => coloured.has(one) && !isLeaf(one.key));
  const plain = program.functions.filter((one) => !coloured.has(one) && !isLeaf(one.key));
  const looped: ReadonlySet<KernelFunction> = spins ? loopedFunctions(program) : new Set();
  const lowering = { spins: spins && !timed, looped, originalLine };
  const settled = compiled.map((one) => settle(lowerFunction(one, names, lowering)));
  const numbers = new Map(compiled.map((one, i) => [one, i]));
  const numberOf = (one: KernelFunction): number => numbers.get(one) ?? -1;
  const noting = spins && settled.some(({ graph }) => graph.blocks.some((block) => block.end?.kind === 'spin'));
  const depth = deepest(settled.map(({ graph }) => graph));
  const linkage: Linkage = {
    nameOf: (one) => names.nameOf(one),
    numberOf,
    guardedWords: depth === Number.POSITIVE_INFINITY ? RECURSIVE_WORDS : 0,
    frameWordsOf: (one) => settled[numberOf(one)]?.graph.frameWords ?? 0,
    privateBytes,
    noting,
    strict: spins,
  };
  const functions = [
    ...plain.map((one) => copyFunction(one, names, spins)),
    ...settled.map((s) => emitFunction(s, linkage)),
  ];
  const entries = new Map([...program.entries].map(([name, one]) => [name, numberOf(one)]));
  const { exported = [...entries.keys()] } = options;
  const exports = exported.filter((name) => entries.has(name)).map((name) => `${name}: ${entries.get(name)}`);
  const turns = functions.some((one) => one.includes('$turn()'));
  const text = [
    ...names.imports(),
    `export const entries = { ${exports.join(', ')} };`,
    `export const headerWords = ${HEADER_WORDS};`,
    `export const noting = ${noting};`,
    `export const regionWords = ${linkage.guardedWords || HEADER_WORDS + depth};`,
    `export const live = [${settled.map(liveText).join(', ')}];`,
    ...names.constants(),
    'export function instantiate(frames, ram, $hooks) {',
    prologue(),
    ...(spins ? [guards()] : []),
    ...functions,
    resumeText(
      compiled.map((one) => names.nameOf(one)),
      turns,
    ),
    'return $resume;',
    '}',
    '',
  ].join('\n');
  return {
    text,
    places: settled.map((one) => placeOf(one, originalLine)),
    entries,
    parameters: settled.map(({ graph }) => graph.parameters),
    valueOf: (name) => names.valueOf(program.main, name),
    uses: usesOf(program, options.isMachine),
  };
}

function usesOf(program: Program, isMachine: CompileOptions['isMachine']): ReadonlySet<string> {
  const own = program.functions.filter(({ module }) => isMachine?.(module.file) === false);
  const targets = own.flatMap(({ module, calls }) => calls.map((call) => program.targetOf(module, call)));
  const keys = targets.flatMap((target) => (target.kind === 'function' ? [target.callee.key] : []));
  return new Set(keys.filter(isLeaf));
}

/** What every compiled function can see. */
function prologue(): string {
  return [
    `const $F = frames, $R = ram, $first = ${FIRST_WORD};`,
    'let $area = 0, $size = $hooks.size;',
    `function $reach(word, $c) { $F[$c + ${LINE}] = 0; $size = $hooks.reach(word, $F[$c + ${ADDRESS}]); }`,
    `function $poisoned(value, $c) { $F[$c + ${LINE}] = 0; $hooks.poisoned(value, $c); }`,
    'function $perform($c) { return $hooks.perform($c); }',
    'function $spin($c) { return $hooks.spin($c); }',
    'function $did($c, word, before, kind) { $hooks.did($c, word, before, kind); }',
    `function $overflow() { $hooks.stop(${STACK_FULL}); }`,
  ].join('\n');
}

/** Turns of loops and calls of functions that a CPU may make between two accesses. */
const MOST_TURNS = 100_000;

/** What stops a user's module where the kernel needs no stopping, and elements of its tables of constants. */
function guards(): string {
  return [
    'let $turns = 0;',
    `function $turn() { if (++$turns > ${MOST_TURNS}) $hooks.stop(${NO_END}); }`,
    `function ${TABLE_ELEMENT}(table, i) { if (i >>> 0 >= table.length) $hooks.stop(${NO_ELEMENT}); return table[i]; }`,
    `function ${TABLE_LENGTH}(table) { return table.length; }`,
  ].join('\n');
}

/** Functions of small modules are called by name, which the engine can look through; of large ones by a table. */
const MOST_BY_NAME = 24;

/** Runs a CPU from where it stands to its next access, or to the end of its entry function. */
function resumeText(names: readonly string[], turns: boolean): string {
  const byName = names.length <= MOST_BY_NAME;
  const cases = names.map((name, i) => `case ${i}: if (${name}($b, $c, $F[$b + ${RESUME}])) return; break;`);
  return [
    byName ? '' : `const $functions = [${names.join(', ')}];`,
    'function $resume($c) {',
    `  $area = $F[$c + ${AREA}];`,
    ...(turns ? ['  $turns = 0;'] : []),
    '  for (;;) {',
    `    const $b = $F[$c + ${TOP}];`,
    `    if ($b === 0) { $F[$c + ${KIND}] = ${IDLE}; return; }`,
    byName
      ? `    switch ($F[$b]) { ${cases.join(' ')} }`
      : `    if ($functions[$F[$b]]($b, $c, $F[$b + ${RESUME}])) return;`,
    '  }',
    '}',
  ].join('\n');
}

/** The live words of a function's frame, by resume point. */
function liveText({ live }: Settled): string {
  const words = [...live].map(([resume, offsets]) => `${resume}: [${offsets.join(', ')}]`);
  return `{ ${words.join(', ')} }`;
}

function placeOf({ graph: { function: one, blocks } }: Settled, originalLine: OriginalLine): Place {
  const { file, source } = one.module;
  const lines: Record<number, number> = { 0: originalLine(file, positionOf(source, one.node.start).line) };
  for (const { id, resumes } of blocks) if (resumes) lines[id] = resumes.line;
  return { function: asWritten(one.name), file, lines };
}
