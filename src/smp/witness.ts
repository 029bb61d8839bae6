/** Writes down what this CPU saw of a fault or a warning, while it can still be seen. */
import { load, this_cpu } from '../machine/bus.ts';
import type { BugKind } from '../machine/fault.ts';
import { cpu_area } from '../machine/map.ts';
import { RamView } from '../check/evidence/view.ts';
import { task_struct } from '../kernel/layout.ts';
import type { CpuEvidence } from '../check/evidence/bug-report.ts';
import { heldLocks, lockText, programTask } from '../check/evidence/machine-state.ts';

/** Places of warnings kept a CPU: the first of each kind and call chain. */
const MAX_WARNINGS = 64;

export class Witness {
  private readonly view: RamView;
  private readonly cpu: number;
  private readonly seen = new Map<string, CpuEvidence>();

  constructor(memory: SharedArrayBuffer, cpu: number) {
    this.view = new RamView(memory);
    this.cpu = cpu;
  }

  get warnings(): CpuEvidence[] {
    return [...this.seen.values()];
  }

  /** Notes a warning, once for each place it comes from. */
  warning(kind: BugKind, what: string, address: number): void {
    if (this.seen.size >= MAX_WARNINGS) return;
    const stack = new Error(what).stack ?? '';
    const key = kind + stack;
    if (!this.seen.has(key)) this.seen.set(key, this.describe(kind, this.withLock(what, address), address, stack));
  }

  /** A lock that is still held is named by its class, so that each class is a bug of its own. */
  private withLock(what: string, address: number): string {
    return what.startsWith('lock still held') ? `${what} (${lockText(this.view, address).split(' at ')[0]})` : what;
  }

  describe(kind: BugKind, what: string, address: number, stack: string): CpuEvidence {
    const task = load(this_cpu() + cpu_area.current);
    const known = this.view.valid(task);
    return {
      kind,
      what,
      address,
      cpu: this.cpu,
      stack,
      pid: known ? load(task + task_struct.pid) : 0,
      programTask: known ? programTask(this.view, task) : -1,
      held: heldLocks(this.view, this.cpu).map((lock) => lockText(this.view, lock)),
    };
  }
}
