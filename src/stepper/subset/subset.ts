/**
 * Keeps kernel code to what both builds can carry: module-level functions on 32-bit integers with structured control
 * flow. The stepped build cuts a function at every bus access and keeps its locals as words of a flat frame, so there
 * is no place for closures, objects or exceptions; and because nothing but a local assignment can change a local, the
 * compiler needs no copies of values across an access.
 *
 * A file is read as a list of what is allowed; everything else falls to a rule (rules.ts). This file has the module
 * level and functions, subset-statements.ts and subset-expressions.ts the rest.
 *
 * Table files (base/file-roles.ts) hold data instead of code and are exempt: they are evaluated at build time and gone afterwards.
 */
import type { Directive, Expression, Function as FunctionNode, ImportDeclaration, Node, Statement } from 'oxc-parser';
import { isTable } from '../../base/file-roles.ts';
import type { Check, Dialect } from './check.ts';
import { messageOf, rules, type Violation } from './rules.ts';
import { resolveNames } from '../source/scope.ts';
import { parseSource, positionOf, SourceError } from '../source/source.ts';
import { checkConstant } from './subset-expressions.ts';
import { checkUserStatement } from './subset-module.ts';
import { checkDeclarations } from './subset-declarations.ts';
import { checkBlock } from './subset-statements.ts';

export type { Violation } from './rules.ts';

/** Every place where the file is not kernel code, or no module to explore, in order of lines. */
export function checkSubset(file: string, source: string, dialect: Dialect = 'kernel'): Violation[] {
  if (dialect === 'kernel' && isTable(file)) return [];
  const violations: Violation[] = [];
  try {
    const parsed = parseSource(file, source);
    const check: Check = {
      names: resolveNames(parsed.program),
      dialect,
      refuse(node, rule, message = messageOf(rule, dialect)) {
        violations.push({ file, ...positionOf(parsed, node.start), rule, message });
      },
    };
    const checkStatement = dialect === 'module' ? checkUserStatement : checkModuleStatement;
    for (const statement of parsed.program.body) checkStatement(check, statement);
    if (dialect === 'module') checkDeclarations(check, parsed.program.body);
    // What the language itself refuses comes last: it has less to say of where and why.
    if (dialect === 'module' && violations.length === 0) parseSource(file, source, true);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    violations.push({ file, ...error.position, rule: 'syntax', message: `${rules.syntax}: ${error.reason}` });
  }
  return violations.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The form compilers use: `file:line:column rule: message`. */
export function formatViolation({ file, line, column, rule, message }: Violation): string {
  return `${file}:${line}:${column} ${rule}: ${message}`;
}

function checkModuleStatement(check: Check, statement: Directive | Statement): void {
  switch (statement.type) {
    case 'ImportDeclaration':
      checkImport(check, statement);
      return;
    case 'ExportDefaultDeclaration':
      check.refuse(statement, 'default-export');
      return;
    case 'ExportAllDeclaration':
      check.refuse(statement, 're-export');
      return;
    case 'ExportNamedDeclaration':
      if (statement.declaration) checkModuleStatement(check, statement.declaration);
      else check.refuse(statement, 're-export');
      return;
    case 'VariableDeclaration':
      if (statement.kind !== 'const') check.refuse(statement, 'module-variable');
      else for (const one of statement.declarations) checkModuleConst(check, one.id, one.init);
      return;
    case 'FunctionDeclaration':
      checkFunction(check, statement);
      return;
    case 'ClassDeclaration':
      check.refuse(statement, 'class');
      return;
    default:
      check.refuse(statement, statement.type.startsWith('TS') ? 'type-declaration' : 'module-statement');
  }
}

function checkImport(check: Check, statement: ImportDeclaration): void {
  if (!/^(\.\/[^/]+|\.\.\/machine\/[^/]+)$/.test(statement.source.value)) check.refuse(statement.source, 'import-path');
  if (statement.importKind === 'type' || statement.specifiers.length === 0) check.refuse(statement, 'import-form');
  for (const one of statement.specifiers) {
    const plain = one.type === 'ImportSpecifier' && one.importKind !== 'type';
    if (!plain || one.imported.start !== one.local.start) check.refuse(one, 'import-form');
  }
}

function checkModuleConst(check: Check, id: Node, init: Expression | null): void {
  if (id.type !== 'Identifier') check.refuse(id, 'destructuring');
  else if (init === null) check.refuse(id, 'module-const');
  else if (init.type === 'ArrowFunctionExpression') check.refuse(init, 'arrow-function');
  else checkConstant(check, init, 'module-const');
}

function checkFunction(check: Check, node: FunctionNode): void {
  if (node.async) check.refuse(node, 'async');
  if (node.generator) check.refuse(node, 'generator');
  for (const parameter of node.params) {
    const type = parameter.type === 'Identifier' ? parameter.typeAnnotation?.typeAnnotation.type : undefined;
    if (type !== 'TSNumberKeyword') check.refuse(parameter, 'parameter');
  }
  const type = node.returnType?.typeAnnotation.type;
  if (type !== 'TSNumberKeyword' && type !== 'TSVoidKeyword') check.refuse(node.id ?? node, 'return-type');
  if (node.body) checkBlock(check, node.body.body);
}
