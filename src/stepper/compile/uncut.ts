/** Compiles what entries reach to code that nothing cuts, for threads that run at the same time. */
import { isAnswered } from '../../base/file-roles.ts';
import type { Whole } from '../form/code.ts';
import { renderUncut, type Uncut, type UncutRendering } from '../wasm/uncut.ts';
import type { CompileOptions } from './compile.ts';
import { lowerWhole } from './lower.ts';
import type { LoweringOptions } from './lowering.ts';
import { Names } from './naming.ts';
import { type KernelFunction, loadProgram } from './program.ts';

type UncutOptions = Pick<CompileOptions, 'entries' | 'read' | 'isExternal' | 'importPath'> &
  Required<Pick<CompileOptions, 'originalLine'>>;

export interface CompiledUncut extends Uncut {
  /** The file of each routine, in the order of its code. */
  readonly files: readonly string[];
}

const BUS = 'bus.js#';

/** Functions that nothing cuts, of everything that the entries reach; what `isOwn` names by key the engine does itself. */
export function compileWhole(
  options: UncutOptions,
  isOwn: (key: string) => boolean,
): {
  readonly whole: readonly Whole[];
  readonly exported: ReadonlyMap<string, number>;
  readonly files: readonly string[];
} {
  const isLeaf = (key: string): boolean => isOwn(key) || isAnswered(key.split('#')[0] ?? '');
  const program = loadProgram({ ...options, isLeaf });
  const functions = program.functions.filter((one) => !isLeaf(one.key));
  const { importPath, originalLine } = options;
  const names = new Names(program, {
    coloured: new Set(),
    importPath,
    pointOf: () => undefined,
    isOwn,
    settings: new Map(),
    numbered: false,
  });
  const lowering: LoweringOptions = { spins: false, counts: false, placed: true, looped: new Set(), originalLine };
  const whole = functions.map((one): Whole => lowerWhole(one, names, lowering));
  const entries = [...program.entries];
  const exported = new Map(entries.map(([name, one]: [string, KernelFunction]) => [name, functions.indexOf(one)]));
  return { whole, exported, files: functions.map(({ module }) => module.file) };
}

/** The module of everything that the entries reach; `rendering` as in wasm/uncut.ts. Throws SourceError for code outside the subset. */
export function compileUncut(options: UncutOptions, rendering?: UncutRendering): CompiledUncut {
  const { files, ...unit } = compileWhole(options, (key) => key.startsWith(BUS));
  return { ...renderUncut(unit, rendering), files };
}
