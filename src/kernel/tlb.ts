/**
 * User accesses against changes of a page table. On hardware an access is one with its translation, and whoever takes
 * a page away makes every other CPU forget it (flush_tlb) before the page is reused. Here the access is several steps,
 * so a CPU marks itself while it has a translation in hand, and flush_tlb waits for the marks.
 *
 *   CPU in user mode                    CPU that takes the page away
 *   cr3 := table, user_access := 1      page table entry := new
 *   (locked) read the entry, access     full barrier
 *   user_access := 0                    wait while another CPU's user_access is 1; free the page
 *
 * Nothing is waited for while the mark is set: a page fault clears it first.
 */
import { load, smp_mb, store, this_cpu, wait_for_change, xchg } from '../machine/bus.ts';
import { CPU_BASE, CPU_STRIDE, cpu_area } from '../machine/map.ts';
import { kernel } from './layout.ts';

/** From here on this CPU may use translations. */
export function user_access_begin(): void {
  xchg(this_cpu() + cpu_area.user_access, 1);
}

/** The CPU has no translation in hand any more. */
export function user_access_end(): void {
  store(this_cpu() + cpu_area.user_access, 0);
}

/**
 * Returns when no other CPU can still use a translation that it read from this page table before. A CPU loads cr3
 * before it sets its mark, so one that has not this table loaded will read the new entries.
 */
export function flush_tlb(table: number): void {
  const own = this_cpu();
  const cpus = load(kernel.nr_cpus);
  smp_mb();
  for (let cpu = 0; cpu < cpus; cpu++) {
    const other = CPU_BASE + cpu * CPU_STRIDE;
    if (other === own || load(other + cpu_area.cr3) !== table) continue;
    while (load(other + cpu_area.user_access)) wait_for_change(other + cpu_area.user_access, 1);
  }
}
