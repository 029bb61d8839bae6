/**
 * Compiles what a set of entry functions reaches: the stepped form of the kernel, or of a user's module. In go modules as
 * JavaScript, with numbers in place of constants; out comes one module in the intermediate form (form/), which a renderer
 * (render/) makes text of. Functions that reach a scheduling point are taken apart; others stay whole. Modules that are
 * external are imported.
 */
import { isAnswered, isLate } from '../../base/file-roles.ts';
import { HEADER_WORDS, RECURSIVE_WORDS } from '../../stepped/frames.ts';
import type { Graph } from '../form/code.ts';
import type { Unit } from '../form/unit.ts';
import { renderModule } from '../render/module.ts';
import { colour } from './colour.ts';
import type { ConstantValue } from './constant-values.ts';
import { deepest } from './depth.ts';
import { settle } from './liveness.ts';
import { loopedFunctions } from './loops.ts';
import { lowerFunction, lowerWhole } from './lower.ts';
import type { LoweringOptions, OriginalLine } from './lowering.ts';
import { Names } from './naming.ts';
import { pauses, primitives, THIS_CPU } from '../../machine/access-calls.ts';
import { hasScratch } from './scratch.ts';
import { type KernelFunction, loadProgram, type Program, type ProgramOptions } from './program.ts';
import { positionOf } from '../source/source.ts';
import { asWritten } from '../source/spelling.ts';

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
  /** What the text was made of. */
  readonly unit: Unit;
  /** Where each function stops, for reports: by number of the function. */
  readonly places: readonly Place[];
  /** Numbers of the entry functions, by name. */
  readonly entries: ReadonlyMap<string, number>;
  /** Of each function, by its number, what its parameters are when they are left out. */
  readonly parameters: readonly (readonly number[])[];
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
  const program = loadProgram({ ...options, isLeaf, isLate: ({ key }) => isLate(key.split('#')[0] ?? '') });
  const coloured = colour(program, (key) => pointOf(key) !== undefined, spins, hasScratch);
  // An entry is a function of the frames even when it touches nothing.
  for (const one of program.entries.values()) coloured.add(one);
  const { importPath } = options;
  const names = new Names(program, { coloured, importPath, pointOf, isOwn: () => false, settings, numbered: spins });
  const compiled = program.functions.filter((one) => coloured.has(one) && !isLeaf(one.key));
  const plain = program.functions.filter((one) => !coloured.has(one) && !isLeaf(one.key));
  const looped: ReadonlySet<KernelFunction> = spins ? loopedFunctions(program) : new Set();
  const lowering: LoweringOptions = {
    spins: spins && !timed,
    counts: spins && !timed,
    placed: false,
    looped,
    originalLine,
  };
  const graphs = compiled.map((one) => lowerFunction(one, names, lowering));
  const whole = plain.map((one) => lowerWhole(one, names, { ...lowering, counts: spins }));
  const resumable = graphs.map(settle);
  const depth = deepest(resumable);
  const guarded = depth === Number.POSITIVE_INFINITY;
  const entries = new Map([...program.entries].map(([name, one]) => [name, compiled.indexOf(one)]));
  const { exported = [...entries.keys()] } = options;
  const unit: Unit = {
    resumable,
    whole,
    constants: names.constants,
    imports: names.imports,
    exported: new Map(exported.flatMap((name) => (entries.has(name) ? [[name, entries.get(name) as number]] : []))),
    regionWords: guarded ? RECURSIVE_WORDS : HEADER_WORDS + depth,
    guarded,
    noting: spins && graphs.some(({ blocks }) => blocks.some((block) => block.end?.kind === 'spin')),
    strict: spins,
    privateBytes,
  };
  return {
    text: renderModule(unit),
    unit,
    places: compiled.map((one, i) => placeOf(one, graphs[i] as Graph, originalLine)),
    entries,
    parameters: compiled.map((one) => names.defaultsOf(one)),
    valueOf: (name) => names.valueOf(program.main, name),
    uses: usesOf(program, options.isMachine),
  };
}

function usesOf(program: Program, isMachine: CompileOptions['isMachine']): ReadonlySet<string> {
  const own = program.functions.filter(({ module }) => isMachine?.(module.file) === false);
  const meanings = own.flatMap(({ module, calls }) => calls.map((call) => program.meaningOf(module, call)));
  const keys = meanings.flatMap((one) => (one.kind === 'function' ? [one.callee.key] : []));
  return new Set(keys.filter(isLeaf));
}

function placeOf(one: KernelFunction, { blocks }: Graph, originalLine: OriginalLine): Place {
  const { file, source } = one.module;
  const lines: Record<number, number> = { 0: originalLine(file, positionOf(source, one.node.start).line) };
  for (const { id, resumes } of blocks) if (resumes) lines[id] = resumes.line;
  return { function: asWritten(one.name), file, lines };
}
