/** Declarations of variables, return, yield and await. */
import type { Emitter, Rule } from './emitter.ts';
import { changed, effect, loopsBeyond, writeName } from './places.ts';
import { namesOf } from './scope.ts';
import { DECLARED, emitSource } from './sources.ts';
import type { Node } from './source.ts';

const declaration: Rule = (e, node) => e.text(node, (one) => e.at(one) + declarator(e, one, node.kind as string));

function declarator(e: Emitter, node: Node, kind: string): string {
  const id = node.id as Node;
  const init = node.init as Node | null;
  if (init === null) return e.emit(id);
  if (id.type === 'Identifier') {
    const name = id.name as string;
    const value = e.emit(init, name);
    if (kind !== 'var' || e.state.loops.length === 0) return `${name} = ${value}`;
    // A variable of the function: its declaration in a loop is an assignment.
    return `${name} = ${writeName(e, name, value)}`;
  }
  const mark = e.state.mark();
  const source = e.temporary();
  const target = e.emit(id);
  const text = `${target} = ${`(${source} = ${e.emit(init)}, ${emitSource(e, id, source, init, DECLARED)})`}`;
  e.state.release(mark);
  return kind === 'var' && e.state.loops.length > 0 ? `${text}, ${e.fresh()} = (${outliving(e, namesOf(id))})` : text;
}

/** Says that variables changed, to the loops that they outlive an iteration of. */
export function outliving(e: Emitter, names: readonly string[]): string {
  const parts = new Set<string>();
  for (const name of names) {
    const binding = e.find(name);
    if (binding === undefined || binding.scope.depth !== e.state.depth) parts.add(effect(e));
    else {
      const loops = loopsBeyond(e, binding.scope.loop);
      if (loops.length > 0) parts.add(changed(e, loops));
    }
  }
  return parts.size === 0 ? 'undefined' : [...parts].join(', ');
}

const returned: Rule = (e, node) => {
  const argument = node.argument as Node | null;
  if (argument !== null && e.state.async && e.state.generator) return `return ${awaited(e, e.emit(argument))};`;
  if (e.state.kind !== 'derived') return e.text(node);
  const self = `${e.prefix}this`;
  return argument === null
    ? `return ${e.name('self')}(${self});`
    : `return ${e.name('returned')}(${e.emit(argument)}, ${self});`;
};

const given: Rule = (e, node) => {
  const argument = node.argument as Node | null;
  const site = e.site(node);
  if (node.delegate) return `(yield* ${e.name('giveAll')}(${e.emit(argument as Node)}, ${e.state.async}, ${site}))`;
  return `(yield ${e.name('give')}(${argument === null ? 'undefined' : e.emit(argument)}))`;
};

export function awaited(e: Emitter, value: string): string {
  if (e.state.kind === 'module') e.awaits = true;
  return `(yield ${e.name('wait')}(${value}))`;
}

export const variableRules: Readonly<Record<string, Rule>> = {
  VariableDeclaration: declaration,
  ReturnStatement: returned,
  YieldExpression: given,
  AwaitExpression: (e, node) => awaited(e, e.emit(node.argument as Node)),
  ParenthesizedExpression: (e, node, name) => e.text(node, (part) => e.emit(part, name)),
};
