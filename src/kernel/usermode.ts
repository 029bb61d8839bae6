/** User mode: executes the instructions of a program (isa.ts) for the current task, one at a time. */
import { atomic_inc } from '../machine/atomic.ts';
import { choose, cmpxchg, load, store } from '../machine/bus.ts';
import { RODATA_PAGES, USER_PAGE_SIZE } from '../machine/limits.ts';
import { SIGSEGV, TASK_UNINTERRUPTIBLE } from './abi.ts';
import { current } from './context.ts';
import { system_call } from './entry.ts';
import { do_group_exit } from './exit.ts';
import {
  CMP_EQ,
  CMP_GT,
  CMP_LE,
  CMP_LT,
  CMP_NE,
  INSTRUCTION_BYTES,
  MODE_REGISTER,
  MODE_SHARED,
  OP_ADD,
  OP_AND,
  OP_CHOOSE,
  OP_END,
  OP_EXPECT,
  OP_HALT,
  OP_INT80,
  OP_JEQ,
  OP_JGE,
  OP_JLT,
  OP_JMP,
  OP_JNE,
  OP_LOAD,
  OP_PATH,
  OP_SHR,
  OP_STORE,
  OP_WIND_DOWN,
  OP_XADD,
  WORD_AUX,
  WORD_DST,
  WORD_LINE,
  WORD_MODES,
  WORD_OP,
  WORD_OPERANDS,
  WORD_TASK,
} from './isa.ts';
import { kernel, pt_regs, task_struct } from './layout.ts';
import { must_leave } from './sched.ts';
import { force_sig } from './signal.ts';
import { get_user, get_user_byte, put_user, put_user_byte, user_xadd } from './uaccess.ts';

const PERCENT = 37;

/** Value of an operand: itself, a register, or a shared word. */
function operand(regs: number, at: number, index: number): number {
  const value = load(at + 4 * (WORD_OPERANDS + index));
  const mode = (load(at + 4 * WORD_MODES) >>> (2 * index)) & 3;
  if (mode === MODE_REGISTER) return load(regs + pt_regs.r + 4 * value);
  if (mode !== MODE_SHARED) return value;
  return load(load(kernel.image) + load(kernel.image_bytes) + RODATA_PAGES * USER_PAGE_SIZE + 4 * value);
}

/** Address of the register an instruction writes; a word nobody reads when it writes none. */
function destination(regs: number, at: number): number {
  const dst = load(at + 4 * WORD_DST);
  return dst < 0 ? regs + pt_regs.ebp : regs + pt_regs.r + 4 * dst;
}

/**
 * Loads the argument registers and enters the kernel. 1 when the call is over; 0 when it runs again, and then the task
 * goes through schedule even if it was woken meanwhile, which takes it off its wait queue.
 */
function int80(regs: number, at: number): number {
  store(regs + pt_regs.eax, load(at + 4 * WORD_AUX));
  store(regs + pt_regs.ebx, operand(regs, at, 0));
  store(regs + pt_regs.ecx, operand(regs, at, 1));
  store(regs + pt_regs.edx, operand(regs, at, 2));
  store(regs + pt_regs.esi, operand(regs, at, 3));
  store(regs + pt_regs.edi, operand(regs, at, 4));
  if (system_call() === 0) {
    store(regs + pt_regs.eip, load(regs + pt_regs.eip) - 1);
    return 0;
  }
  store(destination(regs, at), load(regs + pt_regs.eax));
  return 1;
}

/** 1 when the two values compare as the code says. */
function compares(code: number, left: number, right: number): number {
  if (code === CMP_EQ) return left === right ? 1 : 0;
  if (code === CMP_NE) return left !== right ? 1 : 0;
  if (code === CMP_LT) return left < right ? 1 : 0;
  if (code === CMP_LE) return left <= right ? 1 : 0;
  if (code === CMP_GT) return left > right ? 1 : 0;
  return left >= right ? 1 : 0;
}

/** Counts a failed expectation; the first one's place and values are kept. */
function expectation_failed(at: number, got: number, wanted: number): void {
  atomic_inc(kernel.expect_failures);
  if (cmpxchg(kernel.failed_line, 0, load(at + 4 * WORD_LINE)) !== 0) return;
  store(kernel.failed_task, load(at + 4 * WORD_TASK));
  store(kernel.failed_got, got);
  store(kernel.failed_wanted, wanted);
}

/** Writes a path from a template, '%' replaced by a number. 0 or -EFAULT. */
function write_path(target: number, template: number, value: number): number {
  let to = target;
  for (let from = template; ; from++) {
    const byte = get_user_byte(from);
    if (byte < 0) return byte;
    if (byte === PERCENT) {
      let scale = 100000;
      while (scale > 1 && value < scale) scale = (scale / 10) | 0;
      for (; scale >= 1; scale = (scale / 10) | 0) {
        const err = put_user_byte(48 + (((value / scale) | 0) % 10), to);
        if (err) return err;
        to = to + 1;
      }
      continue;
    }
    const err = put_user_byte(byte, to);
    if (err || byte === 0) return err;
    to = to + 1;
  }
}

/** Executes a jump: the new place when it is taken, else -1. */
function jump(op: number, regs: number, at: number): number {
  const left = operand(regs, at, 0);
  const right = operand(regs, at, 1);
  const taken =
    op === OP_JMP ||
    (op === OP_JEQ && left === right) ||
    (op === OP_JNE && left !== right) ||
    (op === OP_JLT && left < right) ||
    (op === OP_JGE && left >= right);
  return taken ? load(at + 4 * WORD_AUX) : -1;
}

/** Executes an instruction on user memory. 0, or an error that is a SIGSEGV. */
function memory_instruction(op: number, regs: number, at: number): number {
  const address = operand(regs, at, 0);
  const value = operand(regs, at, 1);
  if (op === OP_LOAD) return get_user(destination(regs, at), address);
  if (op === OP_STORE) return put_user(value, address);
  if (op === OP_XADD) return user_xadd(destination(regs, at), address, value);
  return write_path(address, value, operand(regs, at, 2));
}

/**
 * Executes the next instruction of the current task. 1 when the task can go on, 0 when it has to leave the CPU: it
 * sleeps, died, stopped, or is init at the program's end.
 */
export function user_step(): number {
  const tsk = current();
  const regs = tsk + task_struct.regs;
  const eip = load(regs + pt_regs.eip);
  const at = load(kernel.image) + INSTRUCTION_BYTES * eip;
  const op = load(at + 4 * WORD_OP);
  store(regs + pt_regs.eip, eip + 1);
  if (op === OP_INT80) {
    return int80(regs, at) && must_leave(tsk) === 0 ? 1 : 0;
  }
  if (op >= OP_JMP && op <= OP_JGE) {
    const to = jump(op, regs, at);
    if (to >= 0) store(regs + pt_regs.eip, to);
    return 1;
  }
  if (op === OP_LOAD || op === OP_STORE || op === OP_XADD || op === OP_PATH) {
    if (memory_instruction(op, regs, at)) {
      store(regs + pt_regs.eip, eip);
      force_sig(SIGSEGV, tsk);
    }
    return 1;
  }
  if (op === OP_END) {
    do_group_exit(0);
    return 0;
  }
  if (op === OP_HALT) {
    store(kernel.finished, 1);
    store(tsk + task_struct.state, TASK_UNINTERRUPTIBLE);
    return 0;
  }
  simple_instruction(op, regs, at);
  return 1;
}

/** Executes an instruction that stays in registers. */
function simple_instruction(op: number, regs: number, at: number): void {
  const left = operand(regs, at, 0);
  const right = operand(regs, at, 1);
  if (op === OP_EXPECT) {
    if (compares(load(at + 4 * WORD_AUX), left, right) === 0) expectation_failed(at, left, right);
    return;
  }
  let value = left;
  if (op === OP_ADD) value = (left + right) | 0;
  else if (op === OP_AND) value = left & right;
  else if (op === OP_SHR) value = left >>> right;
  else if (op === OP_WIND_DOWN) value = load(kernel.wind_down);
  else if (op === OP_CHOOSE) value = choose(left);
  store(destination(regs, at), value);
}
