/** Numbers of what the functions of a module name. */
import type { Routine } from '../form/value.ts';
import { F64, I32, type Type } from './opcodes.ts';
import type { HostCall, Links } from './scope.ts';

/** What the host has to give under a name. */
export interface HostImport {
  readonly name: string;
  readonly call: HostCall;
}

export const WORDS = (count: number): Type[] => Array.from({ length: count }, () => I32);

/**
 * Numbers of everything that is named. A function's number depends on how many imports there are, which is known when all has
 * been written once: so all is written twice.
 */
export class Linker implements Links {
  readonly imports = new Map<
    string,
    { readonly one: HostImport; readonly parameters: readonly Type[]; readonly result: Type }
  >();
  readonly givens: string[] = [];
  readonly #routines: ReadonlyMap<string, number>;
  readonly #helpers: readonly string[];
  /** How many imports there were when all had been written the last time. */
  #before = 0;

  /** Names of the unit's functions, which are no others', and of those of the module's own in front of them. */
  constructor(routines: readonly string[], helpers: readonly string[]) {
    this.#routines = new Map(routines.map((name, i) => [name, i]));
    this.#helpers = helpers;
  }

  /** Begins anew with what is known. */
  again(): void {
    this.#before = this.imports.size;
  }

  helper(name: string): number {
    return this.#before + this.#helpers.indexOf(name);
  }

  routine(routine: Routine): number {
    const at = this.#routines.get(routine.name);
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
