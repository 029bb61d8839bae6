/** Who allocated and who freed each object last, in the execution under way. */
import { task_struct } from '../../kernel/layout.ts';
import type { World } from '../evidence/observer.ts';
import { provenance } from '../evidence/objects.ts';
import { siteText } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

interface Event {
  readonly site: number;
  readonly pid: number;
  readonly step: number;
}

export class SlabHistory {
  readonly #allocated = new Map<number, Event>();
  readonly #freed = new Map<number, Event>();

  clear(): void {
    this.#allocated.clear();
    this.#freed.clear();
  }

  /** What is known so far, to go back to. */
  keep(): () => void {
    const allocated = [...this.#allocated];
    const freed = [...this.#freed];
    return () => {
      this.clear();
      for (const [object, one] of allocated) this.#allocated.set(object, one);
      for (const [object, one] of freed) this.#freed.set(object, one);
    };
  }

  allocated(world: World, cpu: number, object: number, site: number): void {
    this.#allocated.set(object, event(world, cpu, site));
    this.#freed.delete(object);
  }

  freed(world: World, cpu: number, object: number, site: number): void {
    this.#freed.set(object, event(world, cpu, site));
  }

  /** Lines of a report; what happened before the execution began is read from the object's header. */
  lines(view: RamView, object: number): string[] {
    if (object === 0) return [];
    const allocated = this.#allocated.get(object);
    const freed = this.#freed.get(object);
    const lines: string[] = [];
    if (allocated !== undefined) lines.push(`  allocated ${text(allocated)}`);
    else {
      const { allocSite, allocPid } = provenance(view, object);
      if (allocSite !== 0) lines.push(`  allocated before the first step by pid ${allocPid}: ${siteText(allocSite)}`);
    }
    if (freed !== undefined) lines.push(`  freed ${text(freed)}`);
    return lines;
  }
}

function event(world: World, cpu: number, site: number): Event {
  const task = world.task(cpu);
  return { site, pid: task === 0 ? 0 : world.view.word(task + task_struct.pid), step: world.step };
}

const text = ({ site, pid, step }: Event): string => `at step ${step} by pid ${pid}: ${siteText(site)}`;
