/**
 * From a function's syntax tree to its control flow graph. A statement without a scheduling point inside stays whole;
 * the others are taken apart, so that every point and every call of a compiled function ends a block.
 *
 * Relied on, and kept by the subset: no exceptions to catch. Kernel code has no labels and no assignment as a value either.
 */
import type {
  Directive,
  Expression,
  LabeledStatement,
  Node,
  Statement,
  SwitchStatement,
  VariableDeclarator,
} from 'oxc-parser';
import type { Block, Case } from '../form/code.ts';
import { lowerEffect, lowerInto, lowerTest, lowerValue } from './lower-expressions.ts';
import {
  addOp,
  endBlock,
  type Exits,
  isCut,
  lineOf,
  type Lowering,
  localOf,
  newBlock,
  unsupported,
} from './lowering.ts';
import { declaredScratch } from './scratch.ts';
import { assignment, effects, exitOf, wholeStatements } from './whole-statements.ts';
import { assigned, wholeValue } from './whole-values.ts';

export function lowerStatements(lowering: Lowering, statements: ReadonlyArray<Directive | Statement>): void {
  for (const statement of statements) lowerStatement(lowering, statement);
}

function lowerStatement(lowering: Lowering, node: Directive | Statement): void {
  lowering.temporaries = 0;
  if (!isCut(lowering, node) && !/^(Return|Break|Continue)Statement$/.test(node.type)) {
    for (const op of wholeStatements(lowering, node)) addOp(lowering, op);
    return;
  }
  switch (node.type) {
    case 'BreakStatement':
    case 'ContinueStatement':
      endBlock(lowering, { kind: 'goto', to: exitOf(lowering, node) }, newBlock(lowering));
      return;
    case 'BlockStatement':
      lowerStatements(lowering, node.body);
      return;
    case 'LabeledStatement':
      lowerLabelled(lowering, node);
      return;
    case 'VariableDeclaration':
      for (const one of node.declarations) lowerLocal(lowering, one);
      return;
    case 'ExpressionStatement':
      lowerExpressionStatement(lowering, node.expression);
      return;
    case 'ReturnStatement': {
      const value = node.argument ? lowerValue(lowering, node.argument) : undefined;
      endBlock(lowering, { kind: 'return', value }, newBlock(lowering));
      return;
    }
    case 'IfStatement':
      lowerIf(lowering, node.test, node.consequent, node.alternate);
      return;
    case 'WhileStatement':
      lowerLoop(lowering, node.test, node.body, undefined);
      return;
    case 'ForStatement':
      if (node.init?.type === 'VariableDeclaration') lowerStatement(lowering, node.init);
      else if (node.init) lowerExpressionStatement(lowering, node.init);
      lowerLoop(lowering, node.test, node.body, node.update);
      return;
    case 'DoWhileStatement':
      lowerDo(lowering, node.test, node.body);
      return;
    case 'SwitchStatement':
      lowerSwitch(lowering, node);
      return;
    default:
      throw unsupported(lowering, node);
  }
}

function lowerLocal(lowering: Lowering, one: VariableDeclarator): void {
  if (one.init === null) throw unsupported(lowering, one);
  const scratch = declaredScratch(lowering, one);
  if (scratch !== undefined) addOp(lowering, scratch);
  else lowerInto(lowering, one.init, localOf(lowering, one));
}

function lowerExpressionStatement(lowering: Lowering, node: Expression): void {
  lowering.temporaries = 0;
  if (!isCut(lowering, node)) for (const op of effects(lowering, node)) addOp(lowering, op);
  else if (node.type === 'CallExpression') lowerEffect(lowering, node);
  else if (node.type === 'SequenceExpression')
    for (const one of node.expressions) lowerExpressionStatement(lowering, one);
  else if (node.type === 'AssignmentExpression') {
    const local = assigned(lowering, node.left);
    const value = lowerValue(lowering, node.right);
    addOp(lowering, assignment(lowering, node, local, value));
  } else addOp(lowering, { kind: 'do', value: lowerValue(lowering, node) });
}

function lowerIf(lowering: Lowering, test: Expression, consequent: Statement, alternate: Statement | null): void {
  const yes = newBlock(lowering);
  const no = newBlock(lowering);
  const join = alternate ? newBlock(lowering) : no;
  lowerTest(lowering, test, yes, no);
  lowering.current = yes;
  lowerStatement(lowering, consequent);
  endBlock(lowering, { kind: 'goto', to: join }, no);
  if (!alternate) return;
  lowerStatement(lowering, alternate);
  endBlock(lowering, { kind: 'goto', to: join }, join);
}

/** for and while. `continue` goes to the update, which goes to the test. */
function lowerLoop(
  lowering: Lowering,
  test: Expression | null,
  body: Statement,
  update: Expression | null | undefined,
): void {
  const labels = takeLabels(lowering);
  const head = newBlock(lowering);
  const inside = newBlock(lowering);
  // Where spinning is noticed, continue goes the way back as well.
  const again = update || lowering.spins ? newBlock(lowering) : head;
  const after = newBlock(lowering);
  endBlock(lowering, { kind: 'goto', to: head }, head);
  lowering.temporaries = 0;
  if (test) lowerTest(lowering, test, inside, after);
  else endBlock(lowering, { kind: 'goto', to: inside }, inside);
  lowering.current = inside;
  lowerBody(lowering, body, { breakTo: after, continueTo: again, labels });
  if (again !== head) endBlock(lowering, { kind: 'goto', to: again }, again);
  if (update) lowerExpressionStatement(lowering, update);
  lowerWayBack(lowering, body, head);
  lowering.current = after;
}

/** From the end of a loop's body to its head. */
function lowerWayBack(lowering: Lowering, at: Node, head: Block): void {
  if (lowering.spins && lowering.current.end === undefined) {
    const next = newBlock(lowering);
    next.resumes = { kind: 'spin', line: lineOf(lowering, at) };
    endBlock(lowering, { kind: 'spin', next }, next);
  }
  endBlock(lowering, { kind: 'goto', to: head }, head);
}

function lowerDo(lowering: Lowering, test: Expression, body: Statement): void {
  const labels = takeLabels(lowering);
  const inside = newBlock(lowering);
  const tail = newBlock(lowering);
  const after = newBlock(lowering);
  endBlock(lowering, { kind: 'goto', to: inside }, inside);
  lowerBody(lowering, body, { breakTo: after, continueTo: tail, labels });
  endBlock(lowering, { kind: 'goto', to: tail }, tail);
  lowering.temporaries = 0;
  const again = newBlock(lowering);
  lowerTest(lowering, test, again, after);
  lowering.current = again;
  lowerWayBack(lowering, body, inside);
  lowering.current = after;
}

function lowerBody(lowering: Lowering, body: Statement, exits: Exits): void {
  lowering.exits.push(exits);
  lowerStatement(lowering, body);
  lowering.exits.pop();
}

/** The labels in front of a statement, which are its own and not those of one inside. */
function takeLabels(lowering: Lowering): readonly string[] {
  const { labels } = lowering;
  lowering.labels = [];
  return labels;
}

function lowerLabelled(lowering: Lowering, { label, body }: LabeledStatement): void {
  const labels = [...takeLabels(lowering), label.name];
  const takesLabels = /^(While|DoWhile|For|Labeled)Statement$/.test(body.type);
  if (takesLabels) {
    lowering.labels = labels;
    lowerStatement(lowering, body);
    return;
  }
  const after = newBlock(lowering);
  lowerBody(lowering, body, { breakTo: after, continueTo: undefined, labels, named: true });
  endBlock(lowering, { kind: 'goto', to: after }, after);
}

/** Cases are blocks in a row; one that does not break runs into the next. */
function lowerSwitch(lowering: Lowering, node: SwitchStatement): void {
  const value = lowerValue(lowering, node.discriminant);
  const after = newBlock(lowering);
  const bodies = node.cases.map(() => newBlock(lowering));
  const cases: Case[] = [];
  let otherwise = after;
  node.cases.forEach(({ test }, i) => {
    const to = bodies[i] as Block;
    if (test) cases.push({ test: wholeValue(lowering, test), to });
    else otherwise = to;
  });
  endBlock(lowering, { kind: 'switch', value, cases, otherwise }, after);
  lowering.exits.push({ breakTo: after, continueTo: undefined, labels: [] });
  node.cases.forEach(({ consequent }, i) => {
    lowering.current = bodies[i] as Block;
    lowerStatements(lowering, consequent);
    lowering.current.end ??= { kind: 'goto', to: bodies[i + 1] ?? after };
  });
  lowering.exits.pop();
  lowering.current = after;
}
