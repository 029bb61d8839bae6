/** Parameters. What of them may reach shared memory moves into the body: a generator's parameters cannot be left. */
import type { Emitter } from './emitter.ts';
import { namesOf } from './scope.ts';
import type { Node } from './source.ts';
import { emitSource } from './sources.ts';

export interface Params {
  /** Whether they stand as they are. */
  readonly native: boolean;
  readonly text: string;
  /** What takes them from `arguments`. */
  write(e: Emitter): string;
}

export function declareParams(e: Emitter, node: Node): void {
  for (const one of node.params as Node[]) for (const name of namesOf(one)) e.scope.declare(name, 'param');
}

export function paramsOf(e: Emitter, node: Node): Params {
  const params = node.params as Node[];
  if (params.every(isQuiet))
    return { native: true, text: params.map((one) => e.source.slice(one.start, one.end)).join(', '), write: () => '' };
  return { native: false, text: '', write: (emitter) => params.map((one, i) => taken(emitter, one, i)).join('') };
}

function taken(e: Emitter, param: Node, index: number): string {
  if (param.type === 'RestElement') {
    const target = param.argument as Node;
    const value = `${e.name('rest')}(arguments, ${index})`;
    return `var ${e.emit(target)} = ${value};`;
  }
  const mark = e.state.mark();
  const v = e.temporary();
  const target = param.type === 'AssignmentPattern' ? (param.left as Node) : param;
  let value = `arguments[${index}]`;
  if (param.type === 'AssignmentPattern') {
    const name = target.type === 'Identifier' ? (target.name as string) : undefined;
    value = `(${v} = ${value}) === undefined ? ${e.emit(param.right as Node, name)} : ${v}`;
  }
  const text =
    target.type === 'Identifier'
      ? `var ${target.name} = ${value};`
      : `${v} = ${value}; var ${e.emit(target)} = ${emitSource(e, target, v, target)};`;
  e.state.release(mark);
  return text;
}

/** Whether taking it touches nothing. */
function isQuiet(param: Node): boolean {
  if (param.type === 'Identifier') return true;
  if (param.type === 'RestElement') return (param.argument as Node).type === 'Identifier';
  return (
    param.type === 'AssignmentPattern' && (param.left as Node).type === 'Identifier' && isConstant(param.right as Node)
  );
}

function isConstant(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return true;
    case 'Identifier':
      return node.name === 'undefined';
    case 'ArrayExpression':
      return (node.elements as Node[]).length === 0;
    case 'ObjectExpression':
      return (node.properties as Node[]).length === 0;
    case 'UnaryExpression':
      return node.operator !== 'delete' && (node.argument as Node).type === 'Literal';
    default:
      return false;
  }
}
