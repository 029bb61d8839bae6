/** Words of a module and the addresses in them, called as its author calls them. */
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import type { WordNames } from '../../stepper/module/module-words.ts';

/** So far behind a word with a name another one is called by it. */
const REACH = 256;

export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

export class ModuleNames {
  readonly #names: WordNames;
  /** Addresses with names, lowest first. */
  readonly #bases: readonly number[];

  constructor(names: WordNames) {
    this.#names = names;
    this.#bases = [...names.words.keys(), ...names.elements.keys()].sort((a, b) => a - b);
  }

  /** The constant that holds an address, or the element of a table; null where none or several do. */
  at(address: number): string | null {
    return this.#names.words.get(address) ?? this.#names.elements.get(address) ?? null;
  }

  /**
   * The same for a word behind one that has a name: `NODE+NEXT` where the line of source adds a constant of that offset,
   * else `NODE+4`. The address itself where no name is near.
   */
  near(address: number, line: string): string {
    const base = this.#bases.findLast((one) => one <= address);
    if (base === undefined || address - base > REACH) return hex(address);
    return this.inside(this.at(base) ?? hex(base), address - base, line);
  }

  /** A word so many bytes behind the beginning of something that has a name. */
  inside(name: string, offset: number, line: string): string {
    const field = this.#names.offsets.get(offset)?.filter((one) => isAdded(one, line)) ?? [];
    if (field.length === 1) return `${name}+${field[0]}`;
    return offset === 0 ? name : `${name}+${offset}`;
  }

  /** A value that a word holds: an address that has a name by that. */
  value(value: number): string {
    return (
      this.at(value) ?? (value >>> 0 >= FIRST_ADDRESS && value % 4 === 0 && value > 0 ? hex(value) : String(value))
    );
  }
}

/** Whether a line adds a constant to something. */
const isAdded = (name: string, line: string): boolean =>
  new RegExp(`\\+\\s*${name.replaceAll('$', '\\$')}(?![\\w$])`).test(line);
