/**
 * Runs the user code of an image without a kernel: clone, exit, wait4, futex and getpid do what programs can see of
 * them, any other call answers 0. After every instruction another task may go on, chosen by a small generator of
 * numbers, so that a test can run many interleavings.
 */
import * as isa from '../../dist/src/kernel/isa.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import type { ProgramImage } from '../../dist/src/scenario/image.js';

interface FakeTask {
  pid: number;
  parent: number;
  at: number;
  registers: Int32Array;
  memory: Map<number, number>;
  state: 'runs' | 'sleeps' | 'zombie' | 'gone';
  /** Wait status once it is over. */
  status: number;
}

export interface FakeRun {
  /** Lines of expectations that were not met. */
  failed: number[];
  shared: Record<string, number>;
  /** Texts that OP_PATH wrote. */
  paths: string[];
  instructions: number;
  halted: boolean;
}

const inShared = (address: number): boolean => address >= isa.SHARED_BASE && address < isa.DATA_BASE;

/** Runs until init halts, or for so many instructions; OP_WIND_DOWN says 1 from the instruction `windDownAt` on. */
export function runFake(image: ProgramImage, seed: number, limit = 20000, windDownAt = limit): FakeRun {
  const shared = new Int32Array(isa.SHARED_WORDS);
  const run: FakeRun = { failed: [], shared: {}, paths: [], instructions: 0, halted: false };
  const tasks: FakeTask[] = [];
  const start = (parent: FakeTask | undefined): FakeTask => {
    const task: FakeTask = {
      pid: tasks.length + 1,
      parent: parent?.pid ?? 0,
      at: (parent?.at ?? -1) + 1,
      registers: parent ? parent.registers.slice() : new Int32Array(16),
      memory: new Map(parent?.memory),
      state: 'runs',
      status: 0,
    };
    tasks.push(task);
    return task;
  };
  start(undefined);
  const load = (task: FakeTask, address: number): number =>
    inShared(address) ? (shared[(address - isa.SHARED_BASE) / 4] ?? 0) : (task.memory.get(address) ?? 0);
  const store = (task: FakeTask, address: number, value: number): void => {
    if (inShared(address)) shared[(address - isa.SHARED_BASE) / 4] = value;
    else task.memory.set(address, value);
  };

  /** The result, or undefined when the task is to sleep and call again. */
  function systemCall(task: FakeTask, number: number, a: number[]): number | undefined {
    const [first = 0, second = 0, third = 0] = a;
    if (number === nr.NR_clone || number === nr.NR_fork) return start(task).pid;
    if (number === nr.NR_getpid) return task.pid;
    if (number === nr.NR_exit || number === nr.NR_exit_group) {
      task.state = 'zombie';
      task.status = (first & 0xff) << 8;
      return 0;
    }
    if (number === nr.NR_kill) {
      const victim = tasks.find((each) => each.pid === first);
      if (victim) Object.assign(victim, { state: 'zombie', status: second });
      return victim ? 0 : -3;
    }
    if (number === nr.NR_wait4) {
      const children = tasks.filter((each) => each.parent === task.pid && each.state !== 'gone');
      const wanted = first > 0 ? children.filter((each) => each.pid === first) : children;
      const dead = wanted.find((each) => each.state === 'zombie');
      if (dead === undefined) return wanted.length === 0 ? -10 : undefined;
      dead.state = 'gone';
      store(task, second, dead.status);
      return dead.pid;
    }
    if (number === nr.NR_futex && second === 0) {
      if (load(task, first) !== third) return -11;
      task.state = 'sleeps';
      return 0;
    }
    if (number === nr.NR_futex) for (const each of tasks) if (each.state === 'sleeps') each.state = 'runs';
    return 0;
  }

  function step(task: FakeTask): void {
    const words = image.code.subarray(task.at * isa.INSTRUCTION_WORDS, (task.at + 1) * isa.INSTRUCTION_WORDS);
    const [op = 0, destination = -1, modes = 0] = words;
    const aux = words[isa.WORD_AUX] ?? 0;
    const a = Array.from({ length: 6 }, (_, index) => {
      const word = words[isa.WORD_OPERANDS + index] ?? 0;
      const mode = (modes >> (2 * index)) & 3;
      if (mode === isa.MODE_REGISTER) return task.registers[word] ?? 0;
      return mode === isa.MODE_SHARED ? (shared[word] ?? 0) : word;
    });
    const [x = 0, y = 0, z = 0] = a;
    const set = (value: number): void => {
      if (destination >= 0) task.registers[destination] = value;
    };
    const holds = [x === y, x !== y, x < y, x <= y, x > y, x >= y];
    let next = task.at + 1;
    if (op === isa.OP_END) systemCall(task, nr.NR_exit_group, [0]);
    else if (op === isa.OP_MOV) set(x);
    else if (op === isa.OP_ADD) set(x + y);
    else if (op === isa.OP_AND) set(x & y);
    else if (op === isa.OP_SHR) set(x >>> y);
    else if (op === isa.OP_LOAD) set(load(task, x));
    else if (op === isa.OP_STORE) store(task, x, y);
    else if (op === isa.OP_XADD) {
      const before = load(task, x);
      set(before);
      store(task, x, before + y);
    } else if (op === isa.OP_JMP) next = aux;
    else if (op === isa.OP_JEQ && x === y) next = aux;
    else if (op === isa.OP_JNE && x !== y) next = aux;
    else if (op === isa.OP_JLT && x < y) next = aux;
    else if (op === isa.OP_JGE && x >= y) next = aux;
    else if (op === isa.OP_EXPECT && !holds[aux]) run.failed.push(words[isa.WORD_LINE] ?? 0);
    else if (op === isa.OP_WIND_DOWN) set(run.instructions >= windDownAt ? 1 : 0);
    else if (op === isa.OP_HALT) run.halted = true;
    else if (op === isa.OP_PATH) {
      const text = Buffer.from(image.rodata.subarray(y - isa.RODATA_BASE)).toString();
      run.paths.push(text.slice(0, text.indexOf('\0')).replaceAll('%', String(z)));
    } else if (op === isa.OP_INT80) {
      const result = systemCall(task, aux, a);
      if (result === undefined) return;
      set(result);
      const child = tasks.at(-1);
      const isNew = aux === nr.NR_clone || aux === nr.NR_fork;
      if (isNew && child && destination >= 0) child.registers[destination] = 0;
    }
    task.at = next;
  }

  let random = seed;
  while (!run.halted && run.instructions < limit) {
    const ready = tasks.filter((task) => task.state === 'runs');
    random = (Math.imul(random, 1103515245) + 12345) >>> 0;
    const task = ready[(random >>> 16) % Math.max(1, ready.length)];
    if (task === undefined) break;
    step(task);
    run.instructions++;
  }
  run.shared = Object.fromEntries(image.sharedNames.map((name, index) => [name, shared[index] ?? 0]));
  return run;
}
