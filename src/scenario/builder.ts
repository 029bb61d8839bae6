/**
 * Writes a program in TypeScript. What is built is printed and parsed, so it has a text with line numbers, the same
 * checks, and the same ast as a file.
 */
import { DEFAULT_PROFILE, type ProfileName } from '../kernel/profiles.ts';
import { DEFAULT_CPUS, type Polydir, type PolydirMethod, type Program, type Task } from './ast.ts';
import type { Reference } from './position.ts';
import { type CallMethods, callMethods } from './builder-calls.ts';
import { nowhere, TaskStatements } from './builder-task.ts';
import { parseProgram } from './parser.ts';
import { printProgram } from './print.ts';
import { parseProperty, type Property } from './property.ts';
import { TokenReader } from './token-reader.ts';

export interface ProgramOptions {
  profile?: ProfileName;
  cpus?: number;
  /** What messages call it. */
  name?: string;
}

/** Writes the statements of one task: a method for every call, and `set`, `expect`, `if`, `while`, `repeat`, ... */
export type TaskBuilder = TaskStatements & CallMethods;

/** Begins a program. */
export function program(options: ProgramOptions = {}): ProgramBuilder {
  return new ProgramBuilder(options);
}

export class ProgramBuilder {
  readonly #options: ProgramOptions;
  readonly #shared: Reference[] = [];
  readonly #tasks: Task[] = [];
  readonly #always: Property[] = [];
  readonly #polydirs: Polydir[] = [];

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** Names words that all tasks share. */
  shared(...names: string[]): this {
    this.#shared.push(...names.map((name) => ({ name, at: nowhere })));
    return this;
  }

  /** Adds a task; `write` says what it does. */
  task(name: string, write: (task: TaskBuilder) => void, options: { uid?: number } = {}): this {
    const statements = new TaskStatements();
    write(Object.assign(statements, callMethods(statements)));
    this.#tasks.push({ name, ...options, body: statements.body, at: nowhere });
    return this;
  }

  /** Adds a handler for signals, which `sigaction` gives to one; `write` says what it does. */
  handler(name: string, write: (task: TaskBuilder) => void): this {
    const statements = new TaskStatements();
    write(Object.assign(statements, callMethods(statements)));
    this.#tasks.push({ name, handler: true, body: statements.body, at: nowhere });
    return this;
  }

  /** Adds what must hold at every moment. Throws a ProgramError when it is no such expression. */
  always(expression: string): this {
    const reader = new TokenReader('always', expression);
    this.#always.push(parseProperty(reader));
    reader.endLine();
    return this;
  }

  /** Each user has an instance of his own of this directory. */
  polydir(directory: string, instances: string, method: PolydirMethod = 'user'): this {
    this.#polydirs.push({ directory, instances, method });
    return this;
  }

  /** The program. Throws a ProgramError, with a place in the printed text, when something is wrong with it. */
  build(): Program {
    const { profile = DEFAULT_PROFILE, cpus = DEFAULT_CPUS, name = 'program' } = this.#options;
    const parts = { shared: this.#shared, tasks: this.#tasks, always: this.#always, polydirs: this.#polydirs };
    const text = printProgram({ profile, cpus, ...parts });
    return parseProgram(text, name);
  }
}
