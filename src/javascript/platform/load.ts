/**
 * Modules of an agent: each file once, evaluated as Node does it. A module is run as the body of an async function, so
 * that one that awaits is waited for by those that import it; one that does not is over when it returns.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runAsync } from '../language/async.ts';
import { isRefusal } from '../error.ts';
import { language } from '../language/language.ts';
import { beginNamespace, ownOf } from '../language/modules.ts';
import { wait } from '../language/markers.ts';
import { promiseState } from '../language/promise/promise.ts';
import type { Operation, Running } from '../operation.ts';
import { Send } from '../world/channel.ts';
import { codeError } from '../world/clone.ts';
import { leavable } from '../world/leave.ts';
import { globalsOf } from './globals.ts';
import { hasState } from './kept.ts';
import { link, namesOf } from './link.ts';
import { nodeModule, nodeModuleName } from './node-modules.ts';
import { noted, readText } from './marks.ts';
import { type Program, programOf } from './programs.ts';
import type { MainFile, Realm } from './realm.ts';
import { asThrown } from './own-syntax.ts';
import { builtInNamespace, moduleObject, namespaceOf, scriptNamespace } from './namespaces.ts';
import { refuse } from './refused.ts';
import { resolveImport, resolveRequire } from './resolve.ts';
import { isCode } from './targets.ts';

interface Module {
  readonly program: Program;
  /** Of a module its namespace, of a script what it exports. */
  exports: unknown;
  /** A module's end. */
  promise: object | undefined;
  namespace: object | undefined;
  /** Whether it, and all that it imports, serves in the next execution. */
  isLasting: boolean;
}

/** Modules of Node that are the same in every execution of an agent. */
const LASTING_MODULES: ReadonlySet<string> = new Set([
  'events',
  'timers',
  'assert',
  'buffer',
  'path',
  'url',
  'string_decoder',
]);

/** Runs an agent's first file. */
export function* loadMain(realm: Realm, main: MainFile): Running {
  const globals = globalsOf(realm);
  void globals.process;
  if (realm.started !== undefined) yield new Send(realm.started.news, { kind: 'online', value: undefined }, -1);
  if (realm.started !== undefined && main.text === undefined && main.url.startsWith('file:')) isThere(main.url);
  const module = yield* evaluate(realm, main.url, realm.started === undefined, main.text);
  const { promise } = module;
  if (promise === undefined) return module.exports;
  realm.agent.isUnsettled = () => promiseState(promise)?.status === 'pending';
  return settled(realm, module);
}

/** Throws what Node throws for a worker whose file is not there. That it is not belongs to the recording. */
function isThere(url: string): void {
  const file = fileURLToPath(url);
  if (existsSync(file)) return;
  noted(file);
  throw codeError(Error, 'MODULE_NOT_FOUND', `Cannot find module '${file}'`);
}

/** Does something with what a file exports, for whoever begins at one: once it is over, and then it is a promise. */
export function* loadFile(realm: Realm, url: string, use: (exports: Record<string, unknown>) => Running): Running {
  const module = yield* evaluate(realm, url, true);
  const begin = (): Running => {
    if (module.promise !== undefined) settled(realm, module);
    return use((module.program.isModule ? module.exports : namespaceOf(module.exports)) as Record<string, unknown>);
  };
  if (promiseState(module.promise as object)?.status !== 'pending') return yield* begin();
  return yield* runAsync(later(module, begin));
}

function* later({ promise }: Module, begin: () => Running): Running {
  yield wait(promise) as unknown as Operation;
  return yield* begin();
}

/** Throws what a module has thrown that is over; one that still waits is not over. */
function settled(realm: Realm, { promise, exports }: Module): unknown {
  const state = promiseState(promise as object);
  if (state?.status !== 'rejected') return exports;
  realm.agent.handled(promise as object);
  throw state.value;
}

/** `isFirst`: everything begins with it. */
function* evaluate(realm: Realm, url: string, isFirst: boolean, text?: string): Running<Module> {
  const known = realm.modules.get(url) as Module | undefined;
  if (known !== undefined) return known;
  const lasting =
    realm.shared.reuses && text === undefined ? (realm.lasting.find(url) as Module | undefined) : undefined;
  if (lasting !== undefined) {
    realm.modules.set(url, lasting);
    return lasting;
  }
  const program = linked(realm, url, isFirst, text);
  const isLasting = program.isLasting && !hasState(url);
  const module: Module = { program, exports: {}, promise: undefined, namespace: undefined, isLasting };
  realm.modules.set(url, module);
  const body = program.factory(environment(realm, url));
  try {
    if (program.isModule) {
      const namespace = moduleObject();
      const { names, stars } = namesOf(url, program);
      beginNamespace(namespace, names, stars);
      module.exports = namespace;
      module.promise = (yield* runAsync(body.call(undefined, namespace, importer(realm, url)))) as object;
    } else yield* evaluateScript(realm, url, module, body);
  } catch (error) {
    realm.modules.delete(url);
    throw error;
  }
  if (module.isLasting && realm.shared.reuses && promiseState(module.promise as object)?.status === 'fulfilled') {
    const namespace = module.exports as object;
    realm.lasting.keep(url, module, namespace, ownOf(namespace));
  }
  return module;
}

/** Throws what Node throws for a module that fits nothing, or is none; what cannot be run here ends the run. */
function linked(realm: Realm, url: string, isFirst: boolean, text: string | undefined): Program {
  try {
    link(url, isFirst, text);
    return programOf(url, text);
  } catch (error) {
    const thrown = asThrown(error, isFirst);
    if (isRefusal(thrown)) realm.agent.refused(thrown);
    throw thrown;
  }
}

/** What a twin finds around it, be it a file's or that of a text that code in the file has made a program of. */
export function environment(realm: Realm, url: string): object {
  const globals = globalsOf(realm);
  const meta: Record<string, unknown> = Object.assign(Object.create(null) as object, { url });
  if (url.startsWith('file:')) {
    const file = fileURLToPath(url);
    Object.assign(meta, { dirname: dirname(file), filename: file });
  }
  meta.resolve = (specifier: string) => resolveImport(`${specifier}`, url);
  return Object.assign(Object.create(language) as object, {
    importModule: dynamicImport(realm, url),
    meta,
    globals,
    ownThis: (self: unknown) => (self === globalThis ? globals : self),
  });
}

// ---- scripts

function* evaluateScript(realm: Realm, url: string, module: Module, body: ReturnType<Program['factory']>): Running {
  const file = fileURLToPath(url);
  const first = Object.assign(module.exports as object, {});
  const object = {
    exports: first as unknown,
    id: file,
    filename: file,
    path: dirname(file),
    loaded: false,
    children: [],
    paths: [],
    parent: null,
    require: undefined as unknown,
  };
  Object.defineProperty(module, 'exports', { get: () => object.exports, configurable: true });
  const require = requirer(realm, file);
  object.require = require;
  yield* body.call(first, first, require, object, file, dirname(file));
  object.loaded = true;
  return object.exports;
}

export function requirer(realm: Realm, file: string): Function {
  const require = leavable('require', 1, ({ args: [name] }) => requireFrom(realm, file, String(name)));
  const resolve = (name: string): string => nodeModuleName(name) ?? resolveRequire(name, file);
  return Object.assign(require, {
    resolve,
    cache: {},
    main: undefined,
    extensions: { '.js': 1, '.json': 1, '.node': 1 },
  });
}

function* requireFrom(realm: Realm, file: string, name: string): Running {
  const builtin = nodeModuleName(name);
  if (builtin !== undefined) return builtinOf(realm, builtin);
  if (name === 'real-require') return realRequire(realm, file);
  const found = resolveRequire(name, file);
  if (found.endsWith('.json')) return jsonOf(realm, found);
  if (found.endsWith('.node')) return refuse(`${found} is native code: it cannot be explored`);
  const module = yield* evaluate(realm, pathToFileURL(found).href, false);
  if (!module.program.isModule) return module.exports;
  if (module.promise === undefined) return module.exports;
  settled(realm, module);
  if (promiseState(module.promise)?.status === 'pending')
    throw codeError(
      Error,
      'ERR_REQUIRE_ASYNC_MODULE',
      'require() cannot be used on an ESM graph with top-level await. Use import() instead.',
    );
  return module.exports;
}

/** What a JSON file holds: one value for all of an agent that ask for it, whether by require or by import. */
function jsonOf(realm: Realm, file: string): unknown {
  return realm.once(`json ${file}`, (): unknown => {
    try {
      return JSON.parse(readText(file)) as unknown;
    } catch (error) {
      if (error instanceof SyntaxError) error.message = `${file}: ${error.message}`;
      throw error;
    }
  });
}

function builtinOf(realm: Realm, name: string): unknown {
  return name === 'module'
    ? { createRequire: (from: string | URL) => requirer(realm, fileOf(from)), builtinModules: [] }
    : nodeModule(realm, name);
}

const fileOf = (from: string | URL): string => (String(from).startsWith('file:') ? fileURLToPath(from) : String(from));

/** The package of this name, which hides import and require from bundlers behind a text that is compiled when it runs. */
function realRequire(realm: Realm, file: string): object {
  return { realRequire: requirer(realm, file), realImport: dynamicImport(realm, pathToFileURL(file).href) };
}

// ---- modules

/** What a module's imports call. */
function importer(realm: Realm, from: string): Function {
  return leavable('import', 1, ({ args: [name] }) => importFrom(realm, from, String(name)));
}

function* importFrom(realm: Realm, from: string, name: string): Running {
  const asking = realm.modules.get(from) as Module | undefined;
  const got = yield* importOf(realm, from, name);
  const builtin = nodeModuleName(name);
  const imported = builtin === undefined ? realm.modules.get(resolvedOf(name, from)) : undefined;
  const isLasting = builtin === undefined ? (imported as Module | undefined)?.isLasting : LASTING_MODULES.has(builtin);
  if (asking !== undefined && isLasting !== true) asking.isLasting = false;
  return got;
}

function resolvedOf(name: string, from: string): string {
  return name === 'real-require' ? name : resolveImport(name, from);
}

function* importOf(realm: Realm, from: string, name: string): Running {
  const builtin = nodeModuleName(name);
  if (builtin !== undefined)
    return realm.once(`namespace of node:${builtin}`, () => builtInNamespace(builtin, builtinOf(realm, builtin)));
  if (name === 'real-require') return namespaceOf(realRequire(realm, fileURLToPath(from)));
  const url = resolveImport(name, from);
  if (url.endsWith('.json'))
    return realm.once(`namespace of ${url}`, () => namespaceOf(jsonOf(realm, fileURLToPath(url))));
  if (url.startsWith('file:') && !isCode(url))
    refuse(`${fileURLToPath(url)} is no JavaScript, TypeScript or JSON: it cannot be explored`);
  const module = yield* evaluate(realm, url, false);
  if (!module.program.isModule) return (module.namespace ??= scriptNamespace(url, module.exports));
  // One that is still being evaluated, in a circle, is given as it is.
  if (module.promise === undefined) return module.exports;
  if (promiseState(module.promise)?.status === 'pending') yield wait(module.promise) as unknown as Operation;
  settled(realm, module);
  return module.exports;
}

/** import(): a promise of the namespace. */
function dynamicImport(realm: Realm, from: string): Function {
  return leavable('import', 1, ({ args: [name] }) =>
    runAsync(
      (function* (): Running {
        yield wait(undefined) as unknown as Operation;
        return yield* importFrom(realm, from, String(name));
      })(),
    ),
  );
}
