/** The files of a module: its own text, and those it imports, which lie beside it or below. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve as resolvePath, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, readFileText } from '../base/input.ts';
import { oneLine } from '../base/visible.ts';
import { BUS_MODULE } from './bus-functions.ts';
import { ModuleError } from './module-error.ts';
import { checkNesting } from './nesting.ts';

const BUS = fileURLToPath(new URL('../bus.js', import.meta.url));
const MACHINE = fileURLToPath(new URL('../machine/', import.meta.url));
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
  readonly #path: string;
  readonly #texts = new Map<string, string>();

  /** A module by its path and text. Throws SourceError for a text that must not be parsed, ModuleError for one too long. */
  constructor(path: string, text: string) {
    if (isOurs(path)) throw new ModuleError(`${basename(path)} is a file of tasklock, not a module`);
    this.#path = path;
    this.#add(path, text);
  }

  /** The text of the module or of a file that it imports, fit to be parsed. Throws SourceError and ModuleError. */
  textOf(file: string): string {
    return this.#texts.get(file) ?? this.#add(file, readModule(file, basename(file)));
  }

  /** The file that an import names; one that ends in .js may be the .ts beside it, and the ending may be left out. */
  resolve(from: string, name: string): string {
    if (name === BUS_MODULE) return BUS;
    const path = resolvePath(dirname(from), name);
    if (isOurs(from)) return path;
    const wanted = `${basename(from)}: no file ${oneLine(name)} to import`;
    const folder = dirname(this.#path);
    if (!isBelow(folder, path)) throw new ModuleError(`${wanted}: a module imports files beside it, or below`);
    const candidates = [path, ...ENDINGS.map((ending) => path + ending), path.replace(/\.(m?)js$/, '.$1ts')];
    const found = candidates.find((one) => MODULE.test(one) && existsSync(one) && statSync(one).isFile());
    if (found === undefined) throw new ModuleError(wanted);
    if (isBelow(realpathSync(folder), realpathSync(found))) return found;
    throw new ModuleError(`${wanted}: a link leads out of the folder of ${basename(this.#path)}`);
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
