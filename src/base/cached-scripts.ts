/**
 * Scripts of the bundle in a thread of it, with what V8 made of them when the bundle was built (scripts/code-cache.mjs): half of
 * a short search is compiling what it runs. Another V8 than that one takes none of it and compiles as ever.
 *
 * V8 itself tells scripts apart by their length alone. So a cache is V8's code, behind it the script that it was made of, and
 * behind that how large the script's file is and when it was written. While both are so the script is the one in the cache, and
 * its file is not read; else the file is held against it byte by byte, and of any other text the cache is none. In a cache a
 * script is wrapped, as it is given to V8: put together anew, a large one is copied twice.
 *
 * Code from a cache says where it was made. So scripts say in stacks that they lie where none does (BUNDLE_NAME), wherever they
 * are.
 *
 * V8 takes no code that was made under other flags. The size of the stack is one (src/cli/confined.ts), and is looked at when
 * the process begins: named as it is without that flag from then on, the stack stays as large as it was begun.
 */
import { existsSync, readFileSync, type Stats, statSync, writeFileSync } from 'node:fs';
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
/** At the end of a cache: bytes of V8's code, bytes of the script's file, and when that was written. */
const FACTS_BYTES = 24;
/** Kilobytes, of V8 on machines of 64 bits. Of another number it takes no code. */
const USUAL_STACK = '--stack-size=984';
const ONE_OF_THEM = /^\.\/([\w.-]+\.js)$/;

/** A script as it is given to V8, and V8's code of it, if there is any. */
interface Wrapping {
  readonly text: Buffer;
  readonly code?: Buffer;
}

export class CachedScripts {
  readonly #folder: string;
  /** What is not one of them. */
  readonly #others: NodeJS.Require;
  readonly #modules = new Map<string, { exports: object }>();
  readonly #scripts = new Map<string, Script>();

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
    run(module.exports, (asked) => this.#require(asked), module, this.#path(name), this.#folder);
    return module.exports;
  }

  /** Keeps what V8 has made of all that were loaded. */
  keep(): void {
    for (const [name, script] of this.#scripts) {
      const code = script.createCachedData();
      const [text, file] = [this.#wrapped(name), statSync(this.#path(name))];
      const facts = Buffer.from(new Float64Array([code.length, file.size, file.mtimeMs]).buffer);
      writeFileSync(this.#cache(name), Buffer.concat([code, text, facts]));
    }
  }

  #require(name: string): unknown {
    const [, own] = ONE_OF_THEM.exec(name) ?? [];
    return own === undefined ? this.#others(name) : this.load(own);
  }

  #compiled(name: string): Script {
    const { text, code } = this.#kept(name, statSync(this.#path(name))) ?? { text: this.#wrapped(name) };
    const script = new Script(text.toString('latin1'), { filename: BUNDLE_NAME + name, cachedData: code });
    this.#scripts.set(name, script);
    return script;
  }

  /** The script as it is in the cache, if it is the one in the file. */
  #kept(name: string, file: Stats): Wrapping | undefined {
    const cache = this.#cache(name);
    if (!existsSync(cache)) return undefined;
    const kept = readFileSync(cache);
    if (kept.length < FACTS_BYTES) return undefined;
    const end = kept.length - FACTS_BYTES;
    const [code = 0, size = 0, written = 0] = new Float64Array(Uint8Array.from(kept.subarray(end)).buffer);
    const text = kept.subarray(code, end);
    if (size !== file.size || text.length !== BEFORE.length + size + BEHIND.length) return undefined;
    if (written !== file.mtimeMs && !text.equals(this.#wrapped(name))) return undefined;
    return { text, code: kept.subarray(0, code) };
  }

  #wrapped(name: string): Buffer {
    return Buffer.concat([Buffer.from(BEFORE), readFileSync(this.#path(name)), Buffer.from(BEHIND)]);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #cache(name: string): string {
    return `${this.#path(name)}.cache`;
  }
}
