/** Fields and static blocks: bodies that define or do what they say, run when their turn comes. */
import { hoisted, statementsOf } from './blocks.ts';
import { type ClassText, isPrivate } from './class-text.ts';
import type { Emitter } from './emitter.ts';
import { infoOf } from './infos.ts';
import { keyAgain } from './objects.ts';
import { prologue } from './prologue.ts';
import { declareLexical, varNames } from './scope.ts';
import type { Node } from './source.ts';

/** The body of an initializer: an own function, as the language has it. */
function initializer(e: Emitter, t: ClassText, name: string, inside: () => string): string {
  return e.within({ kind: 'initializer', name, strict: true, className: t.inner }, () => {
    const text = inside();
    return `${prologue(e)}${text}`;
  });
}

export function fieldText(e: Emitter, node: Node, t: ClassText): string {
  const isStatic = node.static as boolean;
  const side = isStatic ? 'static ' : '';
  const value = node.value as Node | null;
  if (isStatic) t.statics = true;
  if (isPrivate(node)) {
    const name = (node.key as Node).name as string;
    const adder = { name: e.fresh('Adder'), privates: [name] };
    t.adders.push(adder);
    const info = infoOf(e, { kind: isStatic ? 'block' : 'field', name, node, isStatic });
    t.members.push(`[${info}, undefined]`);
    const body = initializer(e, t, `#${name}`, () => {
      const v = `${e.prefix}f`;
      return `const ${v} = ${value === null ? 'undefined' : e.emit(value, `#${name}`)};new ${adder.name}(this);this.#${name} = ${v};`;
    });
    return `${side}*[${info}.key]() {${body}}`;
  }
  const key = keyAgain(e, node);
  const info = infoOf(e, { kind: isStatic ? 'block' : 'field', name: key.name ?? '', node, isStatic });
  t.members.push(`[${info}, ${key.again}]`);
  const k = `${e.prefix}k`;
  // A key that is no name was evaluated with the class and is handed in.
  const before = node.computed
    ? `${side}*[(${key.text.slice(1, -1)}, ${info}.key)](${k})`
    : `${side}*[${info}.key](${k})`;
  const body = initializer(e, t, key.name ?? '', () => {
    let text = value === null ? 'undefined' : e.emit(value, key.name ?? '');
    if (value !== null && key.name === undefined && isAnonymous(value)) text = `${e.name('renamed')}(${text}, ${k})`;
    return `${e.name('define')}(this, ${k}, ${text});`;
  });
  return `${before} {${body}}`;
}

const isAnonymous = (node: Node): boolean =>
  node.type === 'ArrowFunctionExpression' ||
  ((node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id);

export function blockText(e: Emitter, node: Node, t: ClassText): string {
  t.statics = true;
  const info = infoOf(e, { kind: 'block', name: '', node, isStatic: true });
  t.members.push(`[${info}, undefined]`);
  const statements = node.body as Node[];
  const open = e.source.text.indexOf('{', node.start) + 1;
  const body = initializer(e, t, 'static', () => {
    for (const one of varNames(node)) e.scope.declare(one, 'var');
    declareLexical(e.scope, statements);
    const text = statementsOf(e, statements, open, node.end - 1);
    return hoisted(e, statements, 'var') + text;
  });
  return `static *[${info}.key]() {${body}}`;
}
