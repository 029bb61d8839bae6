/** How the engine names an expression in the messages of errors. */
import { bare, type Node } from './source.ts';

const VALUE = '(intermediate value)';

/** In `X is not a function`. */
export function calleeText(node: Node): string {
  const n = bare(node);
  switch (n.type) {
    case 'Identifier':
      return n.name as string;
    case 'ThisExpression':
      return 'this';
    case 'Literal':
      return typeof n.value === 'string' ? `"${n.value}"` : String(n.raw);
    case 'ChainExpression':
      return calleeText(n.expression as Node);
    case 'CallExpression':
      return `${calleeText(n.callee as Node)}(...)`;
    case 'MemberExpression':
      return memberText(n);
    case 'AssignmentExpression':
      return calleeText(n.left as Node);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return `(${calleeText(n.left as Node)} ${n.operator} ${calleeText(n.right as Node)})`;
    case 'SequenceExpression':
      return `(${(n.expressions as Node[]).map(calleeText).join(' , ')})`;
    case 'ArrayExpression':
      return `[${(n.elements as (Node | null)[]).map((one) => (one === null ? '' : calleeText(one))).join(',')}]`;
    case 'ObjectExpression':
      return `{${(n.properties as Node[]).map((one) => calleeText((one.value ?? one) as Node)).join('')}}`;
    default:
      return VALUE;
  }
}

function memberText(n: Node): string {
  const property = n.property as Node;
  const object = (n.object as Node).type === 'Super' ? VALUE : calleeText(n.object as Node);
  const mark = n.optional ? '?.' : '.';
  if (property.type === 'PrivateIdentifier') return `${object}[#${property.name}]`;
  if (!n.computed) return `${object}${mark}${property.name}`;
  const key = bare(property);
  if (key.type === 'Literal' && typeof key.value === 'string') return `${object}${mark}${key.value}`;
  return `${object}${n.optional ? '?.' : ''}[${calleeText(key)}]`;
}

/** `X is not iterable` of what a loop, a spread or a declaration goes through. */
export function iterableText(node: Node): string {
  const n = bare(node);
  if (n.type === 'CallExpression')
    return `${calleeText(n.callee as Node)} is not a function or its return value is not iterable`;
  return `${calleeText(n)} is not iterable`;
}
