/** Files of the program as the engine's own modules on a thread: their text is what it was, but for types. */
import NodeModule, { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Module, SourceTextModule, SyntheticModule } from 'node:vm';
import { resolveImport } from '../platform/resolve.ts';
import type { SourceFile } from './script.ts';

/** It asks for what is not there on threads. */
export class RefusedImport extends Error {
  override readonly name = 'RefusedImport';
}

/** Modules of Node that only compute. */
const THREADS = /^(?:node:)?worker_threads$/;
const PURE = /^(?:node:)?(?:assert|buffer|events|path|querystring|string_decoder|url|util)(?:\/.*)?$/;

export class Modules {
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #refused: (why: string) => void;
  readonly #threads: object;
  readonly #known = new Map<string, Promise<Module>>();
  #ofThreads: Module | undefined;

  /** `refused` is told, also where the program catches the error. `threads`: what node:worker_threads is. */
  constructor(files: ReadonlyMap<string, SourceFile>, refused: (why: string) => void, threads: object) {
    this.#files = files;
    this.#refused = refused;
    this.#threads = threads;
    const loader = NodeModule as unknown as { _load(name: string, ...rest: unknown[]): unknown };
    const { _load: load } = loader;
    loader._load = (name, ...rest) =>
      THREADS.test(name) ? this.#threads : load.call(loader, this.#askedFor(name), ...rest);
  }

  async namespaceOf(file: string): Promise<Record<string, unknown>> {
    const module = await this.#module(file);
    await module.link((name, from) => this.#imported(name, from.identifier));
    await module.evaluate();
    return module.namespace as Record<string, unknown>;
  }

  #module(file: string): Promise<Module> {
    let module = this.#known.get(file);
    if (module === undefined) this.#known.set(file, (module = this.#make(file)));
    return module;
  }

  async #make(file: string): Promise<Module> {
    const source = this.#files.get(file);
    if (source === undefined || !source.isModule) return made(createRequire(file)(file) as unknown);
    const importLater = async (name: string): Promise<Module> => {
      const module = await this.#imported(name, file);
      if (module.status === 'unlinked') await module.link((one, from) => this.#imported(one, from.identifier));
      if (module.status === 'linked') await module.evaluate();
      return module;
    };
    return new SourceTextModule(source.text, {
      identifier: file,
      initializeImportMeta: (meta) => void Object.assign(meta, { url: pathToFileURL(file).href, filename: file }),
      importModuleDynamically: importLater as never,
    });
  }

  async #imported(name: string, from: string): Promise<Module> {
    if (!isBuiltin(name)) return this.#module(fileURLToPath(resolveImport(name, pathToFileURL(from).href)));
    if (THREADS.test(name)) return (this.#ofThreads ??= madeOf(this.#threads));
    const key = `node:${this.#askedFor(name).replace(/^node:/, '')}`;
    let module = this.#known.get(key);
    if (module === undefined) this.#known.set(key, (module = import(key).then((all: object) => madeOf(all))));
    return module;
  }

  /** A name that the program imports. Throws RefusedImport for a module of Node that does more than compute. */
  #askedFor(name: string): string {
    if (!isBuiltin(name) || PURE.test(name)) return name;
    const why = `it imports ${name}, which is not there on these threads`;
    this.#refused(why);
    throw new RefusedImport(why);
  }
}

/** A script's exports: as the default, and its properties. */
function made(exported: unknown): Module {
  const isObject = (typeof exported === 'object' && exported !== null) || typeof exported === 'function';
  return madeOf({ ...(isObject ? (exported as object) : {}), default: exported });
}

function madeOf(all: object): Module {
  const names = Object.keys(all);
  return new SyntheticModule(names, function (this: SyntheticModule) {
    for (const name of names) this.setExport(name, Reflect.get(all, name));
  });
}
