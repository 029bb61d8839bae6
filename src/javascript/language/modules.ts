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

/** `export *`: what is not exported already. */
export function exportAll(namespace: object, from: object): void {
  for (const name of ownKeys(from)) {
    if (typeof name !== 'string' || name === 'default' || Object.hasOwn(namespace, name)) continue;
    defineProperty(namespace, name, { get: () => (from as Getters)[name], enumerable: true, configurable: true });
  }
}

export function readOnly(): never {
  throw new TypeError('Assignment to constant variable.');
}

export function notDefined(name: string): never {
  throw new ReferenceError(`${name} is not defined`);
}
