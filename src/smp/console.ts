/**
 * The console: the one outside every CPU, in the main thread. It watches RAM, makes all CPUs stand still, and stops
 * the machine. It never takes a lock and never waits without a limit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RamView } from '../check/evidence/view.ts';
import { CPU_IDLE, CPU_PARKED, cpu_area, cpuAddress, machine } from '../machine/map.ts';
import { cpu_data, cpuDataAddress, kernel, NR_SYSCALLS_COUNTED, rq } from '../kernel/layout.ts';

/** What one CPU has done so far. */
export interface Pulse {
  readonly heartbeat: number;
  readonly idle: boolean;
}

export class Console {
  readonly view: RamView;
  readonly cpus: number;
  private readonly memory: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = new Int32Array(memory);
    this.view = new RamView(memory);
    this.cpus = this.view.word(machine.ncpus);
  }

  read(address: number): number {
    return Atomics.load(this.memory, address >> 2);
  }

  private write(address: number, value: number): void {
    Atomics.store(this.memory, address >> 2, value);
    Atomics.notify(this.memory, address >> 2);
  }

  /** Every CPU leaves as soon as it next looks. */
  stop(): void {
    this.write(machine.stop, 1);
  }

  /** Asks every CPU to stand still between two user instructions; false when one does not within the limit. */
  async freeze(limitMs: number): Promise<boolean> {
    this.write(machine.freeze, 1);
    const until = performance.now() + limitMs;
    while (this.read(machine.parked) < this.cpus) {
      if (performance.now() > until || this.read(machine.stop) !== 0) return false;
      await sleep(1);
    }
    return true;
  }

  /** True when a CPU asks for a pause. */
  pauseAsked(): boolean {
    return this.read(machine.freeze) !== 0;
  }

  /** Lets the CPUs go on, and waits until they have or one of them asks for the next pause. */
  async thaw(): Promise<void> {
    this.write(machine.freeze, 0);
    while (this.read(machine.parked) > 0 && this.read(machine.stop) === 0 && !this.pauseAsked()) await sleep(1);
  }

  /** Tells programs that loop for ever to come to their end. */
  windDown(): void {
    this.write(kernel.wind_down, 1);
  }

  /** True when init came to the end of its program: every other task is gone. */
  finished(): boolean {
    return this.read(kernel.finished) === 1;
  }

  pulse(cpu: number): Pulse {
    const area = cpuAddress(cpu);
    return { heartbeat: this.read(area + cpu_area.heartbeat), idle: this.read(area + cpu_area.state) === CPU_IDLE };
  }

  /** Tasks that CPUs are running; meaningful while the machine stands still. */
  running(): Set<number> {
    const tasks = Array.from({ length: this.cpus }, (_, cpu) => this.read(cpuAddress(cpu) + cpu_area.current));
    return new Set(tasks.filter((task) => task !== 0));
  }

  /** True when no CPU has anything to do and no queue holds a task. */
  allIdle(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      if (!this.pulse(cpu).idle || this.read(cpuDataAddress(cpu) + cpu_data.rq + rq.nr_running) !== 0) return false;
    }
    return true;
  }

  /** Slices that tasks ran and times one was queued; stands still while everybody sleeps. */
  activity(): number {
    let sum = this.read(kernel.runnable);
    for (let cpu = 0; cpu < this.cpus; cpu++) sum += this.read(cpuDataAddress(cpu) + cpu_data.slices);
    return sum;
  }

  /** The CPU that does not stand still although it was asked to, or the first. */
  unparkedCpu(): number {
    const states = Array.from({ length: this.cpus }, (_, cpu) => this.read(cpuAddress(cpu) + cpu_area.state));
    return Math.max(
      0,
      states.findIndex((state) => state !== CPU_PARKED),
    );
  }

  /** System calls of all CPUs so far, by number. */
  countSyscalls(): { total: number; byCpu: number[] } {
    const byCpu = Array.from({ length: this.cpus }, (_, cpu) => {
      let sum = 0;
      for (let nr = 0; nr < NR_SYSCALLS_COUNTED; nr++)
        sum += this.read(cpuDataAddress(cpu) + cpu_data.syscalls + 4 * nr);
      return sum;
    });
    return { total: byCpu.reduce((a, b) => a + b, 0), byCpu };
  }
}
