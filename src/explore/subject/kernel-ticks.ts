/** When the CPUs of a stepped kernel may be interrupted (stepped/interrupts.ts), as its own words say. */
import type { RamView } from '../../check/evidence/view.ts';
import { cpu_data, cpuDataAddress, list_head, task_struct, timer_base } from '../../kernel/layout.ts';
import { cpu_area, cpuAddress } from '../../machine/map.ts';
import type { CompiledModule } from '../../stepped/compiled-module.ts';
import type { InterruptSource } from '../../stepped/interrupts.ts';

const INIT = 1;

/** `chosen`: a search decides where some come. undefined for a kernel that was built without a handler. */
export function kernelTicks(view: RamView, { entries }: CompiledModule, chosen: boolean): InterruptSource | undefined {
  const { timer_interrupt: handler } = entries;
  if (handler === undefined && chosen) throw new RangeError('a kernel without timer_interrupt takes no ticks');
  if (handler === undefined) return undefined;
  const own = (cpu: number, field: number): number => view.word(cpuAddress(cpu) + field);
  return {
    handler,
    chosen,
    isOpen: (cpu) => own(cpu, cpu_area.irqs_on) !== 0,
    mayCome(cpu) {
      if (own(cpu, cpu_area.ticks_left) === 0) return false;
      // One that comes where nothing is run, and no timer is armed, does nothing. Init only begins the program's tasks.
      if (own(cpu, cpu_area.timers_armed) !== 0) return true;
      const task = own(cpu, cpu_area.current);
      return task !== 0 && view.word(task + task_struct.tgid) !== INIT;
    },
    turn(cpu) {
      const timers = cpuDataAddress(cpu) + cpu_data.timers + timer_base.timers;
      return view.word(timers + list_head.next) === timers ? -1 : own(cpu, cpu_area.ticks_taken);
    },
  };
}
