/** From an ast back to the text of a program, in one fixed layout. Parsing it gives the same ast. */
import type { Assignable, CallStatement, Condition, Expression, Operand, Program, Statement, Task } from './ast.ts';
import type { OperandSpec } from './call-spec.ts';
import { callSpec } from './calls.ts';
import { printProperty, quote } from './print-property.ts';

/** The text of a program, with a line end at its end. */
export function printProgram(program: Omit<Program, 'file' | 'source'>): string {
  const lines = [`profile ${program.profile}`, `cpus ${program.cpus}`];
  if (program.shared.length > 0) lines.push(`shared ${program.shared.map((word) => word.name).join(', ')}`);
  for (const { directory, instances, method } of program.polydirs) {
    const suffix = method === 'user' ? '' : ` ${method}`;
    lines.push(`polydir ${quote(directory)} ${quote(instances)}${suffix}`);
  }
  for (const task of program.tasks) lines.push(...printTask(task));
  for (const property of program.always) lines.push(`always ${printProperty(property.tree)}`);
  return `${lines.join('\n')}\n`;
}

function printTask(task: Task): string[] {
  if (task.handler) return [`handler ${task.name}:`, ...printBlock(task.body)];
  const uid = task.uid === undefined ? '' : ` uid ${task.uid}`;
  return [`task ${task.name}${uid}:`, ...printBlock(task.body)];
}

function printBlock(body: readonly Statement[]): string[] {
  return body.flatMap((statement) => printWithBlocks(statement).map((line) => `    ${line}`));
}

function printWithBlocks(statement: Statement): string[] {
  const lines = [printStatement(statement)];
  if (statement.kind === 'if' || statement.kind === 'while' || statement.kind === 'repeat') {
    lines.push(...printBlock(statement.body));
  }
  if (statement.kind === 'if' && statement.otherwise.length > 0) {
    lines.push('else:', ...printBlock(statement.otherwise));
  }
  return lines;
}

/** A statement without its blocks, on one line. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'call':
      return printCall(statement);
    case 'assign':
      return `${printAssignable(statement.to)} = ${printExpression(statement.value)}`;
    case 'expect':
      return `expect ${printCondition(statement.condition)}`;
    case 'if':
    case 'while':
      return `${statement.kind} ${printCondition(statement.condition)}:`;
    case 'repeat':
      return `repeat ${statement.count ? printOperand(statement.count) : 'forever'}:`;
    case 'barrier':
      return `barrier ${statement.word.name} ${statement.count}`;
  }
}

function printCall(statement: CallStatement): string {
  const specs = callSpec(statement.call)?.operands ?? [];
  const operands = statement.operands.map((operand, index) => printOperand(operand, specs[index]));
  const results = statement.results.map(printAssignable).join(', ');
  const child = statement.child ? ` -> ${statement.child.name}` : '';
  return `${results && `${results} = `}${statement.call}(${operands.join(', ')})${child}`;
}

function printCondition(condition: Condition): string {
  return `${printOperand(condition.left)} ${condition.comparison} ${printOperand(condition.right)}`;
}

function printExpression(value: Expression): string {
  if (value.kind === 'memory') return printAssignable(value);
  if (value.kind !== 'binary') return printOperand(value);
  const { left, operator, right } = value;
  if (operator === '+' && right.kind === 'number' && right.value < 0) return `${printOperand(left)} - ${-right.value}`;
  return `${printOperand(left)} ${operator} ${printOperand(right)}`;
}

function printAssignable(one: Assignable | { kind: 'memory'; index: number }): string {
  return one.kind === 'memory' ? `mem[${one.index}]` : one.name;
}

function printOperand(operand: Operand, spec?: OperandSpec): string {
  switch (operand.kind) {
    case 'number':
      return spec?.octal && operand.value > 7 ? `0o${operand.value.toString(8)}` : String(operand.value);
    case 'name':
      return operand.name;
    case 'text':
      return quote(operand.value);
    case 'flags':
      return operand.parts.join('|');
  }
}
