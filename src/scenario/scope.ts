/**
 * What names stand for. A program has its shared words: the pid of each task in text order, then the words that
 * `shared` names, then words of the assembler. A task has its registers, in the order in which the text assigns them.
 */
import { SHARED_WORDS } from '../kernel/isa.ts';
import { type Assignable, blocksOf, everyStatement, type Program, type Statement, type Task } from './ast.ts';
import type { Position } from './position.ts';
import { callSpec } from './calls.ts';
import { ProgramError } from './program-error.ts';

/** Registers that programs may name; r14 and r15 belong to the assembler. */
const NAMED_REGISTERS = 14;

/** The shared word with the id of the program's semaphore set. No name of a program has a space or a dot. */
export const SEMAPHORE_SET = 'semaphore set';
/** The word beside a barrier's own: how many tasks wait in the present round. */
export const arrivedWord = (barrier: string): string => `${barrier}.arrived`;
/** The register of the repeats at this depth. */
const counterName = (depth: number): string => `repeat.${depth}`;
export const isCounter = (name: string): boolean => name.includes('.');

/** Names of the shared words by their index. Throws a ProgramError when they are too many. */
export function sharedWordNames(program: Program): string[] {
  const names = [...program.tasks.map((task) => task.name), ...program.shared.map((word) => word.name)];
  const made = new Set<string>();
  for (const task of program.tasks) {
    for (const statement of everyStatement(task.body)) {
      if (statement.kind === 'barrier') made.add(arrivedWord(statement.word.name));
      const registers = statement.kind === 'call' ? callSpec(statement.call)?.registers : undefined;
      if (registers?.includes('@semaphores')) made.add(SEMAPHORE_SET);
    }
  }
  names.push(...made);
  if (names.length > SHARED_WORDS) {
    const problem = `tasks and shared words need ${names.length} words of shared memory, there are ${SHARED_WORDS}`;
    throw new ProgramError(program.file, { line: 1, column: 1 }, problem);
  }
  return names;
}

/** The register names of a task by number. Throws a ProgramError at the first name that has no room. */
export function registerNames(program: Program, task: Task): string[] {
  const shared = new Set(program.shared.map((word) => word.name));
  const names: string[] = [];
  const need = (name: string, at: Position, problem: string): void => {
    if (names.includes(name)) return;
    if (names.length === NAMED_REGISTERS) {
      throw new ProgramError(program.file, at, `task "${task.name}" has ${NAMED_REGISTERS} registers, ${problem}`);
    }
    names.push(name);
  };
  const walk = (body: readonly Statement[], depth: number): void => {
    for (const statement of body) {
      for (const one of assignedBy(statement)) {
        if (one.kind === 'memory' || shared.has(one.name)) continue;
        need(one.name, one.at, `the name "${one.name}" is one too many`);
      }
      const counted = statement.kind === 'repeat' && statement.count !== undefined;
      if (counted) need(counterName(depth), statement.at, 'the counter of this repeat is one too many');
      for (const block of blocksOf(statement)) walk(block, counted ? depth + 1 : depth);
    }
  };
  walk(task.body, 0);
  return names;
}

/** The number of the register that counts the repeats at this depth. */
export function counterRegister(names: readonly string[], depth: number): number {
  return names.indexOf(counterName(depth));
}

export function assignedBy(statement: Statement): readonly Assignable[] {
  if (statement.kind === 'call') return statement.results;
  return statement.kind === 'assign' ? [statement.to] : [];
}

/** Is the task started by init? Not when another task starts it, and no handler is. */
export function startedByInit(program: Program, task: Task): boolean {
  if (task.handler) return false;
  return !program.tasks.some(
    (other) =>
      other !== task &&
      [...everyStatement(other.body)].some((each) => each.kind === 'call' && each.child?.name === task.name),
  );
}
