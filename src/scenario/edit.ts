/**
 * Changes a program while it stays one that can be run: what is left without meaning by a change goes too. Programs here
 * have one statement a line (`laidOut`), so a line number is the name of a task, statement or property.
 */
import type { Program, Statement, Task } from './ast.ts';
import { checkProgram } from './check.ts';
import { parseProgram } from './parser.ts';
import { printProgram } from './print.ts';
import { ProgramError } from './program-error.ts';

/** What stands in a statement's place; undefined leaves it, and goes on with the blocks inside. */
export type StatementEdit = (statement: Statement) => readonly Statement[] | undefined;

/** The same program from its printed text. Throws ProgramError. */
export function laidOut(program: Program): Program {
  return parseProgram(printProgram(program), program.file);
}

/** Every statement changed by `edit`; blocks that become empty go with what they stand in. */
export function editStatements(program: Program, edit: StatementEdit): Program {
  return { ...program, tasks: program.tasks.map((task) => ({ ...task, body: editBlock(task.body, edit) })) };
}

function editBlock(body: readonly Statement[], edit: StatementEdit): Statement[] {
  return body.flatMap((statement) => edit(statement) ?? editInside(statement, edit));
}

function editInside(statement: Statement, edit: StatementEdit): Statement[] {
  if (statement.kind === 'if') {
    const body = editBlock(statement.body, edit);
    const otherwise = editBlock(statement.otherwise, edit);
    return body.length > 0 ? [{ ...statement, body, otherwise }] : otherwise;
  }
  if (statement.kind !== 'while' && statement.kind !== 'repeat') return [statement];
  const body = editBlock(statement.body, edit);
  return body.length > 0 ? [{ ...statement, body }] : [];
}

/** Without the tasks, statements and properties that begin in these lines. */
export function withoutLines(program: Program, lines: ReadonlySet<number>): Program {
  const rest = {
    ...program,
    shared: program.shared.filter((word) => !lines.has(word.at.line)),
    tasks: program.tasks.filter((task) => !lines.has(task.at.line)),
    always: program.always.filter((property) => !lines.has(property.at.line)),
  };
  return editStatements(rest, (statement) => (lines.has(statement.at.line) ? [] : undefined));
}

/**
 * The program laid out, without all that has lost its meaning: what names a task, result or shared word that is gone.
 * A task that lost everything ends at once. undefined when nothing is left to run.
 */
export function settled(program: Program): Program | undefined {
  let rest = program;
  for (let error = meaningless(rest); error !== undefined; error = meaningless(rest)) {
    const smaller = withoutLines(rest, new Set([error.line]));
    if (printProgram(smaller) === printProgram(rest)) return undefined;
    rest = smaller;
  }
  try {
    return laidOut({ ...rest, tasks: rest.tasks.map(withAnEnd) });
  } catch (error) {
    if (error instanceof ProgramError) return undefined;
    throw error;
  }
}

/** The first name that stands for nothing. */
function meaningless(program: Program): ProgramError | undefined {
  try {
    checkProgram(program);
    return undefined;
  } catch (error) {
    if (error instanceof ProgramError) return error;
    throw error;
  }
}

function withAnEnd(task: Task): Task {
  if (task.body.length > 0) return task;
  const { at } = task;
  if (task.handler) return { ...task, body: [{ kind: 'call', results: [], call: 'gettid', operands: [], at }] };
  return {
    ...task,
    body: [{ kind: 'call', results: [], call: 'exit', operands: [{ kind: 'number', value: 0, at }], at }],
  };
}
