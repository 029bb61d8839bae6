/** Statements of kernel code: structured control flow, locals that are numbers, calls and assignments. */
import type { Directive, Expression, ForStatement, Statement, VariableDeclaration } from 'oxc-parser';
import { bare } from '../source/bare.ts';
import type { Rule } from './rules.ts';
import type { Check } from './check.ts';
import { scratchCall } from './scratch.ts';
import { checkPattern, isPattern } from './subset-patterns.ts';
import { checkAssignment, checkConstant, checkExpression } from './subset-expressions.ts';

/** Statements that have a rule of their own. */
const REFUSED: Readonly<Partial<Record<Statement['type'], Rule>>> = {
  ThrowStatement: 'throw',
  TryStatement: 'try',
  ForInStatement: 'for-in',
  ForOfStatement: 'for-in',
  FunctionDeclaration: 'nested-function',
  ClassDeclaration: 'class',
};
const NO_ENUM = 'an enum stands at module level';

export function checkBlock(check: Check, statements: ReadonlyArray<Directive | Statement>): void {
  for (const statement of statements) checkStatement(check, statement);
}

function checkStatement(check: Check, statement: Directive | Statement): void {
  switch (statement.type) {
    case 'BlockStatement':
      checkBlock(check, statement.body);
      return;
    case 'EmptyStatement':
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      if (statement.label && check.dialect === 'kernel') check.refuse(statement, 'label');
      return;
    case 'LabeledStatement':
      if (check.dialect === 'kernel') check.refuse(statement, 'label');
      else checkStatement(check, statement.body);
      return;
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      if (check.dialect === 'kernel') check.refuse(statement, 'type-declaration');
      return;
    case 'ReturnStatement':
      if (statement.argument) checkExpression(check, statement.argument);
      return;
    case 'VariableDeclaration':
      checkLocals(check, statement);
      return;
    case 'ExpressionStatement':
      checkEffect(check, statement.expression, 'expression-statement');
      return;
    case 'IfStatement':
      checkExpression(check, statement.test);
      checkStatement(check, statement.consequent);
      if (statement.alternate) checkStatement(check, statement.alternate);
      return;
    case 'WhileStatement':
    case 'DoWhileStatement':
      checkExpression(check, statement.test);
      checkStatement(check, statement.body);
      return;
    case 'ForStatement':
      checkFor(check, statement);
      return;
    case 'SwitchStatement':
      checkExpression(check, statement.discriminant);
      for (const one of statement.cases) {
        if (one.test) checkConstant(check, one.test, 'case-test');
        checkBlock(check, one.consequent);
      }
      return;
    case 'TSEnumDeclaration':
      check.refuse(statement, 'type-declaration', check.dialect === 'module' ? NO_ENUM : undefined);
      return;
    default:
      check.refuse(statement, REFUSED[statement.type] ?? 'statement');
  }
}

function checkFor(check: Check, { init, test, update, body }: ForStatement): void {
  if (init?.type === 'VariableDeclaration') checkLocals(check, init, false);
  else if (init) checkEffect(check, init, 'expression-statement');
  if (test) checkExpression(check, test);
  if (update) checkEffect(check, update, 'expression-statement');
  checkStatement(check, body);
}

/** An expression that stands for what it does. */
function checkEffect(check: Check, expression: Expression, rule: Rule): void {
  if (check.dialect === 'module') {
    checkExpression(check, expression, '', false);
    return;
  }
  switch (expression.type) {
    case 'AssignmentExpression':
    case 'UpdateExpression':
      checkAssignment(check, expression);
      return;
    case 'CallExpression':
      checkExpression(check, expression);
      return;
    case 'AwaitExpression':
    case 'YieldExpression':
    case 'ChainExpression':
    case 'SequenceExpression':
    case 'NewExpression':
      checkExpression(check, expression);
      return;
    default:
      check.refuse(expression, rule);
  }
}

/** `mayBeScratch` is false between the brackets of a for. */
function checkLocals(check: Check, declaration: VariableDeclaration, mayBeScratch = true): void {
  if (declaration.kind !== 'let' && declaration.kind !== 'const') check.refuse(declaration, 'var');
  for (const { id, init } of declaration.declarations) {
    if (id.type !== 'Identifier') {
      if (check.dialect === 'module' && isPattern(id)) {
        checkPattern(check, id, init, (element) => checkExpression(check, element));
      } else check.refuse(id, 'destructuring');
      continue;
    }
    const type = id.typeAnnotation?.typeAnnotation;
    if (type && type.type !== 'TSNumberKeyword' && check.dialect === 'kernel') check.refuse(type, 'local-type');
    const words = check.dialect === 'module' && init !== null ? scratchCall(check.names, bare(init)) : undefined;
    if (words !== undefined) {
      const [size, ...more] = words.arguments;
      const isSize = size !== undefined && size.type !== 'SpreadElement' && more.length === 0;
      if (!mayBeScratch || declaration.kind !== 'const' || !isSize) check.refuse(init ?? id, 'scratch');
      else checkConstant(check, size, 'scratch');
    } else if (init !== null) checkExpression(check, init);
    else if (check.dialect === 'kernel') check.refuse(id, 'local-init');
  }
}
