/** What waits for RCU (kernel/rcu.ts). */
import { kernel, rcu_head } from '../../kernel/layout.ts';
import { RCU_PUT_TASK } from '../../kernel/rcu.ts';
import { cpu_area, cpuAddress } from '../../machine/map.ts';
import { objectAt } from './objects.ts';
import type { RamView } from './view.ts';

/** The heads in the lists of a CPU. Throws RangeError where one leads out of RAM, or never ends. */
function headsOf(view: RamView, cpu: number): number[] {
  const area = cpuAddress(cpu);
  const first = view.word(area + cpu_area.rcu_nxtlen) === 0 ? 0 : view.word(area + cpu_area.rcu_nxtlist);
  const heads: number[] = [];
  for (const list of [first, view.word(area + cpu_area.rcu_curlist)]) {
    for (let head = list; head !== 0; head = view.word(head + rcu_head.next)) {
      if (heads.length > view.bytes >> 2) throw new RangeError(`the callbacks of CPU ${cpu} do not end`);
      heads.push(head);
    }
  }
  return heads;
}

/** Whether RCU is to let go of a reference, and not to give back the object in which the head lies. */
export const isPut = (view: RamView, head: number): boolean => view.word(head + rcu_head.func) === RCU_PUT_TASK;

/** Tasks that RCU has a reference on. Throws RangeError where a list leads out of RAM. */
export function heldTasks(view: RamView): number[] {
  const held: number[] = [];
  for (let cpu = 0; cpu < view.word(kernel.nr_cpus); cpu++) {
    for (const head of headsOf(view, cpu)) if (isPut(view, head)) held.push(objectAt(view, head)?.address ?? head);
  }
  return held;
}

/** By object that is to be given back: the number of the place that gave it to call_rcu. Throws RangeError where a list leads out of RAM. */
export function waitingObjects(view: RamView): Map<number, number> {
  const waiting = new Map<number, number>();
  for (let cpu = 0; cpu < view.word(kernel.nr_cpus); cpu++) {
    for (const head of headsOf(view, cpu)) {
      if (!isPut(view, head)) waiting.set(objectAt(view, head)?.address ?? head, view.word(head + rcu_head.ip));
    }
  }
  return waiting;
}
