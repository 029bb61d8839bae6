/**
 * Scripts of the bundle in a thread of it, with what V8 made of them when the bundle was built (scripts/code-cache.mjs): half of
 * a short search is compiling what it runs. Another V8 than that one takes none of it and compiles as ever.
 *
 * V8 itself tells scripts apart by their length alone. So a cache is V8's code and behind it the script that it was made of,
 * byte by byte: of any other text it is none. And code from a cache says where it was made. So scripts say in stacks that they
 * lie where none does (BUNDLE_NAME), wherever they are.
 *
 * V8 takes no code that was made under other flags. The size of the stack is one (src/cli/confined.ts), and is looked at when
 * the process begins: named as it is without that flag from then on, the stack stays as large as it was begun.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { BUNDLE_NAME } from './built-place.ts';

type Require = (name: string) => unknown;
type Wrapped = (exports: object, require: Require, module: { exports: object }, path: string, folder: string) => void;

/** As Node wraps a script: its places in stacks are its own. A script is ASCII. */
const [BEFORE, BEHIND] = ['(function (exports, require, module, __filename, __dirname) { ', '\n});'];
/** Kilobytes, of V8 on machines of 64 bits. Of another number it takes no code. */
const USUAL_STACK = '--stack-size=984';
const ONE_OF_THEM = /^\.\/([\w.-]+\.js)$/;

export class CachedScripts {
  readonly #folder: string;
  /** What is not one of them. */
  readonly #others: NodeJS.Require;
  readonly #modules = new Map<string, { exports: object }>();
  readonly #scripts = new Map<string, { readonly script: Script; readonly text: Buffer }>();

  /** Of this folder. */
  constructor(folder: string) {
    this.#folder = folder;
    if (isMainThread && process.execArgv.some((one) => one.startsWith('--stack-size'))) setFlagsFromString(USUAL_STACK);
    this.#others = createRequire(join(folder, 'any.js'));
  }

  /** What the script of this name exports; it is run by the first who asks. */
  load(name: string): object {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    this.#modules.set(name, module);
    const run = this.#compiled(name).runInThisContext() as Wrapped;
    run(module.exports, (asked) => this.#require(asked), module, join(this.#folder, name), this.#folder);
    return module.exports;
  }

  /** Keeps what V8 has made of all that were loaded. */
  keep(): void {
    for (const [name, { script, text }] of this.#scripts) {
      writeFileSync(this.#cache(name), Buffer.concat([script.createCachedData(), text]));
    }
  }

  #require(name: string): unknown {
    const [, own] = ONE_OF_THEM.exec(name) ?? [];
    return own === undefined ? this.#others(name) : this.load(own);
  }

  #compiled(name: string): Script {
    const path = join(this.#folder, name);
    const text = readFileSync(path);
    const script = new Script(`${BEFORE}${text.toString('latin1')}${BEHIND}`, {
      filename: BUNDLE_NAME + name,
      cachedData: this.#kept(name, text),
    });
    this.#scripts.set(name, { script, text });
    return script;
  }

  /** V8's code of exactly this text, if there is any. */
  #kept(name: string, text: Buffer): Buffer | undefined {
    const cache = this.#cache(name);
    if (!existsSync(cache)) return undefined;
    const kept = readFileSync(cache);
    const code = kept.length - text.length;
    return code > 0 && kept.subarray(code).equals(text) ? kept.subarray(0, code) : undefined;
  }

  #cache(name: string): string {
    return join(this.#folder, `${name}.cache`);
  }
}
