/** The kernel as its modules stand: what the compiled one is held against. */
export { cpu_main } from '../kernel/cpu-loop.ts';
export { time_passes, timer_interrupt } from '../kernel/interrupt.ts';
