/** Places of the kernel that is compiled to WebAssembly (uncut/lines.json, made by the build), as those of the TypeScript. */
import { existsSync, readFileSync } from 'node:fs';

interface CompiledFunction {
  readonly file: string;
  /** Where its code begins in the module. */
  readonly at: number;
  /** Offsets from there on, in rising order, and the line from each on. */
  readonly lines: readonly (readonly [offset: number, line: number])[];
}

/** As in `at copy_process (wasm://wasm/kernel-6f2a:wasm-function[312]:0x1a2b3)`. */
const PLACE = /\bwasm-function\[\d+\]:0x([0-9a-f]+)\)/;
const TABLE = new URL('../../uncut/lines.json', import.meta.url);

let functions: readonly CompiledFunction[] | undefined;

function load(): readonly CompiledFunction[] {
  if (!existsSync(TABLE)) return [];
  return JSON.parse(readFileSync(TABLE, 'utf8')) as CompiledFunction[];
}

/** The file, from the top of the project, and the line that a line of a stack means; undefined for another. */
export function uncutPlace(line: string): { readonly file: string; readonly line: number } | undefined {
  const [, hex] = PLACE.exec(line) ?? [];
  if (hex === undefined) return undefined;
  functions ??= load();
  const at = Number.parseInt(hex, 16);
  const found = functions.findLast((one) => one.at <= at);
  const row = found?.lines.findLast(([offset]) => found.at + offset <= at);
  return found === undefined || row === undefined ? undefined : { file: found.file, line: row[1] };
}
