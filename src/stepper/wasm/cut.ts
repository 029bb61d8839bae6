/**
 * A unit that is cut, as a WebAssembly module that has the search inside: the module's functions as one (cut-function.ts), and
 * beside it what chooses, begins and ends executions (src/stepped/inside), compiled when tasklock was built. The module
 * changes nothing but a memory of its own, calls nobody, and says where the machine has to be asked.
 */
import { isWrite, REQUEUES } from '../../machine/access-kinds.ts';
import type { Whole } from '../form/code.ts';
import type { Unit } from '../form/unit.ts';
import type { Value } from '../form/value.ts';
import { Body } from './body.ts';
import { isInside } from './cut-access.ts';
import { placedBlocks, resumeBody, resumeInPlace } from './cut-function.ts';
import { type Common, common, placeTables } from './cut-scope.ts';
import { inPlaceOf } from './in-place.ts';
import { Linker, WORDS } from './linker.ts';
import { type WrittenFunction, writeModule } from './module-writer.ts';
import { I32, op } from './opcodes.ts';
import type { HostImport } from './linker.ts';
import type { Links, Scope } from './scope.ts';
import { statements } from './statements.ts';
import { wholeBody } from './memory-body.ts';
import { effect, word } from './values.ts';

/** What was compiled beforehand: functions, those that are called from outside, and those whose calls are written in place. */
export interface InsideCode {
  readonly whole: readonly Whole[];
  readonly exported: readonly string[];
  readonly inPlace: readonly string[];
}

export interface Cut {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly HostImport[];
  /** Numbers of the tables of constants, and where they lie in memory. */
  readonly tables: readonly { readonly at: number; readonly numbers: readonly number[] }[];
  /** Of each function, the number of a resume point in the whole module. */
  readonly points: readonly ReadonlyMap<number, number>[];
}

/** Above this one function becomes more than the engine takes. */
const MOST_BLOCKS = 600;

/** Whether a unit can be searched inside. */
export function fitsInside(unit: Unit): boolean {
  const blocks = placedBlocks(unit);
  if (unit.privateBytes > 0 || blocks.length > MOST_BLOCKS) return false;
  if (placeTables(unit.constants) === undefined) return false;
  return [...kindsOf(unit)].every(isInside);
}

/** Kinds of accesses that a unit makes. */
export function kindsOf(unit: Unit): ReadonlySet<number> {
  const ends = placedBlocks(unit).map(({ block }) => block.end);
  return new Set(ends.flatMap((end) => (end?.kind === 'access' ? [end.access] : [])));
}

/** Whether a function of a unit, by its number, may change anything that others see. */
export function changesAnything({ resumable }: Unit, number: number): boolean {
  const found = new Set([number]);
  const numbers = new Map(resumable.map(({ graph }, i) => [graph.routine, i]));
  for (const one of found) {
    for (const { end } of resumable[one]?.graph.blocks ?? []) {
      if (end?.kind === 'access' && (isWrite(end.access) || REQUEUES[end.access] === 1)) return true;
      if (end?.kind === 'call') found.add(numbers.get(end.callee) as number);
    }
  }
  return false;
}

const RESUME = 'resume';
const RESUME_HERE = 'resume_here';

export function renderCut(unit: Unit, inside: InsideCode): Cut {
  const whole = [...unit.whole, ...inside.whole];
  const links = new Linker(
    whole.map(({ routine }) => routine.name),
    [RESUME],
  );
  const shared: Common = { tables: placeTables(unit.constants) ?? new Map(), turns: unit.strict };
  const own = (): WrittenFunction[] => [
    { name: RESUME, signature: { parameters: WORDS(1), result: I32 }, body: resumeBody(unit, links, shared) },
    ...unit.whole.map((one) => written(one, ownBody(one, links, shared))),
  ];
  // What the search asks the host for is nothing, so its functions need not be written twice.
  own();
  links.again();
  const asked = links.imports.size;
  const inPlace = inPlaceOf(inside.whole, inside.inPlace);
  const resume = (body: Body, name: string): void => {
    if (name === RESUME_HERE) resumeInPlace(unit, links, shared, body);
    else body.call(links.helper(RESUME));
  };
  const functions = [...own(), ...inside.whole.map((one) => written(one, wholeBody(one, links, resume, inPlace)))];
  if (links.imports.size !== asked) throw new TypeError('the search inside asks its host for something');
  const named = inside.exported.map((name) => inside.whole.find(({ routine }) => routine.name === name) as Whole);
  const exports = new Map(named.map(({ routine }) => [routine.name, links.routine(routine)]));
  const { bytes } = writeModule({
    shared: false,
    imports: [...links.imports.values()].map(({ one, parameters, result }) => ({ name: one.name, parameters, result })),
    globals: links.givens,
    functions,
    exports: exports.set(RESUME, links.helper(RESUME)),
  });
  const tables = [...shared.tables].map(([name, at]) => {
    const value = unit.constants.find((one) => one.name === name)?.value;
    return { at, numbers: value as readonly number[] };
  });
  return { bytes, imports: [...links.imports.values()].map(({ one }) => one), tables, points: pointsOf(unit) };
}

const written = ({ routine, parameters }: Whole, body: Body): WrittenFunction => ({
  name: routine.name,
  signature: { parameters: WORDS(parameters), result: I32 },
  body,
});

function pointsOf(unit: Unit): ReadonlyMap<number, number>[] {
  const blocks = placedBlocks(unit);
  return unit.resumable.map(
    (own) => new Map(blocks.flatMap(({ block, one }, number) => (one === own ? [[block.id, number]] : []))),
  );
}

function nowhere(): never {
  throw new TypeError('a function that is whole has no frame');
}

/** A function of the unit that nothing cuts: where it cannot go on it traps. */
function ownBody(one: Whole, links: Links, shared: Common): Body {
  const body = new Body(one.parameters, one.locals);
  const stop = (): void => body.op(op.unreachable);
  const scope: Scope = {
    body,
    links,
    read: (local) => body.get(local),
    write: (local) => body.set(local),
    isArea: () => false,
    own: (_, args) => {
      for (const each of args) effect(each, scope);
      body.i32(0);
    },
    cut: {
      result: nowhere,
      goto: nowhere,
      clear: nowhere,
      element: nowhere,
      leave: (value) => leave(value, scope),
      ...common(shared, () => scope, stop),
    },
  };
  statements(one.body, scope);
  body.i32(0);
  return body;
}

function leave(value: Value | undefined, scope: Scope): void {
  if (value === undefined) scope.body.i32(0);
  else word(value, scope);
  scope.body.op(op.return);
}
