/** The files of a module: its own text, and those it imports, which lie beside it or below. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve as resolvePath, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, readFileText } from '../../base/input.ts';
import { oneLine } from '../../base/visible.ts';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { ModuleError } from './module-error.ts';
import { checkNesting } from '../source/nesting.ts';

const BUS = fileURLToPath(new URL('../../bus.js', import.meta.url));
const MACHINE = fileURLToPath(new URL('../../machine/', import.meta.url));
/** Bytes, and characters, of a module. */
const MOST_BYTES = 256 * 1024;
const MODULE = /\.m?[jt]s$/;
const ENDINGS = ['.ts', '.js', '.mts', '.mjs'];

/** True for the files of the machine itself. */
export function isOurs(file: string): boolean {
  return file === BUS || file.startsWith(MACHINE);
}

/** The text of a module. Throws ModuleError when there is no such file; `name` is how the person called it. */
export function readModule(path: string, name: string): string {
  try {
    return readFileText(path, MOST_BYTES, name);
  } catch (error) {
    throw error instanceof InputError ? new ModuleError(error.message) : error;
  }
}

export class ModuleFiles {
  readonly path: string;
  readonly #held: ReadonlyMap<string, string> | undefined;
  readonly #texts = new Map<string, string>();

  /**
   * A module by its path and text, and what it imports by path as seen from its folder; without that, files are read.
   * Throws SourceError for a text that must not be parsed, ModuleError for one too long.
   */
  constructor(path: string, text: string, imports?: Readonly<Record<string, string>>) {
    if (isOurs(path)) throw new ModuleError(`${basename(path)} is a file of tasklock, not a module`);
    this.path = path;
    this.#held = imports && new Map(Object.entries(imports).map(([at, its]) => [resolvePath(dirname(path), at), its]));
    this.#add(path, text);
  }

  /** The text of the module or of a file that it imports, fit to be parsed. Throws SourceError and ModuleError. */
  textOf(file: string): string {
    return this.#texts.get(file) ?? this.#add(file, this.#held?.get(file) ?? readModule(file, basename(file)));
  }

  /** The texts that were asked for so far, by file. */
  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  /** The file that an import names; one that ends in .js may be the .ts beside it, and the ending may be left out. */
  resolve(from: string, name: string): string {
    if (name === BUS_MODULE) return BUS;
    const path = resolvePath(dirname(from), name);
    if (isOurs(from)) return path;
    const wanted = `${basename(from)}: no file ${oneLine(name)} to import`;
    const folder = dirname(this.path);
    if (!isBelow(folder, path)) throw new ModuleError(`${wanted}: a module imports files beside it, or below`);
    const candidates = [path, ...ENDINGS.map((ending) => path + ending), path.replace(/\.(m?)js$/, '.$1ts')];
    const found = candidates.find((one) => MODULE.test(one) && this.#isThere(one));
    if (found === undefined) throw new ModuleError(wanted);
    if (this.#held !== undefined) return found;
    if (isBelow(realpathSync(folder), realpathSync(found))) return found;
    throw new ModuleError(`${wanted}: a link leads out of the folder of ${basename(this.path)}`);
  }

  #isThere(file: string): boolean {
    return this.#held?.has(file) ?? (existsSync(file) && statSync(file).isFile());
  }

  #add(file: string, text: string): string {
    if (text.length > MOST_BYTES) {
      throw new ModuleError(`${basename(file)} has ${text.length} characters; a module has at most ${MOST_BYTES}`);
    }
    checkNesting(file, text);
    this.#texts.set(file, text);
    return text;
  }
}

const isBelow = (folder: string, path: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
