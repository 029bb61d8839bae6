/** Assembles statements other than calls. */
import { FUTEX_WAIT, FUTEX_WAKE } from '../kernel/abi.ts';
import {
  CMP_EQ,
  CMP_GE,
  CMP_GT,
  CMP_LE,
  CMP_LT,
  CMP_NE,
  DATA_BASE,
  OP_ADD,
  OP_AND,
  OP_EXPECT,
  OP_JEQ,
  OP_JGE,
  OP_JLT,
  OP_JMP,
  OP_JNE,
  OP_LOAD,
  OP_MOV,
  OP_SHR,
  OP_STORE,
  OP_WIND_DOWN,
  OP_XADD,
} from '../kernel/isa.ts';
import { NR_futex } from '../kernel/syscall-numbers.ts';
import { assembleCall } from './assemble-call.ts';
import { type Assembly, RESULT, WORK } from './assembly.ts';
import type { Assignable, Condition, Expression, Operand, Operator, Statement } from './ast.ts';
import type { Comparison } from './comparison.ts';
import { immediate, type Label, NO_REGISTER, register, shared } from './emitter.ts';
import { printStatement } from './print.ts';
import { arrivedWord, counterRegister } from './scope.ts';

const compareAux: Record<Comparison, number> = {
  '==': CMP_EQ,
  '!=': CMP_NE,
  '<': CMP_LT,
  '<=': CMP_LE,
  '>': CMP_GT,
  '>=': CMP_GE,
};

const operatorOp: Record<Operator, number> = { '+': OP_ADD, '&': OP_AND, '>>': OP_SHR };

/** The jump that is taken when a comparison is false; > and <= swap their sides. */
const unlessJump: Record<Comparison, { op: number; swap: boolean }> = {
  '==': { op: OP_JNE, swap: false },
  '!=': { op: OP_JEQ, swap: false },
  '<': { op: OP_JGE, swap: false },
  '>=': { op: OP_JLT, swap: false },
  '>': { op: OP_JGE, swap: true },
  '<=': { op: OP_JLT, swap: true },
};

/** More waiters than there can be. */
const ALL_WAITERS = 0x7fffffff;

/** Emits the statements of a block. `depth` counts the counted repeats around it. */
export function assembleBlock(assembly: Assembly, body: readonly Statement[], depth = 0): void {
  for (const statement of body) assembleStatement(assembly, statement, depth);
}

function assembleStatement(assembly: Assembly, statement: Statement, depth: number): void {
  assembly.at(statement.at);
  switch (statement.kind) {
    case 'call':
      return assembleCall(assembly, statement);
    case 'assign':
      return assign(assembly, statement.to, statement.value);
    case 'expect': {
      const { left, comparison, right } = statement.condition;
      const sides = [assembly.source(left), assembly.source(right)];
      return assembly.emitter.emit(OP_EXPECT, NO_REGISTER, sides, compareAux[comparison]);
    }
    case 'if':
      return assembleIf(assembly, statement, depth);
    case 'while':
      return loop(assembly, statement, statement.body, depth, (end) => jumpUnless(assembly, statement.condition, end));
    case 'repeat':
      return statement.count
        ? repeat(assembly, statement, statement.count, depth)
        : loop(assembly, statement, statement.body, depth, (end) => {
            assembly.emitter.emit(OP_WIND_DOWN, WORK);
            assembly.emitter.jump(OP_JNE, end, [register(WORK), immediate(0)]);
          });
    case 'barrier':
      return barrier(assembly, statement, statement.word.name, statement.count);
  }
}

function assign(assembly: Assembly, to: Assignable, value: Expression): void {
  const { emitter } = assembly;
  if (value.kind !== 'memory' && value.kind !== 'binary') return assembly.storeTo(to, assembly.source(value));
  const own = assembly.registerOf(to);
  const destination = own === NO_REGISTER ? WORK : own;
  if (value.kind === 'memory') emitter.emit(OP_LOAD, destination, [immediate(DATA_BASE + 4 * value.index)]);
  else {
    const sides = [assembly.source(value.left), assembly.source(value.right)];
    emitter.emit(operatorOp[value.operator], destination, sides);
  }
  if (own === NO_REGISTER) assembly.storeTo(to, register(WORK));
}

function jumpUnless(assembly: Assembly, condition: Condition, label: Label): void {
  const { op, swap } = unlessJump[condition.comparison];
  const sides = [assembly.source(condition.left), assembly.source(condition.right)];
  assembly.emitter.jump(op, label, swap ? sides.toReversed() : sides);
}

function assembleIf(assembly: Assembly, statement: Statement & { kind: 'if' }, depth: number): void {
  const { emitter } = assembly;
  const otherwise: Label = {};
  const end: Label = {};
  jumpUnless(assembly, statement.condition, otherwise);
  assembleBlock(assembly, statement.body, depth);
  if (statement.otherwise.length > 0) emitter.jump(OP_JMP, end);
  emitter.place(otherwise);
  assembleBlock(assembly, statement.otherwise, depth);
  emitter.place(end);
}

/** A loop that `test` leaves. */
function loop(
  assembly: Assembly,
  statement: Statement,
  body: readonly Statement[],
  depth: number,
  test: (end: Label) => void,
): void {
  const top: Label = {};
  const end: Label = {};
  assembly.emitter.place(top);
  test(end);
  assembleBlock(assembly, body, depth);
  assembly.at(statement.at);
  assembly.emitter.jump(OP_JMP, top);
  assembly.emitter.place(end);
}

/** Counts down in a register of its own, from what the count is at the start. */
function repeat(assembly: Assembly, statement: Statement & { kind: 'repeat' }, count: Operand, depth: number): void {
  const { emitter } = assembly;
  const counter = counterRegister(assembly.names, depth);
  emitter.emit(OP_MOV, counter, [assembly.source(count)]);
  // The counter stands for the rounds still to come, this one not counted, once the test is passed.
  loop(assembly, statement, statement.body, depth + 1, (end) => {
    emitter.jump(OP_JGE, end, [immediate(0), register(counter)]);
    emitter.emit(OP_ADD, counter, [register(counter), immediate(-1)]);
  });
}

/**
 * The shared word counts rounds, the hidden one arrivals in this round. The round is read before arriving: after that
 * it may move at any time. The last one empties the count before it opens the round, so nobody can arrive between.
 */
function barrier(assembly: Assembly, statement: Statement, word: string, count: number): void {
  const { emitter } = assembly;
  const text = printStatement(statement);
  const round = assembly.sharedAddress(word);
  const arrived = assembly.sharedAddress(arrivedWord(word));
  const current = shared(assembly.sharedIndex(word));
  const wait: Label = {};
  const last: Label = {};
  const done: Label = {};
  emitter.emit(OP_MOV, WORK, [current]);
  emitter.emit(OP_XADD, RESULT, [arrived, immediate(1)]);
  emitter.jump(OP_JEQ, last, [register(RESULT), immediate(count - 1)]);
  emitter.place(wait);
  const sleep = [round, immediate(FUTEX_WAIT), register(WORK), immediate(0), immediate(0)];
  emitter.systemCall(NR_futex, NO_REGISTER, sleep, text);
  emitter.jump(OP_JEQ, wait, [current, register(WORK)]);
  emitter.jump(OP_JMP, done);
  emitter.place(last);
  emitter.emit(OP_STORE, NO_REGISTER, [arrived, immediate(0)]);
  emitter.emit(OP_XADD, RESULT, [round, immediate(1)]);
  const wake = [round, immediate(FUTEX_WAKE), immediate(ALL_WAITERS), immediate(0), immediate(0)];
  emitter.systemCall(NR_futex, NO_REGISTER, wake, text);
  emitter.place(done);
}
