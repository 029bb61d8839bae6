/** Who allocated and who freed each object last, in the execution under way. */
import { task_struct } from '../../kernel/layout.ts';
import type { World } from '../evidence/observer.ts';
import { provenance } from '../evidence/objects.ts';
import { siteText } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

interface Life {
  readonly allocated?: Event;
  readonly freed?: Event;
}

interface Event {
  readonly site: number;
  readonly pid: number;
  readonly step: number;
}

export class SlabHistory {
  readonly #objects = new Map<number, Life>();
  /** Those up to a moment that is gone back to: of objects that nothing happened to since. */
  #before: ReadonlyMap<number, Life> = new Map();

  clear(): void {
    this.#objects.clear();
    this.#before = new Map();
  }

  /** What is known so far, to go back to. */
  keep(): () => void {
    const before = new Map([...this.#before, ...this.#objects]);
    return () => {
      this.#objects.clear();
      this.#before = before;
    };
  }

  allocated(world: World, cpu: number, object: number, site: number): void {
    this.#objects.set(object, { allocated: event(world, cpu, site) });
  }

  freed(world: World, cpu: number, object: number, site: number): void {
    this.#objects.set(object, { ...this.#lifeOf(object), freed: event(world, cpu, site) });
  }

  #lifeOf(object: number): Life {
    return this.#objects.get(object) ?? this.#before.get(object) ?? {};
  }

  /** Lines of a report; what happened before the execution began is read from the object's header. */
  lines(view: RamView, object: number): string[] {
    if (object === 0) return [];
    const { allocated, freed } = this.#lifeOf(object);
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
