/** Names and members that are written: what that is to other agents, and to the loops around. */
import { fixedName, keyOf, readElement, readNamed, readPrivate, thisOf } from './access.ts';
import type { Emitter } from './emitter.ts';
import { bare, type Node } from './source.ts';

/** A place that can be read and written once its parts stand in temporaries. */
export interface Place {
  /** Evaluates the parts, with a comma behind; may be empty. */
  readonly first: string;
  readonly read: () => string;
  /** The write of a text that can stand twice; comes to it. */
  readonly write: (value: string) => string;
}

export function placeOf(e: Emitter, target: Node): Place {
  const node = bare(target);
  if (node.type === 'MemberExpression') return memberPlace(e, node);
  return namePlace(e, node.name as string, e.emit(node));
}

function namePlace(e: Emitter, name: string, text: string): Place {
  return { first: '', read: () => text, write: (value) => writeName(e, name, value) };
}

/** The write of a variable, with what it is to the loops around. */
export function writeName(e: Emitter, name: string, value: string): string {
  const binding = e.find(name);
  if (binding?.kind === 'import') return `${e.name('readOnly')}()`;
  if (binding?.kind === 'self') return e.state.strict ? `(${value}, ${e.name('readOnly')}())` : `(${value})`;
  if (binding === undefined) {
    const global = e.global(name);
    const write = `${global ?? name} = ${value}`;
    // Sloppy code makes a global variable of it.
    const checked = global === undefined || !e.state.strict ? write : e.defined(name, write);
    return `(${e.name('effect')}(), ${checked})`;
  }
  if (binding.scope.depth !== e.state.depth) {
    const v = `${e.prefix}v`;
    return `(${v} = ${value}, ${e.name('is')}(${v}, ${name}) || ${e.name('effect')}(), ${name} = ${v})`;
  }
  const loops = loopsBeyond(e, binding.scope.loop);
  if (loops.length === 0) return `${name} = ${value}`;
  const v = `${e.prefix}v`;
  return `(${v} = ${value}, ${e.name('is')}(${v}, ${name}) || (${changed(e, loops)}), ${name} = ${v})`;
}

/** The loops around this place that a variable of a scope in `outer` outlives an iteration of. */
export function loopsBeyond(e: Emitter, outer: number): number[] {
  const { loops } = e.state;
  return loops.slice(outer === 0 ? 0 : loops.indexOf(outer) + 1);
}

export function changed(e: Emitter, loops: readonly number[]): string {
  return `${loops.map((loop) => `${e.prefix}l${loop}.changed = `).join('')}true`;
}

/** Says that a variable changes: with a comma behind, or empty when nothing outlives. */
export function changes(e: Emitter, name: string): string {
  const binding = e.find(name);
  if (binding === undefined || binding.scope.depth !== e.state.depth) return `${e.name('effect')}(), `;
  const loops = loopsBeyond(e, binding.scope.loop);
  return loops.length === 0 ? '' : `${changed(e, loops)}, `;
}

export const effect = (e: Emitter): string => `${e.name('effect')}()`;

/** Says that a property of an object is written, and comes to the object. */
export const writes = (e: Emitter, object: string): string => `${e.name('writes')}(${object})`;

export function memberPlace(e: Emitter, node: Node): Place {
  const object = node.object as Node;
  const property = node.property as Node;
  const site = e.site(node);
  if (object.type === 'Super') return superPlace(e, node);
  const held = object.type === 'ThisExpression' && thisOf(e) === 'this' ? 'this' : e.temporary();
  const first = held === 'this' ? '' : `${held} = ${e.emit(object)}, `;
  if (property.type === 'PrivateIdentifier') {
    const name = property.name as string;
    return {
      first,
      read: () => readPrivate(e, held, name, node),
      write: (value) => writePrivate(e, held, name, value, site),
    };
  }
  const fixed = node.computed ? fixedName(property) : (property.name as string);
  if (fixed !== undefined)
    return {
      first,
      read: () => readNamed(e, held, fixed as string, site),
      write: (value) => writeNamed(e, held, fixed as string, value, site),
    };
  const k = e.temporary();
  return {
    first: `${first}${k} = ${e.emit(property)}, `,
    read: () => readElement(e, held, k, site),
    write: (value) =>
      `(${e.name('shared')}(${held}, ${k}) ? ${setter(e, held, k, value, site)} : (${writes(e, held)}, ${held}[${k}] = ${value}))`,
  };
}

const setter = (e: Emitter, object: string, key: string, value: string, site: number): string =>
  e.go(`${e.name('set')}(${object}, ${key}, ${value}, ${e.state.strict}, ${site})`);

function writeNamed(e: Emitter, object: string, name: string, value: string, site: number): string {
  const key = JSON.stringify(name);
  return `(${e.property(name)}.a ? ${setter(e, object, key, value, site)} : (${writes(e, object)}, ${object}[${key}] = ${value}))`;
}

function writePrivate(e: Emitter, object: string, name: string, value: string, site: number): string {
  const one = e.private(name);
  if (one.kind === 'field') return `(${effect(e)}, ${object}.#${name} = ${value})`;
  if (one.kind === 'method')
    return `${e.name('noAccessor')}(${object}.#${name}, "Private method '#${name}' is not writable")`;
  if (!one.set)
    return `${e.name('noAccessor')}(${object}.#${e.prefix}get_${name}, "'#${name}' was defined without a setter")`;
  return `(${e.go(`${e.name('method1')}(${object}, ${object}.#${e.prefix}set_${name}, ${value}, ${site})`)}, ${value})`;
}

function superPlace(e: Emitter, node: Node): Place {
  const k = e.temporary();
  const { owner } = e.state;
  const first = `${k} = ${keyOf(e, node)}, `;
  if (owner.kind === 'derived')
    return {
      first,
      read: () => `${e.name('superGet')}(${owner.className}, ${k}, ${thisOf(e)})`,
      write: (value) => `(${effect(e)}, ${e.name('superSet')}(${owner.className}, ${k}, ${value}, ${thisOf(e)}))`,
    };
  if (e.state === owner)
    return { first, read: () => `super[${k}]`, write: (value) => `(${writes(e, 'this')}, super[${k}] = ${value})` };
  owner.captured.add('super').add('superSet');
  const p = e.prefix;
  return {
    first,
    read: () => `${p}super(${k})`,
    write: (value) => `(${writes(e, thisOf(e))}, ${p}superSet(${k}, ${value}))`,
  };
}
