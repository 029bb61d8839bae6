/** What each CPU is doing, read from RAM: for lockup reports and vmcores. */
import { fieldAt, structInfo } from '../../machine/struct.ts';
import { cacheStructs } from '../../kernel/caches.ts';
import { CPU_IDLE, CPU_PARKED, CPU_RUNNING, cpu_area, cpuAddress, machine } from '../../machine/map.ts';
import { cacheName, objectAt } from './objects.ts';
import type { RamView } from './view.ts';
import { INSTRUCTION_BYTES, WORD_TASK } from '../../kernel/isa.ts';
import { kernel, pt_regs, task_struct } from '../../kernel/layout.ts';
import { lockClassNames } from '../../kernel/locks.ts';
import { syscallNames } from '../../kernel/syscall-numbers.ts';

const stateNames: Readonly<Record<number, string>> = {
  [CPU_RUNNING]: 'running',
  [CPU_IDLE]: 'idle',
  [CPU_PARKED]: 'parked',
};

/** Which task of the program a task is executing, by the instruction it stands at; -1 for init and for none. */
export function programTask(view: RamView, task: number): number {
  const at = view.word(kernel.image) + INSTRUCTION_BYTES * view.word(task + task_struct.regs + pt_regs.eip);
  return at < view.word(kernel.image) + view.word(kernel.image_bytes) ? view.word(at + 4 * WORD_TASK) : -1;
}

/** `name/pid`, by the name of the program's task. */
export function taskText(view: RamView, task: number, names: readonly string[]): string {
  if (!view.valid(task)) return 'no task';
  const pid = view.word(task + task_struct.pid);
  return `${pid === 1 ? 'init' : (names[programTask(view, task)] ?? 'task')}/${pid}`;
}

/** Name of the field at an offset of a struct, as `->count`; empty for the object itself and where no field is. */
function fieldText(struct: object, offset: number): string {
  const field = offset < 0 ? undefined : fieldAt(structInfo(struct), offset);
  return field === undefined ? '' : `->${field.field}`;
}

/** An address with the object or the global variable it lies in: `0x0012a4c0 (task_struct->alloc_lock)`. */
export function addressText(view: RamView, address: number): string {
  const text = `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
  const object = view.valid(address) ? objectAt(view, address) : undefined;
  if (object !== undefined) {
    const table = cacheStructs[object.cache];
    const offset = address - object.address;
    const field = table === undefined || offset === 0 ? '' : fieldText(table, offset);
    return `${text} (${cacheName(object.cache)}${field}${object.inUse ? '' : ', freed'})`;
  }
  const global = fieldText(kernel, address - structInfo(kernel).base);
  return global === '' ? text : `${text} (${global.slice(2)})`;
}

/** A lock with its class. */
export function lockText(view: RamView, lock: number): string {
  const name = view.valid(lock + 4) ? (lockClassNames[view.word(lock + 4)] ?? 'lock') : 'lock';
  return `${name} at ${addressText(view, lock)}`;
}

/** The locks a CPU holds, oldest first. */
export function heldLocks(view: RamView, cpu: number): number[] {
  const area = cpuAddress(cpu);
  return Array.from({ length: view.word(area + cpu_area.held_count) }, (_, i) =>
    view.word(area + cpu_area.held + 4 * i),
  );
}

/** One CPU as text: what it runs, holds and waits for. */
export function cpuLines(view: RamView, cpu: number, names: readonly string[]): string[] {
  const area = cpuAddress(cpu);
  const task = view.word(area + cpu_area.current);
  const call = syscallNames[view.word(area + cpu_area.last_syscall)] ?? 'none';
  const where = view.word(area + cpu_area.in_syscall) ? `in ${call}` : `last call ${call}`;
  const state = stateNames[view.word(area + cpu_area.state)] ?? 'off';
  const lines = [`CPU#${cpu} ${state}, ${task === 0 ? 'no task' : taskText(view, task, names)}, ${where}`];
  const waiting = view.word(area + cpu_area.waiting_for);
  if (waiting !== 0) lines.push(`  waits for ${lockText(view, waiting)}`);
  for (const lock of heldLocks(view, cpu)) lines.push(`  holds ${lockText(view, lock)}`);
  return lines;
}

export const allCpuLines = (view: RamView, names: readonly string[]): string[] =>
  Array.from({ length: view.word(machine.ncpus) }, (_, cpu) => cpuLines(view, cpu, names)).flat();
