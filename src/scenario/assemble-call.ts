/** Assembles a call as its entry in the table of calls says. */
import { MS_BIND, NSIG, SIGEV_SIGNAL, SIGEV_THREAD_ID, WCONTINUED, WUNTRACED } from '../kernel/abi.ts';
import { profiles } from '../kernel/profiles.ts';
import {
  OP_ADD,
  OP_AND,
  OP_CHOOSE,
  OP_JEQ,
  OP_JGE,
  OP_JLT,
  OP_JMP,
  OP_JNE,
  OP_LOAD,
  OP_MOV,
  OP_PATH,
  OP_SHR,
  OP_STORE,
  OP_XADD,
} from '../kernel/isa.ts';
import { type Assembly, RESULT, WORK } from './assembly.ts';
import type { Assignable, CallStatement, Operand } from './ast.ts';
import type { CallSpec, MadeArgument } from './call-spec.ts';
import { callSpec } from './calls.ts';
import { signals } from './constants.ts';
import { immediate, type Label, NO_REGISTER, register, shared, type Source } from './emitter.ts';
import { pathTemplate } from './paths.ts';
import { printStatement } from './print.ts';
import { SEMAPHORE_SET } from './scope.ts';

/** Emits a call: what it is given, the instruction itself, what is made of its result. */
export function assembleCall(assembly: Assembly, statement: CallStatement): void {
  const spec = callSpec(statement.call);
  if (spec === undefined) throw new Error(`the checks let an unknown call pass: ${statement.call}`);
  const { emitter } = assembly;
  const [first, second] = statement.results;
  const own = assembly.registerOf(first);
  const needed = first !== undefined || second !== undefined || spec.starts;
  const destination = own === NO_REGISTER && needed ? RESULT : own;
  const sources = spec.registers.map((from, index) => argument(assembly, statement, spec, from, index));
  if (spec.number === 'xadd') emitter.emit(OP_XADD, destination, sources);
  else if (spec.number === 'choose') emitter.emit(OP_CHOOSE, destination, sources);
  else emitter.systemCall(callNumber(assembly, statement, spec), destination, sources, printStatement(statement));
  if (statement.child) startChild(assembly, statement.child.name, destination);
  if (spec.after === 'permissions' && first) {
    if (second) readOwner(assembly, destination, second);
    keepWord(assembly, destination, assembly.buffers.stat(assembly.task), 0o7777);
  }
  if (spec.after === 'signals' && first) {
    keepWord(assembly, destination, assembly.buffers.set(assembly.task), 0x7fffffff);
  }
  if (spec.after === 'timer' && first) {
    keepWord(assembly, destination, assembly.buffers.timer(assembly.task), 0x7fffffff);
  }
  if (spec.after === 'seconds-left' && first) {
    keepWord(assembly, destination, assembly.buffers.timer(assembly.task) + 8, 0x7fffffff);
  }
  if (spec.after === 'child' && first) {
    keepWord(assembly, destination, assembly.buffers.child(assembly.task) + 12, -1);
  }
  if (first && own === NO_REGISTER) assembly.storeTo(first, register(destination));
  if (spec.after === 'exit-code' && second) {
    const code = assembly.registerOf(second);
    readExitCode(assembly, destination, code === NO_REGISTER ? WORK : code, tellsStops(assembly, statement, spec));
    if (code === NO_REGISTER) assembly.storeTo(second, register(WORK));
  }
}

function callNumber(assembly: Assembly, statement: CallStatement, spec: CallSpec): number {
  if (typeof spec.number === 'number') return spec.number;
  if (spec.number === 'unshare') return profiles[assembly.program.profile].unshare;
  const first = statement.operands[0];
  return first?.kind === 'number' ? first.value : 0;
}

/** The value of one argument; a path with a pid in it is written first. */
function argument(
  assembly: Assembly,
  statement: CallStatement,
  spec: CallSpec,
  from: number | string,
  index: number,
): Source {
  if (typeof from === 'number') return immediate(from);
  if (from.startsWith('@')) return madeArgument(assembly, statement, spec, from as MadeArgument);
  const { operand, source } = operandSource(assembly, statement, spec, from);
  const kind = spec.operands.find((each) => each.name === from)?.kind;
  return operand?.kind === 'text' && kind === 'path' ? pathSource(assembly, operand.value, index) : source;
}

/** An operand by its name, or its default. */
function operandSource(
  assembly: Assembly,
  statement: CallStatement,
  spec: CallSpec,
  name: string,
): { operand: Operand | undefined; source: Source } {
  const index = spec.operands.findIndex((operand) => operand.name === name);
  const operand = statement.operands[index];
  const entry = spec.operands[index];
  if (operand === undefined) return { operand, source: immediate(entry?.default ?? 0) };
  const isPath = entry?.kind === 'path';
  return { operand, source: isPath ? immediate(0) : assembly.source(operand, entry) };
}

function madeArgument(assembly: Assembly, statement: CallStatement, spec: CallSpec, made: MadeArgument): Source {
  const { buffers, rodata, task } = assembly;
  const constant = (name: string): number => operandSource(assembly, statement, spec, name).source.word;
  switch (made) {
    case '@status':
      return immediate(buffers.status(task));
    case '@child':
      return immediate(buffers.child(task));
    case '@stat':
      return immediate(buffers.stat(task));
    case '@text':
      return immediate(buffers.text());
    case '@tmpfs':
      return immediate(rodata.text('tmpfs'));
    case '@afs':
      return immediate(rodata.text('afs'));
    case '@selinux':
      return immediate(rodata.text('security.selinux'));
    case '@length':
      return immediate(textLength(statement, spec));
    case '@semaphores':
      return shared(assembly.sharedIndex(SEMAPHORE_SET));
    case '@sembuf':
      return immediate(rodata.semaphoreOperation(constant('sem_num'), constant('n'), constant('flags')));
    case '@sigaction':
      // The old call's struct: handler, mask, flags, restorer.
      return immediate(rodata.words([constant('handler'), 0, constant('flags'), 0]));
    case '@itimerval':
      return immediate(rodata.words([constant('interval'), 0, constant('seconds'), 0]));
    case '@timespec':
      return immediate(timespec(assembly, statement, spec));
    case '@timer':
      return immediate(buffers.timer(task));
    case '@sigevent':
      return immediate(sigevent(assembly, statement, spec));
    case '@siginfo':
      // si_signo, si_errno, and si_code, which is SI_QUEUE.
      return immediate(rodata.words([0, 0, -1]));
    case '@sigset':
      return immediate(rodata.words(signalSet(statement.operands.find((one) => one.kind === 'flags'))));
    case '@oldset':
      return immediate(buffers.set(task));
    case '@bind':
      return immediate(MS_BIND | constant('flags'));
    case '@clone':
      return immediate(constant('flags') | constant('exit_signal'));
  }
}

/** A struct timespec of whole seconds; 0 where they are left out. */
function timespec(assembly: Assembly, statement: CallStatement, spec: CallSpec): number {
  const { operand, source } = operandSource(assembly, statement, spec, 'seconds');
  return operand === undefined ? 0 : assembly.rodata.words([source.word, 0]);
}

/** A struct sigevent: value, signal, how, thread. The number of a thread is not known before, so it is written then. */
function sigevent(assembly: Assembly, statement: CallStatement, spec: CallSpec): number {
  const { emitter, buffers, rodata } = assembly;
  const signal = operandSource(assembly, statement, spec, 'sig').source;
  const { operand, source } = operandSource(assembly, statement, spec, 'tid');
  if (operand === undefined) return rodata.words([0, signal.word, SIGEV_SIGNAL, 0]);
  const at = buffers.sigevent(assembly.task);
  [signal, immediate(SIGEV_SIGNAL | SIGEV_THREAD_ID), source].forEach((word, index) => {
    emitter.emit(OP_STORE, NO_REGISTER, [immediate(at + 4 + 4 * index), word]);
  });
  return at;
}

/** Bytes of the operand that is a text. */
function textLength(statement: CallStatement, spec: CallSpec): number {
  const operand = statement.operands[spec.operands.findIndex(({ kind }) => kind === 'text')];
  return operand?.kind === 'text' ? Buffer.byteLength(operand.value) : 0;
}

/** The two words of a set of signals, which are given by name or number; 0 is none. */
function signalSet(operand: Operand | undefined): number[] {
  const words = [0, 0];
  for (const part of operand?.kind === 'flags' ? operand.parts : []) {
    const sig = typeof part === 'number' ? part : signals[part as keyof typeof signals];
    const at = (sig - 1) >> 5;
    if (sig > 0 && sig <= NSIG) words[at] = (words[at] ?? 0) | (1 << ((sig - 1) & 31));
  }
  return words;
}

/** The address of a path. The pid of a task is not known before, so such a path is written just before the call. */
function pathSource(assembly: Assembly, path: string, use: number): Source {
  const template = pathTemplate(
    path,
    assembly.program.tasks.map((task) => task.name),
  );
  if (typeof template === 'string') throw new Error(`the checks let a path pass: ${template}`);
  const text = immediate(assembly.rodata.text(template.text));
  if (template.task === undefined) return text;
  const buffer = immediate(assembly.buffers.path(assembly.task, use, template.bytes));
  assembly.emitter.emit(OP_PATH, NO_REGISTER, [buffer, text, shared(assembly.sharedIndex(template.task))]);
  return buffer;
}

/** After clone: the child goes to its task, the parent notes the child's pid when there is one. */
export function startChild(assembly: Assembly, child: string, pid: number): void {
  const { emitter } = assembly;
  const entry = assembly.entries[assembly.taskIndex(child)];
  if (entry === undefined) throw new Error(`the checks let an unknown task pass: ${child}`);
  const failed: Label = {};
  emitter.jump(OP_JEQ, entry, [register(pid), immediate(0)]);
  emitter.jump(OP_JLT, failed, [register(pid), immediate(0)]);
  emitter.emit(OP_STORE, NO_REGISTER, [assembly.sharedAddress(child), register(pid)]);
  emitter.place(failed);
}

/** After stat: the owner, or -1 when there is nothing to tell of. */
function readOwner(assembly: Assembly, result: number, to: Assignable): void {
  const { emitter } = assembly;
  const failed: Label = {};
  const own = assembly.registerOf(to);
  const owner = own === NO_REGISTER ? WORK : own;
  emitter.emit(OP_MOV, owner, [immediate(-1)]);
  emitter.jump(OP_JLT, failed, [register(result), immediate(0)]);
  emitter.emit(OP_LOAD, owner, [immediate(assembly.buffers.stat(assembly.task) + 4)]);
  emitter.place(failed);
  if (own === NO_REGISTER) assembly.storeTo(to, register(WORK));
}

/** After a call that stored something: a success becomes these bits of a word of it. */
function keepWord(assembly: Assembly, result: number, address: number, bits: number): void {
  const { emitter } = assembly;
  const failed: Label = {};
  emitter.jump(OP_JLT, failed, [register(result), immediate(0)]);
  emitter.emit(OP_LOAD, result, [immediate(address)]);
  emitter.emit(OP_AND, result, [register(result), immediate(bits)]);
  emitter.place(failed);
}

/** Whether a wait asks for children that stopped or go on. */
function tellsStops(assembly: Assembly, statement: CallStatement, spec: CallSpec): boolean {
  if (!spec.operands.some((operand) => operand.name === 'options')) return false;
  return (operandSource(assembly, statement, spec, 'options').source.word & (WUNTRACED | WCONTINUED)) !== 0;
}

/**
 * After wait: the exit code, 128 + the signal that killed the child, or -1 when no child was told of. With `stops` also 256 +
 * the signal that stopped it, or 511 when it goes on.
 */
function readExitCode(assembly: Assembly, pid: number, code: number, stops: boolean): void {
  const { emitter } = assembly;
  const stopped: Label = {};
  const killed: Label = {};
  const done: Label = {};
  emitter.emit(OP_MOV, code, [immediate(-1)]);
  emitter.jump(OP_JGE, done, [immediate(0), register(pid)]);
  emitter.emit(OP_LOAD, code, [immediate(assembly.buffers.status(assembly.task))]);
  emitter.emit(OP_AND, RESULT, [register(code), immediate(0x7f)]);
  if (stops) emitter.jump(OP_JEQ, stopped, [register(RESULT), immediate(0x7f)]);
  emitter.jump(OP_JNE, killed, [register(RESULT), immediate(0)]);
  emitter.emit(OP_SHR, code, [register(code), immediate(8)]);
  emitter.emit(OP_AND, code, [register(code), immediate(0xff)]);
  emitter.jump(OP_JMP, done);
  emitter.place(killed);
  emitter.emit(OP_ADD, code, [register(RESULT), immediate(128)]);
  if (stops) {
    emitter.jump(OP_JMP, done);
    emitter.place(stopped);
    emitter.emit(OP_SHR, code, [register(code), immediate(8)]);
    emitter.emit(OP_ADD, code, [register(code), immediate(256)]);
  }
  emitter.place(done);
}
