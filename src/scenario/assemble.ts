/** From a checked ast to the image that a machine boots with: init's program, then each task's. */
import { ECHILD, SEMGET, SIGCHLD, WALL } from '../kernel/abi.ts';
import { BUFFER_STATUS, HANDLER_TEXT, OP_END, OP_HALT, OP_JMP, OP_JNE, OP_MOV } from '../kernel/isa.ts';
import { NR_clone, NR_ipc, NR_setuid, NR_sigreturn, NR_wait4 } from '../kernel/syscall-numbers.ts';
import { SEMMSL } from '../machine/limits.ts';
import { startChild } from './assemble-call.ts';
import { assembleBlock } from './assemble-statement.ts';
import { Assembly, RESULT } from './assembly.ts';
import type { Program, Task } from './ast.ts';
import { immediate, type Label, NO_REGISTER, register } from './emitter.ts';
import type { ProgramImage } from './image.ts';
import { parseProgram } from './parser.ts';
import { RODATA_BYTES } from './rodata.ts';
import { SEMAPHORE_SET, startedByInit } from './scope.ts';

/** The image of a program. Throws a ProgramError when it needs more data than there is room for. */
export function assemble(program: Program): ProgramImage {
  const assembly = new Assembly(program);
  assembleInit(assembly);
  placeHandlers(assembly);
  for (const task of program.tasks) assembleTask(assembly, task);
  const start = { line: 1, column: 1 };
  if (assembly.rodata.length > RODATA_BYTES) {
    assembly.fail(start, `paths and records need ${assembly.rodata.length} bytes, there are ${RODATA_BYTES}`);
  }
  if (assembly.buffers.missing > 0) {
    assembly.fail(start, `the buffers of the tasks need ${assembly.buffers.missing} bytes more than there are`);
  }
  return {
    code: assembly.emitter.finish(),
    rodata: assembly.rodata.finish(),
    tasks: program.tasks.map((task, index) => ({
      name: task.name,
      entry: assembly.entries[index]?.instruction ?? 0,
      ...(task.uid === undefined ? {} : { uid: task.uid }),
      started: startedByInit(program, task),
      line: task.at.line,
    })),
    registers: assembly.registers,
    sharedNames: assembly.sharedNames,
    cpus: program.cpus,
    profile: program.profile,
    always: program.always,
    polydirs: program.polydirs,
    file: program.file,
    source: program.source,
    callText: assembly.emitter.callText,
  };
}

/** Parses and assembles. Throws a ProgramError at the first mistake. */
export function assembleText(source: string, file?: string): ProgramImage {
  return assemble(parseProgram(source, file));
}

/** Makes the semaphore set when it is used, starts the tasks in order, and reaps until nobody is left. */
function assembleInit(assembly: Assembly): void {
  const { emitter, program } = assembly;
  assembly.enter();
  if (assembly.sharedIndex(SEMAPHORE_SET) >= 0) {
    const make = [SEMGET, 0, SEMMSL, 0, 0].map(immediate);
    emitter.systemCall(NR_ipc, RESULT, make, `${SEMAPHORE_SET} of ${SEMMSL}`);
    assembly.storeTo({ kind: 'name', name: SEMAPHORE_SET, at: { line: 0, column: 0 } }, register(RESULT));
  }
  for (const task of program.tasks) {
    if (!startedByInit(program, task)) continue;
    emitter.systemCall(NR_clone, RESULT, [SIGCHLD, 0, 0, 0, 0].map(immediate), `clone(0) -> ${task.name}`);
    startChild(assembly, task.name, RESULT);
  }
  const again: Label = {};
  emitter.place(again);
  emitter.systemCall(NR_wait4, RESULT, [-1, BUFFER_STATUS, WALL, 0].map(immediate), 'waitpid(-1, WALL)');
  emitter.jump(OP_JNE, again, [register(RESULT), immediate(-ECHILD)]);
  emitter.emit(OP_HALT, NO_REGISTER);
}

/** A jump to each handler: its code comes later, when other code has its address in its data. */
function placeHandlers(assembly: Assembly): void {
  const { emitter, program } = assembly;
  program.tasks.forEach((task, index) => {
    const entry = assembly.entries[index];
    if (!task.handler || entry === undefined) return;
    assembly.enter(task);
    assembly.handlers.set(task.name, HANDLER_TEXT + emitter.length);
    emitter.jump(OP_JMP, entry);
  });
}

/** The registers still hold what the parent had in them, so they are cleared first. */
function assembleTask(assembly: Assembly, task: Task): void {
  const { emitter } = assembly;
  assembly.enter(task);
  const entry = assembly.entries[assembly.task];
  if (entry) emitter.place(entry);
  assembly.names.forEach((_, index) => emitter.emit(OP_MOV, index, [immediate(0)]));
  if (task.uid !== undefined) {
    emitter.systemCall(NR_setuid, NO_REGISTER, [immediate(task.uid)], `setuid(${task.uid})`);
  }
  assembleBlock(assembly, task.body);
  if (task.handler) emitter.systemCall(NR_sigreturn, NO_REGISTER, [], 'sigreturn()');
  emitter.emit(OP_END, NO_REGISTER);
}
