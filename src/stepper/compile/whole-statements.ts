/**
 * Statements that no scheduling point cuts. They stay as they are, but for the ways out of them (break and continue of a
 * loop that is cut), which go to a block of the graph.
 */
import type {
  AssignmentExpression,
  Expression,
  Node,
  Statement as Source,
  SwitchStatement,
  VariableDeclaration,
} from 'oxc-parser';
import type { Block, Effect, Label, Loop, Statement } from '../form/code.ts';
import type { BinaryOperator } from '../form/operators.ts';
import type { Local, Value } from '../form/value.ts';
import { lineOf, type Lowering, localOf, unsupported } from './lowering.ts';
import { declaredScratch } from './scratch.ts';
import { assigned, binaryOperator, wholeValue } from './whole-values.ts';

/** How many loops, and loops or switches, that stay whole stand around a statement, and its labels. */
interface Depth {
  readonly loops: number;
  readonly breakable: number;
  readonly labels: readonly string[];
}

const OUTSIDE: Depth = { loops: 0, breakable: 0, labels: [] };

type LoopNode = Node & { type: 'ForStatement' | 'WhileStatement' | 'DoWhileStatement' };
type JumpNode = Node & { type: 'BreakStatement' | 'ContinueStatement' };

export function wholeStatements(lowering: Lowering, node: Node, depth = OUTSIDE): readonly Statement[] {
  const value = (one: Node): ReturnType<typeof wholeValue> => wholeValue(lowering, one);
  const inner = (one: Node | null): readonly Statement[] => (one === null ? [] : wholeStatements(lowering, one, depth));
  switch (node.type) {
    case 'EmptyStatement':
      return [];
    case 'BlockStatement':
      return node.body.flatMap(inner);
    case 'VariableDeclaration':
      return declared(lowering, node);
    case 'ExpressionStatement':
      return effects(lowering, node.expression);
    case 'ReturnStatement':
      return [{ kind: 'return', value: node.argument ? value(node.argument) : undefined }];
    case 'BreakStatement':
    case 'ContinueStatement':
      return [jump(lowering, node, depth)];
    case 'IfStatement':
      return [{ kind: 'if', test: value(node.test), yes: inner(node.consequent), no: inner(node.alternate) }];
    case 'LabeledStatement':
      return labelled(lowering, node, depth, []);
    case 'ForStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return loop(lowering, node, depth, []);
    case 'SwitchStatement':
      return [wholeSwitch(lowering, node, { ...depth, breakable: depth.breakable + 1 })];
    case 'ThrowStatement':
      return [fault(lowering, node.argument)];
    default:
      throw unsupported(lowering, node);
  }
}

/** What an expression that is a statement does. */
export function effects(lowering: Lowering, node: Expression): readonly Effect[] {
  switch (node.type) {
    case 'SequenceExpression':
      return node.expressions.flatMap((one) => effects(lowering, one));
    case 'UpdateExpression': {
      const operator = node.operator === '++' ? '+' : '-';
      return [updated(assigned(lowering, node.argument), operator, { kind: 'number', value: 1 })];
    }
    case 'AssignmentExpression': {
      const local = assigned(lowering, node.left);
      return [assignment(lowering, node, local, wholeValue(lowering, node.right))];
    }
    default:
      return [{ kind: 'do', value: wholeValue(lowering, node) }];
  }
}

/** The local is given the value, or what an operator makes of it and of what the local holds. */
export function assignment(lowering: Lowering, node: AssignmentExpression, local: Local, value: Value): Effect {
  const operator = node.operator.slice(0, -1);
  if (operator === '') return { kind: 'set', local, value };
  return updated(local, binaryOperator(lowering, node, operator), value);
}

function updated(local: Local, operator: BinaryOperator, right: Value): Effect {
  return { kind: 'set', local, value: { kind: 'binary', operator, left: { kind: 'local', local }, right } };
}

function declared(lowering: Lowering, { declarations }: VariableDeclaration): readonly Statement[] {
  return declarations.map((one): Statement => {
    const value: Value | undefined = one.init ? undefined : { kind: 'number', value: 0 };
    return (
      declaredScratch(lowering, one) ?? {
        kind: 'set',
        local: localOf(lowering, one),
        value: value ?? wholeValue(lowering, one.init as Expression),
      }
    );
  });
}

/** A loop's labels are its own, since continue has to find it. */
function labelled(
  lowering: Lowering,
  { label, body }: Node & { type: 'LabeledStatement' },
  depth: Depth,
  around: readonly Label[],
): readonly Statement[] {
  const number = labelNumber(lowering, label.name);
  const inside = { ...depth, labels: [...depth.labels, label.name] };
  const labels = [...around, number];
  if (body.type === 'LabeledStatement') return labelled(lowering, body, inside, labels);
  if (isLoop(body)) return loop(lowering, body, inside, labels);
  const statements = wholeStatements(lowering, body, inside);
  return labels.reduceRight((inner, one) => [{ kind: 'labelled', label: one, body: inner }], statements);
}

const isLoop = (node: Source): node is LoopNode => /^(While|DoWhile|For)Statement$/.test(node.type);

function labelNumber({ labelNumbers }: Lowering, name: string): Label {
  const number = labelNumbers.get(name) ?? labelNumbers.size;
  labelNumbers.set(name, number);
  return number;
}

/** In a user's module turns are counted, since nothing else would see that the loop never ends. */
function loop(lowering: Lowering, node: LoopNode, depth: Depth, labels: readonly Label[]): readonly Statement[] {
  const inside = { loops: depth.loops + 1, breakable: depth.breakable + 1, labels: depth.labels };
  const { init, update: last } = node.type === 'ForStatement' ? node : { init: null, update: null };
  const before = init?.type === 'VariableDeclaration' ? declared(lowering, init) : init ? effects(lowering, init) : [];
  const test = node.test ? wholeValue(lowering, node.test) : undefined;
  const update = last ? effects(lowering, last) : [];
  const body = wholeStatements(lowering, node.body, inside);
  const one: Loop = {
    kind: 'loop',
    labels,
    test,
    testsLast: node.type === 'DoWhileStatement',
    update,
    body: lowering.counts ? [{ kind: 'turn' }, ...body] : body,
  };
  return [...before, one];
}

function wholeSwitch(lowering: Lowering, node: SwitchStatement, inside: Depth): Statement {
  const value = wholeValue(lowering, node.discriminant);
  const cases = node.cases.map(({ test, consequent }) => ({
    test: test ? wholeValue(lowering, test) : undefined,
    body: consequent.flatMap((one) => wholeStatements(lowering, one, inside)),
  }));
  return { kind: 'switch', value, cases };
}

/** `throw new Fault(...)`, with a class of a file that is not compiled. */
function fault(lowering: Lowering, node: Expression): Statement {
  if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier') throw unsupported(lowering, node);
  const external = lowering.naming.external(lowering.function.module, node.callee.name);
  if (external === undefined) throw unsupported(lowering, node);
  const line = lowering.placed ? lineOf(lowering, node) : undefined;
  return { kind: 'fault', fault: external, args: node.arguments.map((one) => wholeValue(lowering, one)), line };
}

function jump(lowering: Lowering, node: JumpNode, depth: Depth): Statement {
  const isBreak = node.type === 'BreakStatement';
  const kind = isBreak ? 'break' : 'continue';
  if (node.label !== null) {
    if (depth.labels.includes(node.label.name)) return { kind, label: labelNumber(lowering, node.label.name) };
  } else if (isBreak ? depth.breakable > 0 : depth.loops > 0) return { kind, label: undefined };
  const to = exitOf(lowering, node);
  lowering.current.jumps.push(to);
  return { kind: 'goto', to };
}

/** The block that a break or continue of a cut loop or switch goes to. */
export function exitOf(lowering: Lowering, node: JumpNode): Block {
  const { exits } = lowering;
  const label = node.label?.name;
  const around =
    label !== undefined
      ? exits.findLast((t) => t.labels.includes(label))
      : exits.findLast((t) => t.named !== true && (node.type === 'BreakStatement' || t.continueTo !== undefined));
  const to = node.type === 'BreakStatement' ? around?.breakTo : around?.continueTo;
  if (to === undefined) throw unsupported(lowering, node);
  return to;
}
