/** Namespaces of modules. */
import { hidden } from '../hidden.ts';
import { defineProperty, ownKeys } from './primordials.ts';

type Getters = Readonly<Record<string, () => unknown>>;

/** Defines what a module exports, each a read of the variable as it is then. */
export function exportAs(namespace: object, getters: Getters): void {
  for (const name of Object.keys(getters))
    defineProperty(namespace, name, { get: getters[name] as () => unknown, enumerable: true, configurable: true });
}

const own = hidden<() => readonly unknown[]>();

/** Says what a module defines at its top, whether it exports it or not. */
export function owns(namespace: object, values: () => readonly unknown[]): void {
  own.put(namespace, values);
}

/** That, as it is now. */
export const ownOf = (namespace: object): readonly unknown[] => own.of(namespace)?.() ?? [];

/** Which names a module's stars bring, by the module that each comes from. */
export type Stars = ReadonlyMap<string, readonly string[]>;

const stars = hidden<Stars>();

/** A namespace of these names, in Node's order, none of which has a value yet. */
export function beginNamespace(namespace: object, names: readonly string[], brought: Stars): void {
  stars.put(namespace, brought);
  for (const name of names)
    defineProperty(namespace, name, { get: tooEarly(name), enumerable: true, configurable: true });
}

function tooEarly(name: string): () => never {
  return () => {
    throw new ReferenceError(`Cannot access '${name}' before initialization`);
  };
}

/** `export *`: what the module of this name brings, be it that it has no value yet. */
export function exportAll(namespace: object, from: object, specifier: string): void {
  for (const name of stars.of(namespace)?.get(specifier) ?? ownNames(namespace, from))
    defineProperty(namespace, name, { get: () => (from as Getters)[name], enumerable: true, configurable: true });
}

/** Of a namespace that was not begun: what the other has, and it has not. */
function ownNames(namespace: object, from: object): string[] {
  return ownKeys(from).filter(
    (name): name is string => typeof name === 'string' && name !== 'default' && !Object.hasOwn(namespace, name),
  );
}

export function readOnly(): never {
  throw new TypeError('Assignment to constant variable.');
}

export function notDefined(name: string): never {
  throw new ReferenceError(`${name} is not defined`);
}
