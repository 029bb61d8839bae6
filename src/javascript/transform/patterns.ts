/** Patterns: defaults and computed keys stay in place, and can be left there. */
import type { Emitter, Rule } from './emitter.ts';
import { bare, childrenOf, type Node } from './source.ts';

/** The members of objects that an assignment pattern assigns to, in order. */
export function memberTargets(pattern: Node): Node[] {
  const node = bare(pattern);
  switch (node.type) {
    case 'MemberExpression':
      return [node];
    case 'Property':
      return memberTargets(node.value as Node);
    case 'AssignmentPattern':
      return memberTargets(node.left as Node);
    case 'RestElement':
      return memberTargets(node.argument as Node);
    case 'ArrayPattern':
    case 'ObjectPattern':
      return childrenOf(node).flatMap(memberTargets);
    default:
      return [];
  }
}

/** A pattern with its members replaced by what stands for them. */
export function emitTarget(e: Emitter, pattern: Node, places: ReadonlyMap<Node, string>): string {
  const write = (part: Node): string => {
    const node = bare(part);
    const place = places.get(node);
    if (place !== undefined) return place;
    switch (node.type) {
      case 'Property':
        return property(e, node, write);
      case 'AssignmentPattern':
        return withDefault(e, node, write);
      case 'RestElement':
      case 'ArrayPattern':
      case 'ObjectPattern':
        return e.text(node, write);
      case 'Identifier':
        return (e.find(node.name as string) === undefined ? e.global(node.name as string) : undefined) ?? e.emit(part);
      default:
        return e.emit(part);
    }
  };
  return write(pattern);
}

function withDefault(e: Emitter, node: Node, write: (part: Node) => string): string {
  const left = node.left as Node;
  const right = node.right as Node;
  const value = e.emit(right, left.type === 'Identifier' ? (left.name as string) : undefined);
  return `${write(left)} = ${value}`;
}

function property(e: Emitter, node: Node, write: (part: Node) => string): string {
  const key = node.key as Node;
  const name = node.computed ? `[${e.emit(key)}]` : e.source.slice(key.start, key.end);
  return `${name}: ${write(node.value as Node)}`;
}

const pattern: Rule = (e, node) => emitTarget(e, node, new Map());

export const patternRules: Readonly<Record<string, Rule>> = {
  ArrayPattern: pattern,
  ObjectPattern: pattern,
  AssignmentPattern: pattern,
};
