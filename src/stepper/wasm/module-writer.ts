/** The binary format: a module of functions over one shared memory that it imports. */
import { list, text, unsigned } from './bytes.ts';
import type { Body } from './body.ts';
import { I32, op, type Type } from './opcodes.ts';

/** Words in, and what comes out. */
export interface Signature {
  readonly parameters: readonly Type[];
  readonly result: Type | undefined;
}

/** A function or a number that the host gives, by its name. */
export interface ImportedFunction extends Signature {
  readonly name: string;
}

export interface WrittenFunction {
  readonly name: string;
  readonly signature: Signature;
  readonly body: Body;
}

export interface ModuleParts {
  /** Whether several threads have the memory at the same time. */
  readonly shared: boolean;
  readonly imports: readonly ImportedFunction[];
  /** Numbers that are given at the beginning and stay. */
  readonly globals: readonly string[];
  readonly functions: readonly WrittenFunction[];
  /** By the number of a function, imports included. */
  readonly exports: ReadonlyMap<string, number>;
  /** Functions that are called by their place here. */
  readonly table?: { readonly functions: readonly number[]; readonly signature: Signature };
}

/** The number of the type that functions of the table have. */
export const TABLE_TYPE = 0;

/** Where in the module the code of each function begins, the first instruction at that. */
export interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly codeAt: readonly number[];
}

const SECTION = { custom: 0, type: 1, import: 2, function: 3, table: 4, export: 7, element: 9, code: 10 };
const FUNCTION_REFERENCE = 0x70;

/** All of 32-bit memory at most: what it has, the host says. */
const MOST_PAGES = 65_536;

export function writeModule(parts: ModuleParts): Written {
  const { shared, imports, globals, functions, exports, table } = parts;
  const types = new Types();
  if (table !== undefined) types.of(table.signature);
  const imported = [
    [...text('host'), ...text('memory'), 2, ...(shared ? [3, 0, ...unsigned(MOST_PAGES)] : [0, 0])],
    ...imports.map((one) => [...text('host'), ...text(one.name), 0, ...unsigned(types.of(one))]),
    ...globals.map((name) => [...text('host'), ...text(name), 3, I32, 0]),
  ];
  const declared = functions.map(({ signature }) => unsigned(types.of(signature)));
  const out: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  section(out, SECTION.type, list(types.all));
  section(out, SECTION.import, list(imported));
  section(out, SECTION.function, list(declared));
  if (table !== undefined)
    section(out, SECTION.table, list([[FUNCTION_REFERENCE, 0, ...unsigned(table.functions.length)]]));
  section(out, SECTION.export, list([...exports].map(([name, number]) => [...text(name), 0, ...unsigned(number)])));
  // All of the table, from its place 0 on.
  if (table !== undefined)
    section(
      out,
      SECTION.element,
      list([[0, op.i32_const, 0, op.end, ...list(table.functions.map((one) => unsigned(one)))]]),
    );
  const bodies = functions.map(({ body }) => body.finish());
  const count = unsigned(bodies.length);
  const length = bodies.reduce((sum, { bytes }) => sum + bytes.length, count.length);
  out.push(SECTION.code, ...unsigned(length), ...count);
  const codeAt: number[] = [];
  for (const body of bodies) {
    codeAt.push(out.length + body.codeAt);
    for (const byte of body.bytes) out.push(byte);
  }
  section(out, SECTION.custom, names(parts));
  return { bytes: new Uint8Array(out), codeAt };
}

function section(out: number[], id: number, content: readonly number[]): void {
  out.push(id, ...unsigned(content.length));
  for (const byte of content) out.push(byte);
}

/** What call chains show. A name for the module would stand in front of each. */
function names({ imports, functions }: ModuleParts): number[] {
  const all = [...imports, ...functions].map((one, i) => [...unsigned(i), ...text(one.name)]);
  const ofFunctions = list(all);
  return [...text('name'), 1, ...unsigned(ofFunctions.length), ...ofFunctions];
}

/** The types of functions, each once. */
class Types {
  readonly all: number[][] = [];
  readonly #known = new Map<string, number>();

  of({ parameters, result }: Signature): number {
    const bytes = [0x60, ...unsigned(parameters.length), ...parameters, ...(result === undefined ? [0] : [1, result])];
    const key = bytes.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.all.length);
    return this.all.push(bytes) - 1;
  }
}
