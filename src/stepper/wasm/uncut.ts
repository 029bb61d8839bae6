/**
 * A unit in which nothing is cut, as a WebAssembly module: the kernel for real threads. Each thread instantiates it over
 * RAM, which it shares with all others, and gives it what the machine does otherwise: src/boot/uncut.ts.
 *
 * Everything that a function of the unit holds is a word, and so is what it gives: nothing gives 0.
 */
import { assignments } from '../form/assignments.ts';
import type { Whole } from '../form/code.ts';
import type { Unit } from '../form/unit.ts';
import type { Local } from '../form/value.ts';
import { blocks } from './blocks.ts';
import { Body, type Mark } from './body.ts';
import { busCall, tracepoint } from './bus.ts';
import { inPlaceOf, namesInPlace } from './in-place.ts';
import { type HostImport, Linker, WORDS } from './linker.ts';
import { type WrittenFunction, writeModule } from './module-writer.ts';
import { I32 } from './opcodes.ts';
import type { Links, Scope } from './scope.ts';
import { statements } from './statements.ts';

/** A unit, of which nothing is cut. */
export type WholeUnit = Pick<Unit, 'whole' | 'exported'>;

export type { HostImport };

export interface Uncut {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly HostImport[];
  /** Of each routine, in the order of the unit, where its code lies and the lines there. */
  readonly code: readonly { readonly at: number; readonly marks: readonly Mark[] }[];
}

/** For loops that are measured: a lock without what a kernel needs around it. */
export interface UncutRendering {
  /** Functions of fewer values than this are written where they are called, and are in no call chain. */
  readonly inPlace?: number;
  /** True where no interrupt comes, whatever the host says. */
  readonly undisturbed?: boolean;
}

export function renderUncut(unit: WholeUnit, { inPlace = 0, undisturbed = false }: UncutRendering = {}): Uncut {
  const names = inPlace === 0 ? [] : namesInPlace(unit.whole, [...unit.exported.keys()], inPlace);
  const around = { undisturbed, inPlace: inPlaceOf(unit.whole, names) };
  const links = new Linker(
    unit.whole.map(({ routine }) => routine.name),
    Object.keys(blocks),
  );
  const write = (): WrittenFunction[] => [
    ...Object.entries(blocks).map(([helper, make]) => ({
      name: helper,
      signature: { parameters: WORDS(3), result: I32 } as const,
      body: make(links),
    })),
    ...unit.whole.map((one) => ({
      name: one.routine.name,
      signature: { parameters: WORDS(one.parameters), result: I32 } as const,
      body: bodyOf(one, links, around),
    })),
  ];
  write();
  links.again();
  const functions = write();
  const { bytes, codeAt } = writeModule({
    shared: true,
    imports: [...links.imports.values()].map(({ one, parameters, result }) => ({ name: one.name, parameters, result })),
    globals: links.givens,
    functions,
    exports: new Map(
      [...unit.exported].map(([exported, number]) => [exported, links.routine((unit.whole[number] as Whole).routine)]),
    ),
  });
  const first = functions.length - unit.whole.length;
  const code = functions.slice(first).map(({ body }, i) => ({ at: codeAt[first + i] as number, marks: body.marks }));
  return { bytes, imports: [...links.imports.values()].map(({ one }) => one), code };
}

function bodyOf(one: Whole, links: Links, around: Pick<Scope, 'inPlace' | 'undisturbed'>): Body {
  const body = new Body(one.parameters, one.locals);
  const areas = areaLocals(one);
  const scope: Scope = {
    body,
    links,
    read: (local) => body.get(local),
    write: (local) => body.set(local),
    isArea: (local) => areas.has(local),
    ...around,
    own: (callee, args, line, inner) => (callee.kind === 'bus' ? busCall : tracepoint)(callee.name, args, inner, line),
  };
  statements(one.body, scope);
  body.i32(0);
  return body;
}

/** Locals that hold the address of the CPU's block from their declaration on. */
function areaLocals({ parameters, body }: Whole): ReadonlySet<Local> {
  const given = assignments(body);
  const count = new Map<Local, number>();
  for (const { local } of given) count.set(local, (count.get(local) ?? 0) + 1);
  const areas = given.filter(
    ({ local, value }) => value.kind === 'area' && local >= parameters && count.get(local) === 1,
  );
  return new Set(areas.map(({ local }) => local));
}
