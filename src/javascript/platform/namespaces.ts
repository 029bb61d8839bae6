/** What imports see of what is no module of the language: scripts, JSON, modules of Node. */
import { fileURLToPath } from 'node:url';
import { absence, refuse } from './refused.ts';
import { builtInNames, scriptNames } from './targets.ts';

export function moduleObject(): object {
  return Object.defineProperty(Object.create(null) as object, Symbol.toStringTag, { value: 'Module' });
}

/** What an import of a script sees: of its properties those that its text tells of, with the values that they have now. */
export function scriptNamespace(url: string, exported: unknown): object {
  const namespace = moduleObject();
  const isObject = (typeof exported === 'object' && exported !== null) || typeof exported === 'function';
  for (const name of [...new Set([...scriptNames(fileURLToPath(url)), 'default'])].sort()) {
    const property = { value: exported, enumerable: true };
    Object.defineProperty(namespace, name, name === 'default' ? property : valueNow(isObject ? exported : {}, name));
  }
  return namespace;
}

/** A value stays as it is; an accessor is asked each time, for it is code of the program. */
function valueNow(exported: object, name: string): PropertyDescriptor {
  const own = Object.getOwnPropertyDescriptor(exported, name);
  return own?.get === undefined
    ? { value: own?.value as unknown, enumerable: true }
    : { get: () => (exported as Record<string, unknown>)[name], enumerable: true };
}

/** Of a module of Node: what the platform lacks of it can be imported, and not be read. */
export function builtInNamespace(name: string, exported: unknown): object {
  const namespace = namespaceOf(exported);
  for (const key of builtInNames(name) ?? []) {
    if (key in namespace) continue;
    Object.defineProperty(namespace, key, { get: () => refuse(absence(name, key)), enumerable: true });
  }
  return namespace;
}

/** What an import of a module of Node sees, or of what is made here: itself as the default, and its properties. */
export function namespaceOf(exported: unknown): object {
  const namespace = moduleObject() as Record<string, unknown>;
  const isObject = (typeof exported === 'object' && exported !== null) || typeof exported === 'function';
  if (isObject) {
    for (const key of Object.keys(exported as object)) {
      if (key === 'default') continue;
      Object.defineProperty(namespace, key, {
        get: () => (exported as Record<string, unknown>)[key],
        enumerable: true,
      });
    }
  }
  Object.defineProperty(namespace, 'default', { value: exported, enumerable: true });
  return namespace;
}
