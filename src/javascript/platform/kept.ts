/**
 * Classes and functions of the platform, made once for the agents of a name and used by those of execution after
 * execution, and instances of modules that have no state: they know nothing of an execution but the agent that runs. What a
 * program has changed about them is found when the next agent asks, and it gets new ones. A module about which something
 * was changed has a state after all, and is not kept again.
 */
import { hidden } from '../hidden.ts';
import { addLasting, lasting, removeLasting } from '../language/lasting.ts';
import { isAsItWas, Reached } from './as-it-was.ts';
import { isBuiltIn } from './built-ins.ts';
import { perProgram } from './marks.ts';

/** One time of so many they are compared although nothing is known to have been done to them. */
const UNASKED = 64;

/** Objects that something is made of and that no property of it leads to. */
const innards = hidden<readonly object[]>();

/** Says so of what is to be kept. Gives it back. */
export function withInnards<T extends object>(made: T, ...inner: readonly object[]): T {
  innards.put(made, inner);
  return made;
}

/** Files, as URLs, whose modules have turned out to have a state. */
const changing = perProgram(() => new Set<string>());

export const hasState = (url: string): boolean => changing().has(url);

export class Kept {
  readonly #made = new Map<string, unknown>();
  readonly #reached = new Reached(isBuiltIn, addLasting);
  /** Doubts about lasting objects when all of these were last as they had been. */
  #doubts = lasting.doubts;
  #asked = 0;
  /** By module, from which of those on they are its own. */
  readonly #modules: { readonly url: string; readonly from: number; readonly to: number }[] = [];

  get<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) {
      const made = make();
      this.#made.set(name, made);
      this.#reached.add(made, name);
      for (const one of innards.of(made as object) ?? []) this.#reached.add(one, name);
    }
    return this.#made.get(name) as T;
  }

  /** The module of a file. */
  find(url: string): unknown {
    return this.#made.get(url);
  }

  /** Keeps one: neither its namespace is to change, nor what can be reached from what it has at its top. */
  keep(url: string, module: unknown, namespace: object, roots: readonly unknown[]): void {
    this.#made.set(url, module);
    const from = this.#reached.all.length;
    this.#reached.addAlone(namespace, url);
    for (const one of roots) this.#reached.add(one, url);
    this.#modules.push({ url, from, to: this.#reached.all.length });
  }

  /** Nobody uses it any more. */
  drop(): void {
    for (const { object } of this.#reached.all) removeLasting(object);
  }

  /** Whether everything is as it was made. */
  get isIntact(): boolean {
    if (this.#doubts === lasting.doubts && ++this.#asked % UNASKED !== 0) return true;
    this.#doubts = lasting.doubts;
    let isIntact = true;
    for (const [i, was] of this.#reached.all.entries()) {
      if (isAsItWas(was)) continue;
      isIntact = false;
      const owner = this.#modules.find(({ from, to }) => from <= i && i < to);
      if (owner !== undefined) changing().add(owner.url);
    }
    return isIntact;
  }
}

const keptBy = perProgram(() => new Map<string, Kept>());

/** What is kept for agents of this name; `isAnew`: nothing that was before. */
export function keptFor(name: string, isAnew = false): Kept {
  let kept = keptBy().get(name);
  if (isAnew || kept?.isIntact !== true) {
    kept?.drop();
    keptBy().set(name, (kept = new Kept()));
  }
  return kept;
}
