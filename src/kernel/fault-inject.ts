/**
 * Failures on purpose, in the shape of Linux's lib/fault-inject.c: whoever may fail asks here first, and there is no other
 * place. What fails, and how it is decided, lies in the CPU's own block (boot/faults.ts writes it before the CPUs run):
 *
 *   chosen   a search decides, each time: may_fail is a step of two values
 *   nth      of all that the CPU is asked the one with this number fails, once, as with Linux's fail-nth: nobody else's
 *            calls move the number, so that 1, 2, 3, ... are every failure of what one CPU does
 *   rate     each with a chance, drawn by a generator of the CPU's own, as with failslab's probability
 *
 * Only what a system call of the program asks for: not what init does, which begins the program's tasks, nor a page fault
 * of user mode, nor an interrupt. Without faults it is one look at a word of the CPU's own, and no step.
 */
import { load, may_fail, store, this_cpu } from '../machine/bus.ts';
import { HARDIRQ_OFFSET } from '../machine/cpu.ts';
import { cpu_area } from '../machine/map.ts';
import { current, might_sleep } from './context.ts';
import { FAULTS_CHOSEN, FAULTS_NONE, FAULTS_NTH } from './fault-sites.ts';
import { kernel, task_struct } from './layout.ts';

/** Whether this class may fail, or this place of the kernel. */
function is_fallible(area: number, class_: number, ip: number): number {
  if (load(area + cpu_area.fault_classes) & (1 << class_)) return 1;
  return load(kernel.fault_sites + 4 * (ip >>> 5)) & (1 << (ip & 31)) ? 1 : 0;
}

/** Draws with the chance of the CPU. */
function draw(area: number): number {
  // Marsaglia, Xorshift RNGs, 2003.
  let drawn = load(area + cpu_area.fault_drawn);
  drawn ^= drawn << 13;
  drawn ^= drawn >>> 17;
  drawn ^= drawn << 5;
  store(area + cpu_area.fault_drawn, drawn);
  return drawn >>> 1 < load(area + cpu_area.fault_argument) ? 1 : 0;
}

/** 1 when what is asked for is to fail: of a class, at a place by its number, or 0 for none. */
export function should_fail(class_: number, ip: number): number {
  const area = this_cpu();
  const mode = load(area + cpu_area.fault_mode);
  if (mode === FAULTS_NONE) return 0;
  if (load(area + cpu_area.preempt_count) >= HARDIRQ_OFFSET) return 0;
  if (load(area + cpu_area.in_syscall) === 0 || is_fallible(area, class_, ip) === 0) return 0;
  if (load(current() + task_struct.tgid) === 1) return 0;
  store(area + cpu_area.fault_class, class_);
  store(area + cpu_area.fault_site, ip);
  const asked = load(area + cpu_area.fault_asked) + 1;
  store(area + cpu_area.fault_asked, asked);
  let fails = 0;
  if (mode === FAULTS_CHOSEN) fails = may_fail(2);
  else if (mode === FAULTS_NTH) fails = asked === load(area + cpu_area.fault_argument) ? 1 : 0;
  else fails = draw(area);
  if (fails) store(area + cpu_area.fault_failed, load(area + cpu_area.fault_failed) + 1);
  return fails;
}

/** What stands before an allocation, which may sleep: 1 when it is to fail. */
export function slab_pre_alloc_hook(cache: number, ip: number): number {
  might_sleep();
  return should_fail(cache, ip);
}

/** The same before an access to user memory. */
export function should_fail_usercopy(class_: number): number {
  might_sleep();
  return should_fail(class_, 0);
}
