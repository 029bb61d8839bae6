/** Reads: names, `this`, properties, elements, private members, members of super, optional chains. */
import { argumentsOf } from './arguments.ts';
import { callees } from '../texts.ts';
import { calleeText } from './callee-text.ts';
import type { Emitter, Rule } from './emitter.ts';
import { bare, type Node } from './source.ts';
import type { FunctionState } from './state.ts';

/** `this`, from where the function around keeps it. */
export function thisOf(e: Emitter): string {
  const { owner } = e.state;
  if (owner.kind === 'derived') return `${e.name('self')}(${e.prefix}this)`;
  if (e.state === owner && hasOwnThis(owner)) return 'this';
  owner.captured.add('this');
  return `${e.prefix}this`;
}

/** Whether `this` is what the engine says. In sloppy code it may be the global object, and each agent has one of its own. */
export function hasOwnThis({ strict, kind }: FunctionState): boolean {
  return strict || kind === 'module';
}

/** The key of a member as an expression. */
export function keyOf(e: Emitter, member: Node): string {
  const property = member.property as Node;
  return member.computed ? e.emit(property) : JSON.stringify(property.name);
}

/** The name that stands as a text in brackets; undefined for all else, and for one of an element. */
export function fixedName(key: Node): string | undefined {
  const { type, value } = bare(key);
  return type === 'Literal' && typeof value === 'string' && String(Number(value)) !== value ? value : undefined;
}

/** The read of a property of what stands in `object`, a text that can stand twice. */
export function readNamed(e: Emitter, object: string, name: string, site: number): string {
  const key = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  return `(${e.property(name)}.a ? ${e.go(`${e.name('get')}(${object}, ${JSON.stringify(name)}, ${site})`)} : ${object}${key})`;
}

/** The read of a private member. */
export function readPrivate(e: Emitter, object: string, name: string, node: Node): string {
  const one = e.private(name);
  if (one.kind !== 'accessor') return `${object}.#${name}`;
  if (!one.get)
    return `${e.name('noAccessor')}(${object}.#${e.prefix}set_${name}, "'#${name}' was defined without a getter")`;
  return e.go(`${e.name('method0')}(${e.prefix}o = ${object}, ${e.prefix}o.#${e.prefix}get_${name}, ${e.site(node)})`);
}

/** A member of super: found from the class in a derived constructor, by the language's own means elsewhere. */
export function readSuper(e: Emitter, member: Node): string {
  const key = keyOf(e, member);
  const { owner } = e.state;
  if (owner.kind === 'derived') return `${e.name('superGet')}(${owner.className}, ${key}, ${thisOf(e)})`;
  if (e.state === owner) return `super[${key}]`;
  owner.captured.add('super');
  return `${e.prefix}super(${key})`;
}

/**
 * Object and member of a member expression, for a call: `o = OBJECT` first, then the read of the member from o. The two
 * are arguments that follow each other.
 */
export function objectAndMember(e: Emitter, member: Node): string {
  const object = member.object as Node;
  const property = member.property as Node;
  if (object.type === 'Super') return `${thisOf(e)}, ${readSuper(e, member)}`;
  const o = `${e.prefix}o`;
  const first = `${o} = ${e.emit(object)}`;
  if (property.type === 'PrivateIdentifier') return `${first}, ${readPrivate(e, o, property.name as string, member)}`;
  if (!member.computed) return `${first}, ${readNamed(e, o, property.name as string, e.site(member))}`;
  // The key may use o itself: the object is held.
  const mark = e.state.mark();
  const held = e.temporary();
  const text = `${held} = ${e.emit(object)}, ${readElement(e, held, e.emit(property), e.site(member))}`;
  e.state.release(mark);
  return text;
}

export function readElement(e: Emitter, object: string, key: string, site: number): string {
  return e.go(`${e.name('element')}(${object}, ${key}, ${site})`);
}

const member: Rule = (e, node) => {
  const object = node.object as Node;
  const property = node.property as Node;
  if (object.type === 'Super') return readSuper(e, node);
  if (property.type === 'PrivateIdentifier') return readPrivate(e, e.emit(object), property.name as string, node);
  if (node.computed) {
    const name = fixedName(property);
    if (name !== undefined) return named(e, node, name);
    return readElement(e, e.emit(object), e.emit(property), e.site(node));
  }
  return named(e, node, property.name as string);
};

function named(e: Emitter, node: Node, name: string): string {
  const object = node.object as Node;
  const site = e.site(node);
  if (object.type === 'ThisExpression' && thisOf(e) === 'this') return readNamed(e, 'this', name, site);
  return `(${e.prefix}o = ${e.emit(object)}, ${readNamed(e, `${e.prefix}o`, name, site)})`;
}

/** The links of an optional chain become one conditional expression each that can end it. */
const chain: Rule = (e, node) => {
  const mark = e.state.mark();
  const text = links(e, node.expression as Node, 'undefined');
  e.state.release(mark);
  return text;
};

/** A chain whose short end is `short`; `delete` has one of its own. */
export function links(e: Emitter, end: Node, short: string, last?: (object: string, member: Node) => string): string {
  let before = '';
  const guard = (value: string): string => {
    const held = e.temporary();
    before += `(${held} = ${value}) == null ? ${short} : `;
    return held;
  };
  /** What a link stands on, guarded when the link is optional. */
  const base = (object: Node, optional: boolean): string => (optional ? guard(walk(object)) : walk(object));
  const walk = (node: Node): string => {
    if (node.type === 'CallExpression') return call(node);
    if (node.type !== 'MemberExpression' || (node.object as Node).type === 'Super') return e.emit(node);
    const self = e.temporary();
    return `(${self} = ${base(node.object as Node, node.optional as boolean)}, ${readMember(e, self, node)})`;
  };
  const call = (node: Node): string => {
    const callee = bare(node.callee as Node);
    const site = e.site(node);
    if (callee.type === 'MemberExpression' && (callee.object as Node).type === 'Super') {
      const f = node.optional ? guard(readSuper(e, callee)) : readSuper(e, callee);
      return e.go(`${e.name('method')}(${thisOf(e)}, ${f}, ${argumentsOf(e, node)}, ${site})`);
    }
    if (node.optional && callee.type === 'ChainExpression' && (callee.expression as Node).type === 'MemberExpression') {
      const self = e.temporary();
      const read = (object: string, one: Node): string => `(${self} = ${object}, ${readMember(e, self, one)})`;
      const f = guard(links(e, callee.expression as Node, `(${self} = undefined)`, read));
      return e.go(`${e.name('method')}(${self}, ${f}, ${argumentsOf(e, node)}, ${site})`);
    }
    if (callee.type !== 'MemberExpression') {
      const f = base(node.callee as Node, node.optional as boolean);
      callees.set(site, calleeText(callee));
      return e.go(`${e.name('call')}(${f}, ${argumentsOf(e, node)}, ${site})`);
    }
    callees.set(site, calleeText(callee));
    const self = e.temporary();
    const first = `${self} = ${base(callee.object as Node, callee.optional as boolean)}`;
    if (!node.optional)
      return e.go(`${e.name('method')}(${first}, ${readMember(e, self, callee)}, ${argumentsOf(e, node)}, ${site})`);
    const f = guard(`(${first}, ${readMember(e, self, callee)})`);
    return e.go(`${e.name('method')}(${self}, ${f}, ${argumentsOf(e, node)}, ${site})`);
  };
  const final =
    last !== undefined && end.type === 'MemberExpression'
      ? last(base(end.object as Node, end.optional as boolean), end)
      : walk(end);
  return `(${before}${final})`;
}

/** The read of the member of what stands in `object`, a text that can stand twice. */
export function readMember(e: Emitter, object: string, node: Node): string {
  const property = node.property as Node;
  if (property.type === 'PrivateIdentifier') return readPrivate(e, object, property.name as string, node);
  if (node.computed) return readElement(e, object, e.emit(property), e.site(node));
  return readNamed(e, object, property.name as string, e.site(node));
}

const identifier: Rule = (e, node) => {
  const name = node.name as string;
  if (name === 'arguments' && e.state.kind === 'arrow' && e.find(name) === undefined) {
    e.state.owner.captured.add('arguments');
    return `${e.prefix}arguments`;
  }
  const binding = e.find(name);
  if (binding !== undefined) return binding.read ?? name;
  const global = e.global(name);
  return global === undefined ? name : e.defined(name, global);
};

export const accessRules: Readonly<Record<string, Rule>> = {
  Identifier: identifier,
  ThisExpression: (e) => thisOf(e),
  MemberExpression: member,
  ChainExpression: chain,
};
