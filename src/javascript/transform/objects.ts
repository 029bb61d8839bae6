/**
 * Object literals. A method is a value under its key; one that says `super`, and an accessor, must be made in the
 * literal: it leaves an empty one of its kind in its place in the order, and its body under a symbol of its own, and the
 * language puts them together (language/members.ts).
 */
import type { Emitter, Rule } from './emitter.ts';
import { bodyOf } from './functions.ts';
import { infoOf } from './infos.ts';
import { childrenOf, isClass, isFunction, type Node } from './source.ts';

/** Whether a function itself says `super`, arrows in it included. */
export function saysSuper(node: Node): boolean {
  return childrenOf(node).some((one) => {
    if (one.type === 'Super') return true;
    if (isClass(one))
      return one.superClass
        ? saysSuper({ type: 'ParenthesizedExpression', start: 0, end: 0, expression: one.superClass })
        : false;
    if (isFunction(one) && one.type !== 'ArrowFunctionExpression') return false;
    return saysSuper(one);
  });
}

const object: Rule = (e, node) => {
  const members: string[] = [];
  const mark = e.state.mark();
  const text = e.text(node, (one) => e.at(one) + member(e, one, members));
  e.state.release(mark);
  return members.length === 0 ? text : `${e.name('object')}(${text}, [${members.join(', ')}])`;
};

/** Text of a key, and the expression that gives it again. */
export function keyAgain(e: Emitter, node: Node): { text: string; again: string; name: string | undefined } {
  const key = node.key as Node;
  if (node.computed) {
    const held = e.temporary();
    return { text: `[${held} = ${e.name('key')}(${e.emit(key)})]`, again: held, name: undefined };
  }
  const name = key.type === 'Literal' ? String(key.value) : (key.name as string);
  return { text: e.source.slice(key.start, key.end), again: JSON.stringify(name), name };
}

function member(e: Emitter, node: Node, members: string[]): string {
  // Copying asks for own properties only; what getters among them do is one step.
  if (node.type !== 'Property')
    return `...${e.go(`${e.name('spreadObject')}(${e.emit(node.argument as Node)}, ${e.site(node)})`)}`;
  const value = node.value as Node;
  if (node.shorthand) return shorthand(e, node);
  if (node.kind === 'init' && (!node.method || !saysSuper(value))) return plain(e, node);
  const key = keyAgain(e, node);
  const kind = node.kind === 'get' ? 'getter' : node.kind === 'set' ? 'setter' : 'method';
  const info = infoOf(e, { kind, name: key.name ?? '', named: key.name === undefined, node: value, text: node });
  members.push(`[${info}, ${key.again}]`);
  const name = key.name ?? '';
  const body = `*[${info}.key]${bodyOf(e, value, { kind: 'method', name })}`;
  const word = kind === 'getter' ? 'get ' : kind === 'setter' ? 'set ' : '';
  return `${word}${key.text}(${kind === 'setter' ? '_' : ''}) {}, ${body}`;
}

function shorthand(e: Emitter, node: Node): string {
  const name = (node.key as Node).name as string;
  const value = e.emit(node.value as Node);
  return value === name ? name : `${name}: ${value}`;
}

function plain(e: Emitter, node: Node): string {
  const value = node.value as Node;
  const key = node.key as Node;
  if (!node.computed) {
    const name = key.type === 'Literal' ? String(key.value) : (key.name as string);
    const text = e.source.slice(key.start, key.end);
    if (!node.method && name === '__proto__')
      return `${text}: ${e.go(`${e.name('above')}(${e.emit(value)}, ${e.site(node)})`)}`;
    if (!node.method) return `${text}: ${e.emit(value, name)}`;
    return `${name === '__proto__' ? '["__proto__"]' : text}: ${method(e, node, name)}`;
  }
  if (!node.method && !isFunction(value) && !isClass(value)) return `[${e.emit(key)}]: ${e.emit(value)}`;
  const again = keyAgain(e, node);
  if (node.method) return `${again.text}: ${method(e, node, undefined, again.again)}`;
  return `${again.text}: ${(value.id as Node | null) ? e.emit(value) : `${e.name('renamed')}(${e.emit(value, '')}, ${again.again})`}`;
}

function method(e: Emitter, node: Node, name: string | undefined, again?: string): string {
  const value = node.value as Node;
  const info = infoOf(e, { kind: 'method', name: name ?? '', named: name === undefined, node: value, text: node });
  const body = bodyOf(e, value, { kind: 'method', name: name ?? '' });
  return `${e.name('fn')}(${info}, function* ${body}${again === undefined ? '' : `, ${again}`})`;
}

export const objectRules: Readonly<Record<string, Rule>> = { ObjectExpression: object };
