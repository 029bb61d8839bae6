/**
 * A machine's RAM as a reader outside sees it: tasks and what they point to. Reads only, through its own view of the
 * memory, so it works on a running, a stopped, or a dumped machine; on a running one it may see torn state.
 */
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import { kernel, list_head, pid_link, task_struct } from '../../kernel/layout.ts';

/** What a look at RAM comes to; `outside` where it leads out of it, as something broken or half-way through a change may. */
export function withinRam<T>(look: () => T, outside: T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof RangeError) return outside;
    throw error;
  }
}

export class RamView {
  readonly words: Int32Array;
  readonly bytes: number;

  /** `bytes`: of RAM, where more lies in the memory behind it. */
  constructor(memory: ArrayBufferLike, bytes = memory.byteLength) {
    this.words = new Int32Array(memory, 0, bytes >> 2);
    this.bytes = bytes;
  }

  /** The word at an address. Throws RangeError outside RAM, where a broken list may lead. */
  word(address: number): number {
    const value = address >= FIRST_ADDRESS ? this.words[address >> 2] : undefined;
    if (value === undefined) throw new RangeError(`address ${address} is outside RAM`);
    return value;
  }

  /** True for a word-aligned address in RAM. */
  valid(address: number): boolean {
    return address >= FIRST_ADDRESS && address < this.bytes && (address & 3) === 0;
  }

  /** The entries of a list by address of their list_head. Throws RangeError when the list leads nowhere. */
  list(head: number, limit = 1 << 20): number[] {
    const entries: number[] = [];
    for (let at = this.word(head + list_head.next); at !== head; at = this.word(at + list_head.next)) {
      entries.push(at);
      if (entries.length > limit) throw new RangeError(`list at ${head} does not end`);
    }
    return entries;
  }

  /** Zero-terminated text of at most `limit` bytes. */
  text(address: number, limit: number): string {
    let text = '';
    for (let i = 0; i < limit; i++) {
      const byte = (this.word((address + i) & ~3) >>> (8 * ((address + i) & 3))) & 0xff;
      if (byte === 0) break;
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Every task that is in the task list, init first, then in order of creation. */
  tasks(): number[] {
    return this.list(kernel.init_tasks).map((entry) => entry - task_struct.tasks);
  }

  /** Number of a task in one of the four pid hashes. */
  pidNumber(task: number, type: number): number {
    return this.word(task + task_struct.pids + type * pid_link.SIZE + pid_link.nr);
  }

  /** The other tasks of a task's thread group, in ring order. */
  threadRing(task: number, type: number): number[] {
    const offset = task_struct.pids + type * pid_link.SIZE + pid_link.pid_list;
    return this.list(task + offset).map((entry) => entry - offset);
  }
}
