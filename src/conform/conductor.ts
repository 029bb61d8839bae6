/**
 * Runs a machine by hand, on one CPU: any task, one system call at a time, each to its end, as the controller of the
 * recordings did. Strings and structs go through the task's own user memory.
 */
import { attach, load, store } from '../machine/bus.ts';
import type { Engine } from '../machine/engine.ts';
import { restoreRam } from '../machine/ram.ts';
import { WALL, WNOHANG } from '../kernel/abi.ts';
import { current } from '../kernel/context.ts';
import { context_switch } from '../kernel/cpu-loop.ts';
import { system_call } from '../kernel/entry.ts';
import { BUFFER_PATH, BUFFER_STATUS, DATA_BASE, INSTRUCTION_WORDS, WORD_DST } from '../kernel/isa.ts';
import { kernel, pt_regs, task_struct } from '../kernel/layout.ts';
import { find_task_by_pid } from '../kernel/pid.ts';
import { dispatch, must_leave } from '../kernel/sched.ts';
import { NR_wait4 } from '../kernel/syscall-numbers.ts';
import { user_access_begin, user_access_end } from '../kernel/tlb.ts';
import { set_byte, user_to_ram } from '../kernel/uaccess.ts';
import { bootMachine } from '../boot/boot.ts';
import type { ProfileName } from '../kernel/profiles.ts';

/** One machine, reset to its state after boot for each case. */
export class Conductor {
  readonly memory: SharedArrayBuffer;
  readonly init: number;
  private readonly bootState: Uint8Array;
  private textAt = BUFFER_PATH;

  /** Runs the system call that the current task's registers ask for; 1 when it is over. */
  enter: () => number = system_call;

  /** A machine of so many CPUs; calls run on the first one unless `enter` says otherwise. */
  constructor(profile: ProfileName, cpus = 1, engine: Engine = 'js') {
    const code = new Int32Array(2 * INSTRUCTION_WORDS);
    code[WORD_DST] = -1;
    code[INSTRUCTION_WORDS + WORD_DST] = -1;
    this.memory = bootMachine({ profile, cpus, ramBytes: 2 << 20, engine, code, rodata: new Uint8Array(0) });
    this.init = load(kernel.init_task);
    store(this.init + task_struct.regs + pt_regs.eip, 1);
    this.bootState = new Uint8Array(this.memory).slice();
  }

  /** Back to the state after boot; this thread is the machine's CPU again, whatever it was meanwhile. */
  reset(): void {
    attach(this.memory, 0);
    restoreRam(this.memory, this.bootState);
  }

  /** Runs one system call as this task, which must be able to run. Its result; a call that would sleep throws. */
  call(task: number, nr: number, ...operands: (number | string)[]): number {
    dispatch(task);
    this.textAt = BUFFER_PATH;
    const regs = task + task_struct.regs;
    store(regs + pt_regs.eax, nr);
    const places = [pt_regs.ebx, pt_regs.ecx, pt_regs.edx, pt_regs.esi, pt_regs.edi];
    places.forEach((place, i) => {
      const operand = operands[i] ?? 0;
      store(regs + place, typeof operand === 'string' ? this.putText(operand) : operand);
    });
    const over = this.enter();
    if (current() !== task) throw new Error('the call switched tasks');
    const result = load(regs + pt_regs.eax);
    const leaves = must_leave(task);
    if (leaves) context_switch();
    if (!over) throw new Error(`system call ${nr} would ${leaves ? 'sleep' : 'begin again after pending signals'}`);
    return result;
  }

  /** Collects every child of init that is ready: their pids in order. */
  reapOrphans(): number[] {
    const reaped: number[] = [];
    for (;;) {
      const pid = this.call(this.init, NR_wait4, -1, 0, WNOHANG | WALL);
      if (pid <= 0) return reaped;
      reaped.push(pid);
    }
  }

  /** The task with this number, which must exist. */
  task(pid: number): number {
    const task = find_task_by_pid(pid);
    if (task === 0) throw new Error(`there is no task ${pid}`);
    return task;
  }

  /** Writes words to the current task's user memory; for the structs that calls take. */
  putWords(task: number, address: number, words: readonly number[]): void {
    dispatch(task);
    words.forEach((word, i) => {
      store(this.writable(address + 4 * i), word);
    });
  }

  /** Reads a word of a task's user memory. */
  getWord(task: number, address: number): number {
    dispatch(task);
    const at = this.translate(address, 0);
    if (at === 0) throw new Error(`user address ${address} is not mapped`);
    return load(at);
  }

  /** Reads zero-terminated text of a task's user memory. */
  getText(task: number, address: number): string {
    let text = '';
    for (let at = address; ; at++) {
      const byte = (this.getWord(task, at & ~3) >>> (8 * (at & 3))) & 0xff;
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  }

  /** Exit code of the last wait4 that used BUFFER_STATUS. */
  exitCode(task: number): number {
    return (this.getWord(task, BUFFER_STATUS) >>> 8) & 0xff;
  }

  private putText(text: string): number {
    const address = this.textAt;
    for (let i = 0; i <= text.length; i++) {
      const at = this.writable(address + i);
      set_byte(at & ~3, at & 3, i < text.length ? text.charCodeAt(i) : 0);
    }
    this.textAt += (text.length + 4) & ~3;
    return address;
  }

  /** The RAM address behind a user address of the current task; nobody else runs meanwhile. */
  private translate(address: number, write: number): number {
    user_access_begin();
    const at = user_to_ram(address, write);
    user_access_end();
    return at;
  }

  private writable(address: number): number {
    const at = this.translate(address, 1);
    if (at === 0) throw new Error(`user address ${address} cannot be written`);
    return at;
  }
}

/** Private words of a program: word w of `mset` and `mget`. */
export const privateWord = (index: number): number => DATA_BASE + 4 * index;
