/**
 * Text of code that no scheduling point cuts. It is the source text with locals put into the frame, and with the ways
 * out of it (return, and break and continue of a loop that is cut) turned into moves of the resume point.
 */
import type { CallExpression, Node, VariableDeclaration } from 'oxc-parser';
import type { Block } from './cfg.ts';
import { CALLER, LINE, RESULT, TOP } from '../../stepped/frames.ts';
import { lineOf, type Lowering, slotText, unsupported } from './lowering.ts';
import { childrenOf } from '../source/source.ts';

/** How many loops, and loops or switches, of the uncut text itself stand around a node, and its labels. */
interface Depth {
  readonly loops: number;
  readonly breakable: number;
  readonly labels: readonly string[];
}

const OUTSIDE: Depth = { loops: 0, breakable: 0, labels: [] };

/** An expression or statement as text. */
export function render(lowering: Lowering, node: Node, depth = OUTSIDE): string {
  switch (node.type) {
    case 'Identifier':
      return renderName(lowering, node);
    case 'CallExpression':
      return renderCall(lowering, node, depth);
    case 'BinaryExpression':
      if (node.operator !== '===' && node.operator !== '!==') break;
      return `${asNumber(lowering, node.left)} ${node.operator} ${asNumber(lowering, node.right)}`;
    case 'VariableDeclaration':
      return renderLocals(lowering, node);
    case 'ReturnStatement':
      return returnText(node.argument ? render(lowering, node.argument) : undefined);
    case 'BreakStatement':
    case 'ContinueStatement':
      return renderJump(lowering, node, depth);
    case 'LabeledStatement':
      return renderChildren(lowering, node, { ...depth, labels: [...depth.labels, node.label.name] });
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return renderLoop(lowering, node, depth);
    case 'SwitchStatement':
      return renderChildren(lowering, node, { ...depth, breakable: depth.breakable + 1 });
    default:
      break;
  }
  return renderChildren(lowering, node, depth);
}

/** The source text with every child rendered in its place. */
function renderChildren(lowering: Lowering, node: Node, depth: Depth, counted?: Node): string {
  const { text } = lowering.function.module.source;
  let out = '';
  let at = node.start;
  for (const child of childrenOf(node)) {
    const rendered = render(lowering, child, depth);
    out += text.slice(at, child.start) + (child === counted ? `{ $turn(); ${rendered} }` : rendered);
    at = child.end;
  }
  return out + text.slice(at, node.end);
}

/** A loop without a point: in a user's module its turns are counted, since nothing else would see that it never ends. */
function renderLoop(
  lowering: Lowering,
  node: Node & { type: 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' },
  { loops, breakable, labels }: Depth,
): string {
  const inside = { loops: loops + 1, breakable: breakable + 1, labels };
  return renderChildren(lowering, node, inside, lowering.spins ? node.body : undefined);
}

function renderJump(
  lowering: Lowering,
  node: Node & { type: 'BreakStatement' | 'ContinueStatement' },
  depth: Depth,
): string {
  const word = node.type === 'BreakStatement' ? 'break' : 'continue';
  if (node.label !== null) {
    if (depth.labels.includes(node.label.name)) return `${word} ${node.label.name};`;
    return jumpText(lowering, jumpTarget(lowering, node));
  }
  const stays = node.type === 'BreakStatement' ? depth.breakable > 0 : depth.loops > 0;
  return stays ? `${word};` : jumpText(lowering, jumpTarget(lowering, node));
}

function renderName(lowering: Lowering, node: Node & { type: 'Identifier' }): string {
  const reference = lowering.function.module.names.at.get(node.start);
  const binding = reference?.binding;
  if (binding === undefined) return node.name;
  if (binding.moduleLevel) return lowering.naming.constant(lowering.function.module, node.name);
  const slot = lowering.slots.get(binding.node);
  if (slot === undefined) throw unsupported(lowering, node);
  return slotText(slot);
}

function renderCall(lowering: Lowering, node: Node & { type: 'CallExpression' }, depth: Depth): string {
  const callee = lowering.naming.classify(lowering.function, node);
  if (callee.kind === 'register') return callee.text;
  if (callee.kind !== 'plain') throw unsupported(lowering, node);
  const args = node.arguments.map((argument) => render(lowering, argument, depth));
  return callText(lowering, node, callee, args);
}

/** A call in place. One that may throw a fault says first which line it is on. */
export function callText(
  lowering: Lowering,
  node: CallExpression,
  callee: { readonly text: string; readonly faults: boolean },
  args: readonly string[],
): string {
  const text = `${callee.text}(${args.join(', ')})`;
  return callee.faults ? `($F[$c + ${LINE}] = ${lineOf(lowering, node)}, ${text})` : text;
}

function renderLocals(lowering: Lowering, node: VariableDeclaration): string {
  const parts = node.declarations.map((one) => {
    const slot = lowering.slots.get(one);
    if (slot === undefined) throw unsupported(lowering, one);
    return `${slotText(slot)} = ${one.init ? render(lowering, one.init) : '0'}`;
  });
  const isStatement = lowering.function.module.source.text[node.end - 1] === ';';
  return parts.join(', ') + (isStatement ? ';' : '');
}

/** True for an expression that is a JavaScript boolean and never a number. */
export function isBoolean(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'boolean';
  if (node.type === 'UnaryExpression') return node.operator === '!';
  if (node.type === 'LogicalExpression') return isBoolean(node.left) && isBoolean(node.right);
  return node.type === 'BinaryExpression' && /^([<>]=?|[=!]==)$/.test(node.operator);
}

/** A frame holds a comparison's outcome as 0 or 1, so both sides of === have to be numbers. */
function asNumber(lowering: Lowering, node: Node): string {
  const text = render(lowering, node);
  return isBoolean(node) ? `+(${text})` : needsParentheses(node) ? `(${text})` : text;
}

function needsParentheses(node: Node): boolean {
  return /^(Binary|Logical|Conditional|Assignment|Sequence)Expression$/.test(node.type);
}

/** Leaves the function: the value to RESULT, the caller on top. */
export function returnText(value: string | undefined): string {
  // Nothing is 0, or what an inner call has returned would be left over and tell ends apart.
  return `{ $F[$c + ${RESULT}] = ${value ?? 0}; $F[$c + ${TOP}] = $F[$b + ${CALLER}]; return false; }`;
}

/** The block that a break or continue of a cut loop or switch goes to. */
export function jumpTarget(lowering: Lowering, node: Node & { type: 'BreakStatement' | 'ContinueStatement' }): Block {
  const { targets } = lowering;
  const label = node.label?.name;
  const around =
    label !== undefined
      ? targets.findLast((t) => t.labels.includes(label))
      : targets.findLast((t) => t.named !== true && (node.type === 'BreakStatement' || t.continueTo !== undefined));
  const to = node.type === 'BreakStatement' ? around?.breakTo : around?.continueTo;
  if (to === undefined) throw unsupported(lowering, node);
  return to;
}

function jumpText(lowering: Lowering, to: Block): string {
  lowering.current.jumps.push(to);
  return `{ $pc = ${to.id}; continue $run; }`;
}
