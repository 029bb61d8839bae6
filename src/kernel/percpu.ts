/** The kernel's data of one CPU. */
import { this_cpu } from '../machine/bus.ts';
import { CPU_BASE, CPU_STRIDE } from '../machine/map.ts';
import { CPU_DATA_BASE, CPU_DATA_STRIDE, cpu_data } from './layout.ts';

export function this_cpu_data(): number {
  return CPU_DATA_BASE + (((this_cpu() - CPU_BASE) / CPU_STRIDE) | 0) * CPU_DATA_STRIDE;
}

export function cpu_rq(cpu: number): number {
  return CPU_DATA_BASE + cpu * CPU_DATA_STRIDE + cpu_data.rq;
}

export function cpu_timers(cpu: number): number {
  return CPU_DATA_BASE + cpu * CPU_DATA_STRIDE + cpu_data.timers;
}

/** The timers of this CPU. */
export function this_timers(): number {
  return this_cpu_data() + cpu_data.timers;
}

export function this_rq(): number {
  return this_cpu_data() + cpu_data.rq;
}
