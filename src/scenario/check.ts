/** Checks what a parser alone cannot see: that every name stands for something, and for one thing. */
import {
  type CallStatement,
  type Condition,
  everyStatement,
  type Operand,
  type Program,
  type Statement,
  type Task,
} from './ast.ts';
import type { Position, Reference } from './position.ts';
import type { OperandSpec } from './call-spec.ts';
import { callSpec } from './calls.ts';
import { errnoValues } from './constants.ts';
import { pathTemplate } from './paths.ts';
import { ProgramError } from './program-error.ts';
import { propertyNames } from './property.ts';
import { assignedBy, isCounter, registerNames, sharedWordNames, startedByInit } from './scope.ts';
import { didYouMean } from '../base/suggest.ts';
import { MOST_VALUES } from '../machine/limits.ts';

/** Throws a ProgramError at the first name that is unknown, given twice, or used as what it is not. */
export function checkProgram(program: Program): void {
  new Checker(program).check();
}

class Checker {
  readonly #program: Program;
  readonly #tasks: string[];
  readonly #handlers: string[];
  readonly #shared: string[];
  /** Registers of the task being checked. */
  #registers: string[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#tasks = program.tasks.filter((task) => !task.handler).map((task) => task.name);
    this.#handlers = program.tasks.filter((task) => task.handler).map((task) => task.name);
    this.#shared = program.shared.map((word) => word.name);
  }

  check(): void {
    const { tasks, shared, always } = this.#program;
    if (this.#tasks.length === 0) this.#fail({ line: 1, column: 1 }, 'a program has at least one task, found none');
    this.#checkDefinitions([...shared.map((word) => ({ what: 'shared word', ...word })), ...tasks.map(asTask)]);
    for (const task of tasks) this.#checkTask(task);
    for (const task of tasks) if (task.handler) this.#checkIsGiven(task);
    const first = tasks[0];
    if (first && !tasks.some((task) => startedByInit(this.#program, task))) {
      this.#fail(first.at, 'no task is there at the start: each is started by a clone of another');
    }
    for (const property of always) {
      for (const { name, mustBeTask, at } of propertyNames(property.tree)) {
        if (mustBeTask) this.#checkTaskName({ name, at }, 'unknown task');
        else this.#checkName(name, at, [...this.#tasks, ...this.#shared], 'shared word or task');
      }
    }
    sharedWordNames(this.#program);
  }

  /** No two tasks or shared words have one name, and none has that of an error. */
  #checkDefinitions(definitions: (Reference & { what: string })[]): void {
    const seen = new Map<string, Reference & { what: string }>();
    for (const definition of definitions.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)) {
      const before = seen.get(definition.name);
      if (before) {
        const where = `${before.what} in line ${before.at.line}`;
        this.#fail(definition.at, `${definition.what} "${definition.name}" has the name of the ${where}`);
      }
      if (errnoValues.has(definition.name)) this.#fail(definition.at, `"${definition.name}" is the name of an error`);
      seen.set(definition.name, definition);
    }
  }

  #checkTask(task: Task): void {
    for (const statement of everyStatement(task.body)) {
      for (const one of assignedBy(statement)) {
        if (one.kind === 'memory') continue;
        if (this.#tasks.includes(one.name)) this.#fail(one.at, `"${one.name}" is a task, it takes no result`);
        if (this.#handlers.includes(one.name)) this.#fail(one.at, `"${one.name}" is a handler, it takes no result`);
        if (errnoValues.has(one.name)) this.#fail(one.at, `"${one.name}" is the name of an error`);
      }
    }
    this.#registers = registerNames(this.#program, task).filter((name) => !isCounter(name));
    for (const statement of everyStatement(task.body)) this.#checkStatement(statement);
  }

  #checkStatement(statement: Statement): void {
    switch (statement.kind) {
      case 'call': {
        const specs = callSpec(statement.call)?.operands ?? [];
        statement.operands.forEach((operand, index) => this.#checkOperand(operand, specs[index]));
        if (statement.call === 'choose') this.#checkChoice(statement.operands[0]);
        if (statement.child) this.#checkTaskName(statement.child, 'expected a task name after "->", found');
        return;
      }
      case 'assign':
        if (statement.value.kind === 'binary') {
          this.#checkOperand(statement.value.left);
          this.#checkOperand(statement.value.right);
        } else if (statement.value.kind !== 'memory') {
          this.#checkOperand(statement.value);
        }
        return;
      case 'repeat':
        if (statement.count) this.#checkOperand(statement.count);
        return;
      case 'barrier':
        return this.#checkSharedWord(statement.word.name, statement.word.at);
      default:
        this.#checkCondition(statement.condition);
    }
  }

  #checkChoice(of: Operand | undefined): void {
    if (of?.kind !== 'number' || (of.value >= 1 && of.value <= MOST_VALUES)) return;
    this.#fail(of.at, `choose takes 1 to ${MOST_VALUES}, not ${of.value}`);
  }

  #checkCondition(condition: Condition): void {
    this.#checkOperand(condition.left);
    this.#checkOperand(condition.right);
  }

  #checkOperand(operand: Operand, spec?: OperandSpec): void {
    if (operand.kind === 'text' && spec?.kind === 'path') {
      const template = pathTemplate(operand.value, this.#tasks);
      if (typeof template === 'string') this.#fail(operand.at, template);
    }
    if (operand.kind !== 'name' || spec?.kind === 'choice') return;
    if (spec?.kind === 'handler')
      return this.#checkHandler(operand.name, operand.at, Object.keys(spec.constants ?? {}));
    if (spec?.kind === 'shared') return this.#checkSharedWord(operand.name, operand.at);
    const constants = Object.keys(spec?.constants ?? {});
    const known = [...constants, ...this.#registers, ...this.#shared, ...this.#tasks, ...errnoValues.keys()];
    const kinds = `${constants.length > 0 ? 'signal, ' : ''}result of this task, shared word, task or error`;
    this.#checkName(operand.name, operand.at, known, kinds);
  }

  #checkName(name: string, at: Position, known: string[], kinds: string): void {
    if (known.includes(name)) return;
    this.#fail(at, `undefined name "${name}": no ${kinds} is called so${didYouMean(name, known)}`);
  }

  #checkSharedWord(name: string, at: Position): void {
    if (this.#shared.includes(name)) return;
    const hint = didYouMean(name, this.#shared) || `; write "shared ${name}" above the tasks`;
    this.#fail(at, `"${name}" is no shared word${hint}`);
  }

  #checkHandler(name: string, at: Position, constants: string[]): void {
    const known = [...constants, ...this.#handlers];
    if (known.includes(name)) return;
    const hint = didYouMean(name, known) || `; write "handler ${name}:" beside the tasks`;
    this.#fail(at, `"${name}" is no handler${hint}`);
  }

  /** A handler that nobody else gives to a signal never runs, and neither does what it starts or expects. */
  #checkIsGiven(handler: Task): void {
    const isGiven = this.#program.tasks.some(
      (task) =>
        task !== handler &&
        [...everyStatement(task.body)].some((statement) => statement.kind === 'call' && gives(statement, handler.name)),
    );
    if (!isGiven) this.#fail(handler.at, `no sigaction gives handler "${handler.name}" to a signal`);
  }

  #checkTaskName(task: Reference, problem: string): void {
    if (this.#tasks.includes(task.name)) return;
    this.#fail(task.at, `${problem} "${task.name}"${didYouMean(task.name, this.#tasks)}`);
  }

  #fail(at: Position, problem: string): never {
    throw new ProgramError(this.#program.file, at, problem);
  }
}

/** Whether a call takes this handler. */
const gives = ({ call, operands }: CallStatement, handler: string): boolean =>
  operands.some(
    (operand, index) =>
      operand.kind === 'name' && operand.name === handler && callSpec(call)?.operands[index]?.kind === 'handler',
  );

const asTask = (task: Task): Reference & { what: string } => ({
  what: task.handler ? 'handler' : 'task',
  name: task.name,
  at: task.at,
});
