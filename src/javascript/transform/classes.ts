/**
 * Classes. The class stays a class, so that its names, its private names, super and `instanceof` are the language's own;
 * what in it can be left becomes a body under a symbol of its own, tied to its member by a static block that stands first
 * (language/members.ts).
 *
 *   method, accessor   an empty one in its place, to keep the order of keys, and the body
 *   field, block       a body that defines it; run by whoever constructs, and after the class is made
 *   constructor        a body; the native constructor makes an object by the same way without leaving
 *   private names      are added by classes around it, whose constructors return what they are given, so that
 *                      `new Adder(object)` gives the object a private name when its turn has come. A private method is
 *                      such a field that holds a function; an accessor is one for each half.
 */
import type { Emitter, PrivateName, Rule } from './emitter.ts';
import { type ClassText, isPrivate } from './class-text.ts';
import { blockText, fieldText } from './fields.ts';
import { bodyOf } from './functions.ts';
import { infoOf, lengthOf } from './infos.ts';
import { keyAgain } from './objects.ts';
import type { Node } from './source.ts';

function privatesOf(elements: readonly Node[]): Map<string, PrivateName> {
  const names = new Map<string, PrivateName>();
  for (const one of elements) {
    if (!isPrivate(one)) continue;
    const name = (one.key as Node).name as string;
    const before = names.get(name);
    if (one.type === 'PropertyDefinition') names.set(name, { kind: 'field', get: true, set: true });
    else if (one.kind === 'method') names.set(name, { kind: 'method', get: true, set: false });
    else
      names.set(name, {
        kind: 'accessor',
        get: one.kind === 'get' || !!before?.get,
        set: one.kind === 'set' || !!before?.set,
      });
  }
  return names;
}

function classText(e: Emitter, node: Node, given: string | undefined): string {
  const own = (node.id as Node | null)?.name as string | undefined;
  const elements = (node.body as Node).body as Node[];
  for (const one of elements)
    if ((one.decorators as Node[] | undefined)?.length || one.type === 'AccessorProperty')
      e.refuse(one, 'decorators are not yet part of the language');
  if ((node.decorators as Node[] | undefined)?.length) e.refuse(node, 'decorators are not yet part of the language');
  const mark = e.state.mark();
  const t: ClassText = { inner: own ?? e.fresh(), adders: [], members: [], functions: [], statics: false };
  let heritage = '';
  let first = '';
  if (node.superClass) {
    const held = e.temporary();
    first = `${held} = ${e.emit(node.superClass as Node)}, `;
    heritage = ` extends ${held}`;
  }
  const text = e.inScope(() => {
    e.scope.declare(t.inner, own === undefined ? 'const' : 'self');
    e.privates.push(privatesOf(elements));
    try {
      return write(e, node, t, elements, heritage, own ?? given ?? '');
    } finally {
      e.privates.pop();
    }
  });
  e.state.release(mark);
  const open = t.adders.map(
    (one) =>
      `class ${one.name} extends ${e.name('Return')} {${one.privates.map((name) => `#${name};`).join('')}static ${e.prefix}c = `,
  );
  const made = `${open.join('')}${text}${t.adders.map(() => ';}').join('')}`;
  const value = t.adders.length > 0 ? `(${made})${t.adders.map(() => `.${e.prefix}c`).join('')}` : made;
  if (!t.statics) return first === '' ? value : `(${first}${value})`;
  return `(${first}${e.go(`${e.name('statics')}(${value})`)})`;
}

function write(
  e: Emitter,
  node: Node,
  t: ClassText,
  elements: readonly Node[],
  heritage: string,
  name: string,
): string {
  const derived = heritage !== '';
  const info = infoOf(e, { kind: 'class', name, node });
  const methods = methodAdder(e, t, elements, false);
  const staticMethods = methodAdder(e, t, elements, true);
  const start = (node.body as Node).start + 1;
  let constructor: Node | undefined;
  const parts = e.stretch(start, node.end - 1, elements, (one) => {
    if (one.type === 'MethodDefinition' && one.kind === 'constructor') {
      constructor = one;
      return e.at(one) + constructorText(e, one, t, derived);
    }
    return e.at(one) + element(e, one, t);
  });
  const params = constructor === undefined ? '' : lengthOf(constructor.value as Node, e.prefix);
  const native = `constructor(${params}) {return ${e.name('make')}(${t.inner}, arguments, new.target);}`;
  const fill = (adder: string | undefined, isStatic: boolean): string => {
    if (adder === undefined) return '';
    const sets = t.functions.flatMap((one, i) =>
      one.isStatic === isStatic ? [`this.#${one.name} = ${adder}.w[${i}];`] : [],
    );
    const entry = infoOf(e, { kind: isStatic ? 'block' : 'field', name: '', node, isStatic });
    t.members.unshift(`[${entry}, undefined]`);
    if (isStatic) t.statics = true;
    return `${isStatic ? 'static ' : ''}*[${entry}.key]() {new ${adder}(this);${sets.join('')}}`;
  };
  const fills = fill(methods, false) + fill(staticMethods, true);
  const holders = [methods, staticMethods].filter((one) => one !== undefined).map((one) => `${one}.w = `);
  const tie = `static {${holders.join('')}${e.name('members')}(this, ${info}, ${derived}, [${t.members.join(', ')}]);}`;
  const head = `class ${t.inner}${heritage} {${tie}${native}${fills}`;
  return `${head}${parts}}`;
}

/** The class that adds the private methods of one side, in front of all fields. */
function methodAdder(e: Emitter, t: ClassText, elements: readonly Node[], isStatic: boolean): string | undefined {
  const names = elements.flatMap((one) => {
    if (!isPrivate(one) || one.type === 'PropertyDefinition' || !!one.static !== isStatic) return [];
    return [privateKey(e, one)];
  });
  if (names.length === 0) return undefined;
  const adder = { name: e.fresh('Adder'), privates: names };
  t.adders.push(adder);
  return adder.name;
}

/** The private name that holds a method or half of an accessor. */
function privateKey(e: Emitter, node: Node): string {
  const name = (node.key as Node).name as string;
  return node.kind === 'get' || node.kind === 'set' ? `${e.prefix}${node.kind}_${name}` : name;
}

function constructorText(e: Emitter, node: Node, t: ClassText, derived: boolean): string {
  const value = node.value as Node;
  const info = infoOf(e, { kind: 'constructor', name: t.inner, node: value });
  t.members.push(`[${info}, undefined]`);
  const after = derived ? `return ${e.name('self')}(${e.prefix}this);` : '';
  const kind = derived ? 'derived' : 'constructor';
  return `*[${info}.key]${bodyOf(e, value, { kind, name: t.inner, className: t.inner, info, after })}`;
}

function element(e: Emitter, node: Node, t: ClassText): string {
  if (node.type === 'MethodDefinition') return methodText(e, node, t);
  if (node.type === 'StaticBlock') return blockText(e, node, t);
  return fieldText(e, node, t);
}

function methodText(e: Emitter, node: Node, t: ClassText): string {
  const value = node.value as Node;
  const isStatic = node.static as boolean;
  const side = isStatic ? 'static ' : '';
  const kind = node.kind === 'get' ? 'getter' : node.kind === 'set' ? 'setter' : 'method';
  if (isPrivate(node)) {
    const name = `#${(node.key as Node).name}`;
    const info = infoOf(e, { kind, name, node: value, text: node, isStatic });
    t.members.push(`[${info}, null]`);
    t.functions.push({ name: privateKey(e, node), isStatic });
    return `${side}*[${info}.key]${bodyOf(e, value, { kind: 'method', name, className: t.inner })}`;
  }
  const key = keyAgain(e, node);
  const info = infoOf(e, {
    kind,
    name: key.name ?? '',
    named: key.name === undefined,
    node: value,
    text: node,
    isStatic,
  });
  t.members.push(`[${info}, ${key.again}]`);
  const word = kind === 'getter' ? 'get ' : kind === 'setter' ? 'set ' : '';
  const name = key.name ?? '';
  const body = `${side}*[${info}.key]${bodyOf(e, value, { kind: 'method', name, className: t.inner })}`;
  return `${side}${word}${key.text}(${kind === 'setter' ? '_' : ''}) {} ${body}`;
}

const expression: Rule = (e, node, given) => classText(e, node, given);

const declaration: Rule = (e, node, given) => {
  const name = ((node.id as Node | null)?.name as string | undefined) ?? (given as string);
  return `let ${name} = ${classText(e, node, node.id ? undefined : 'default')};`;
};

export const classRules: Readonly<Record<string, Rule>> = {
  ClassExpression: expression,
  ClassDeclaration: declaration,
  BinaryExpression: (e, node) => {
    const left = node.left as Node;
    if (node.operator === 'in' && left.type !== 'PrivateIdentifier')
      return e.go(`${e.name('has')}(${e.emit(left)}, ${e.emit(node.right as Node)}, ${e.site(node)})`);
    if (left.type !== 'PrivateIdentifier') return e.text(node);
    const one = e.private(left.name as string);
    const name = one.kind !== 'accessor' ? left.name : `${e.prefix}${one.get ? 'get' : 'set'}_${left.name}`;
    return e.text(node, (part) => (part === left ? `#${name}` : e.emit(part)));
  },
};
