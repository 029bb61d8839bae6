/**
 * A unit in which nothing is cut, as a WebAssembly module: the kernel for real threads. Each thread instantiates it over
 * RAM, which it shares with all others, and gives it what the machine does otherwise: src/boot/uncut.ts.
 *
 * Everything that a function of the unit holds is a word, and so is what it gives: nothing gives 0.
 */
import { assignments } from '../form/assignments.ts';
import type { Whole } from '../form/code.ts';
import type { Unit } from '../form/unit.ts';
import type { Local, Routine } from '../form/value.ts';
import { blocks } from './blocks.ts';
import { Body, type Mark } from './body.ts';
import { busCall, tracepoint } from './bus.ts';
import { type WrittenFunction, writeModule } from './module-writer.ts';
import { F64, I32, type Type } from './opcodes.ts';
import type { HostCall, Links, Scope } from './scope.ts';
import { statements } from './statements.ts';

/** A unit, of which nothing is cut. */
export type WholeUnit = Pick<Unit, 'whole' | 'exported'>;

/** What the host has to give under a name. */
export interface HostImport {
  readonly name: string;
  readonly call: HostCall;
}

export interface Uncut {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly HostImport[];
  /** Of each routine, in the order of the unit, where its code lies and the lines there. */
  readonly code: readonly { readonly at: number; readonly marks: readonly Mark[] }[];
}

const WORDS = (count: number): Type[] => Array.from({ length: count }, () => I32);

/**
 * Numbers of everything that is named. A function's number depends on how many imports there are, which is known when all has
 * been written once: so all is written twice.
 */
class Linker implements Links {
  readonly imports = new Map<
    string,
    { readonly one: HostImport; readonly parameters: readonly Type[]; readonly result: Type }
  >();
  readonly givens: string[] = [];
  readonly #routines: ReadonlyMap<Routine, number>;
  readonly #helpers = Object.keys(blocks);
  /** How many imports there were when all had been written the last time. */
  #before = 0;

  constructor(unit: WholeUnit) {
    this.#routines = new Map(unit.whole.map(({ routine }, i) => [routine, i]));
  }

  /** Begins anew with what is known. */
  again(): void {
    this.#before = this.imports.size;
  }

  helper(name: string): number {
    return this.#before + this.#helpers.indexOf(name);
  }

  routine(routine: Routine): number {
    const at = this.#routines.get(routine);
    if (at === undefined) throw new TypeError(`${routine.name} is no function of the unit`);
    return this.#before + this.#helpers.length + at;
  }

  given(name: string): number {
    const at = this.givens.indexOf(name);
    return at < 0 ? this.givens.push(name) - 1 : at;
  }

  /** A number of words below 0 is one of doubles. */
  host(call: HostCall, words: number): number {
    const name =
      call.kind === 'machine' ? call.name : `${call.external.name}(${call.texts.map((one) => one ?? '#').join(', ')})`;
    const known = [...this.imports.keys()].indexOf(name);
    if (known >= 0) return known;
    const parameters = WORDS(Math.abs(words)).map((): Type => (words < 0 ? F64 : I32));
    const result = words < 0 && name !== 'cut' ? F64 : I32;
    this.imports.set(name, { one: { name, call }, parameters, result });
    return this.imports.size - 1;
  }
}

export function renderUncut(unit: WholeUnit): Uncut {
  const links = new Linker(unit);
  const write = (): WrittenFunction[] => [
    ...Object.entries(blocks).map(([helper, make]) => ({
      name: helper,
      signature: { parameters: WORDS(3), result: I32 } as const,
      body: make(links),
    })),
    ...unit.whole.map((one) => ({
      name: one.routine.name,
      signature: { parameters: WORDS(one.parameters), result: I32 } as const,
      body: bodyOf(one, links),
    })),
  ];
  write();
  links.again();
  const functions = write();
  const { bytes, codeAt } = writeModule({
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

function bodyOf(one: Whole, links: Links): Body {
  const body = new Body(one.parameters, one.locals);
  const areas = areaLocals(one);
  const scope: Scope = {
    body,
    links,
    read: (local) => body.get(local),
    write: (local) => body.set(local),
    isArea: (local) => areas.has(local),
    own: (callee, args, line) => (callee.kind === 'bus' ? busCall : tracepoint)(callee.name, args, scope, line),
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
