/** What the parts of the assembler work on: one program's code, data, labels, and the names of the task at hand. */
import { DATA_BASE, OP_MOV, OP_STORE, SHARED_BASE } from '../kernel/isa.ts';
import type { Assignable, Operand, Program, Task } from './ast.ts';
import type { Position } from './position.ts';
import { Buffers } from './buffers.ts';
import type { OperandSpec } from './call-spec.ts';
import { errnoValues } from './constants.ts';
import { Emitter, type Label, NO_REGISTER, immediate, register, type Source, shared } from './emitter.ts';
import { ProgramError } from './program-error.ts';
import { Rodata } from './rodata.ts';
import { registerNames, sharedWordNames } from './scope.ts';

/** The assembler's own registers. RESULT holds what has no register of its own. */
export const RESULT = 14;
export const WORK = 15;

export class Assembly {
  readonly program: Program;
  readonly emitter = new Emitter();
  readonly rodata = new Rodata();
  readonly buffers = new Buffers();
  readonly sharedNames: string[];
  readonly registers: string[][];
  readonly entries: Label[];
  /** What sigaction takes for each handler of the program, by name. */
  readonly handlers = new Map<string, number>();
  /** Index of the task whose code is being made; -1 is init. */
  task = -1;

  constructor(program: Program) {
    this.program = program;
    this.sharedNames = sharedWordNames(program);
    this.registers = program.tasks.map((task) => registerNames(program, task));
    this.entries = program.tasks.map(() => ({}));
  }

  /** Goes on with the code of this task; init when it is left out. */
  enter(task?: Task): void {
    this.task = task === undefined ? -1 : this.program.tasks.indexOf(task);
    this.emitter.locate(task?.at.line ?? 0, this.task);
  }

  /** The next instructions come from this place in the text. */
  at(position: Position): void {
    this.emitter.locate(position.line, this.task);
  }

  /** Names of the registers of the task at hand. */
  get names(): readonly string[] {
    return this.registers[this.task] ?? [];
  }

  taskIndex(name: string): number {
    return this.program.tasks.findIndex((task) => task.name === name);
  }

  /** Index of a shared word; tasks stand for the words with their pids. */
  sharedIndex(name: string): number {
    return this.sharedNames.indexOf(name);
  }

  sharedAddress(name: string): Source {
    return immediate(SHARED_BASE + 4 * this.sharedIndex(name));
  }

  /** Where an instruction finds the value of an operand. Names that the call itself knows go first. */
  source(operand: Operand, spec?: OperandSpec): Source {
    if (operand.kind === 'number') return immediate(operand.value);
    if (operand.kind === 'text') return immediate(this.rodata.text(operand.value));
    const constants = spec?.constants ?? {};
    const constant = (name: string): number | undefined =>
      Object.hasOwn(constants, name) ? constants[name] : undefined;
    if (operand.kind === 'flags') {
      return immediate(operand.parts.reduce<number>((all, part) => all | numberOf(part, constant), 0));
    }
    const { name } = operand;
    if (spec?.kind === 'shared') return this.sharedAddress(name);
    const handler = spec?.kind === 'handler' ? this.handlers.get(name) : undefined;
    const known = constant(name) ?? handler ?? (this.names.includes(name) ? undefined : errnoValues.get(name));
    if (known !== undefined) return immediate(known);
    return this.names.includes(name) ? register(this.names.indexOf(name)) : shared(this.sharedIndex(name));
  }

  /** The register that it is, or NO_REGISTER when it is a word of memory or not given. */
  registerOf(to: Assignable | undefined): number {
    return to?.kind === 'name' && this.sharedIndex(to.name) < 0 ? this.names.indexOf(to.name) : NO_REGISTER;
  }

  /** Puts a value where it belongs, unless it is there already. */
  storeTo(to: Assignable | undefined, value: Source): void {
    if (to === undefined) return;
    const destination = this.registerOf(to);
    if (destination === NO_REGISTER) {
      const address = to.kind === 'memory' ? immediate(DATA_BASE + 4 * to.index) : this.sharedAddress(to.name);
      this.emitter.emit(OP_STORE, NO_REGISTER, [address, value]);
    } else if (value.mode !== register(0).mode || value.word !== destination) {
      this.emitter.emit(OP_MOV, destination, [value]);
    }
  }

  fail(at: Position, problem: string): never {
    throw new ProgramError(this.program.file, at, problem);
  }
}

function numberOf(part: string | number, constant: (name: string) => number | undefined): number {
  return typeof part === 'number' ? part : (constant(part) ?? 0);
}
