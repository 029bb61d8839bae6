/**
 * Loops. Each that may go round for ever says so at its head: an iteration that changed nothing and wrote nothing will
 * only do the same again (language/loops.ts). What for-of goes through is asked for by code that can be left.
 */
import { patternAssignment } from './assign.ts';
import { blockOf } from './blocks.ts';
import { iterables } from '../texts.ts';
import { iterableText } from './callee-text.ts';
import type { Emitter, Rule } from './emitter.ts';
import { namesOf } from './scope.ts';
import { placeOf } from './places.ts';
import { bare, type Node } from './source.ts';
import { emitSource } from './sources.ts';
import { awaited, outliving } from './variables.ts';

const LOOPS = new Set(['ForStatement', 'WhileStatement', 'DoWhileStatement', 'ForOfStatement', 'ForInStatement']);

function body(e: Emitter, node: Node, before: string): string {
  const text = node.type === 'BlockStatement' ? blockOf(e, node, before) : `{${before}${e.emit(node)}}`;
  return text;
}

/** Writes a loop with the labels in front of it. */
function loop(e: Emitter, node: Node, labels: string): string {
  if (node.type === 'ForOfStatement') return forOf(e, node, labels);
  if (node.type === 'ForInStatement') return forIn(e, node, labels);
  const number = e.number();
  const state = `${e.prefix}l${number}`;
  const head = `${state}.head();`;
  const { loops } = e.state;
  const text = e.inScope(() => {
    const init = node.init as Node | null | undefined;
    if (init?.type === 'VariableDeclaration' && init.kind !== 'var')
      for (const one of init.declarations as Node[])
        for (const name of namesOf(one.id as Node)) e.scope.declare(name, init.kind === 'let' ? 'let' : 'const');
    const first = init ? e.emit(init) : '';
    loops.push(number);
    try {
      return `${labels}${e.text(node, (part) => (part === init ? first : part === node.body ? body(e, part, head) : e.emit(part)))}`;
    } finally {
      loops.pop();
    }
  });
  return `{const ${state} = ${e.name('loop')}(${e.site(node)});${text}}`;
}

/** `const x = VALUE;` or an assignment, for the left side of for-in and for-of. */
function left(e: Emitter, node: Node, value: string): string {
  if (node.type === 'VariableDeclaration') {
    const id = (node.declarations as Node[])[0]?.id as Node;
    const change = node.kind === 'var' ? outliving(e, namesOf(id)) : 'undefined';
    return `${node.kind} ${e.emit(id)} = ${emitSource(e, id, value, id)};${change === 'undefined' ? '' : `${change};`}`;
  }
  const target = bare(node);
  const mark = e.state.mark();
  let text: string;
  if (target.type === 'ArrayPattern' || target.type === 'ObjectPattern')
    text = `${patternAssignment(e, target, value, target)};`;
  else {
    const place = placeOf(e, target);
    text = `(${place.first}${place.write(value)});`;
  }
  e.state.release(mark);
  return text;
}

function declareLeft(e: Emitter, node: Node): void {
  if (node.type !== 'VariableDeclaration' || node.kind === 'var') return;
  for (const one of node.declarations as Node[])
    for (const name of namesOf(one.id as Node)) e.scope.declare(name, node.kind === 'let' ? 'let' : 'const');
}

function forIn(e: Emitter, node: Node, labels: string): string {
  const right = e.emit(node.right as Node);
  return e.inScope(() => {
    declareLeft(e, node.left as Node);
    const key = e.fresh();
    const first = left(e, node.left as Node, key);
    const keys = e.go(`${e.name('spreadKeys')}(${right}, ${e.site(node.right as Node)})`);
    const head = `${labels}for (const ${key} in ${keys}) {${first}`;
    return `${head}${body(e, node.body as Node, '')}}`;
  });
}

/** Not closed when it ended by itself or failed; closed when the loop is left, and then its own failure counts. */
function forOf(e: Emitter, node: Node, labels: string): string {
  const right = node.right as Node;
  const site = e.site(right);
  iterables.set(site, iterableText(right));
  const it = e.fresh();
  const error = e.fresh();
  const source = e.emit(right);
  return e.inScope(() => {
    declareLeft(e, node.left as Node);
    const start = e.go(`${e.name(node.await ? 'iterateAsync' : 'iterate')}(${source}, ${site})`);
    const step = node.await ? `${it}.accept(${awaited(e, e.go(`${it}.next()`))})` : e.go(`${it}.step()`);
    const value = left(e, node.left as Node, `${it}.value`);
    const head = `{const ${it} = ${start};try {${labels}while (${step}) {${value}`;
    const close = node.await ? closeAsync(e, it, error) : `${e.go(`${it}.close()`)};`;
    return `${head}${body(e, node.body as Node, '')}}} catch (${error}) {throw ${it}.failed(${error});} finally {${close}}}`;
  });
}

function closeAsync(e: Emitter, it: string, error: string): string {
  const result = e.fresh();
  return `if (${it}.open) try {const ${result} = ${e.go(`${it}.close()`)};if (${it}.open) ${it}.closed(${awaited(e, result)});} catch (${error}) {if (!${it}.threw) throw ${error};}`;
}

const labeled: Rule = (e, node) => {
  let labels = '';
  let inner = node;
  while (inner.type === 'LabeledStatement') {
    labels += `${(inner.label as Node).name}: `;
    inner = inner.body as Node;
  }
  if (LOOPS.has(inner.type)) return loop(e, inner, labels);
  if (inner.type === 'FunctionDeclaration') return e.emit(inner);
  return `${labels}${e.emit(inner)}`;
};

/** A label is no name of a variable. */
const asItStands: Rule = (e, { start, end }) => e.source.slice(start, end);

const plain: Rule = (e, node) => loop(e, node, '');

export const loopRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries([...LOOPS].map((type) => [type, plain])),
  LabeledStatement: labeled,
  BreakStatement: asItStands,
  ContinueStatement: asItStands,
};
