/** Who allocated and who freed each object last, in the execution under way. */
import { task_struct } from '../../kernel/layout.ts';
import type { World } from '../evidence/observer.ts';
import { provenance } from '../evidence/objects.ts';
import { siteText } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

/** Words of an object's line: the execution it is of, then who allocated and who freed it. */
const EXECUTION = 0;
const ALLOCATED = 1;
const FREED = 4;
const LINE = 8;
/** Words of an event; the moment is its step and one, or 0 for none. */
const SITE = 0;
const PID = 1;
const MOMENT = 2;
/** No two objects begin in the same so many bytes. */
const LEAST_BYTES = 64;

interface Event {
  readonly site: number;
  readonly pid: number;
  readonly step: number;
}

export class SlabHistory {
  /** By object. Lines of other executions are void. */
  #lines = new Int32Array(0);
  #execution = 1;
  /** Of objects that nothing happened to since a moment that is gone back to: their lines. */
  #before: ReadonlyMap<number, Int32Array> = new Map();
  /** Objects with a line of this execution. */
  #objects: number[] = [];

  /** `bytes`: of RAM. */
  clear(bytes: number): void {
    const words = (bytes / LEAST_BYTES) * LINE;
    if (this.#lines.length !== words) this.#lines = new Int32Array(words);
    this.#forget();
    this.#before = new Map();
  }

  #forget(): void {
    this.#execution++;
    this.#objects = [];
  }

  /** What is known so far, to go back to. */
  keep(): () => void {
    const lines = this.#objects.map((object) => [object, this.#lines.slice(at(object), at(object) + LINE)] as const);
    const before = new Map([...this.#before, ...lines]);
    return () => {
      this.#forget();
      this.#before = before;
    };
  }

  allocated(world: World, cpu: number, object: number, site: number): void {
    const line = this.#lineOf(object);
    this.#note(line + ALLOCATED, world, cpu, site);
    this.#lines[line + FREED + MOMENT] = 0;
  }

  freed(world: World, cpu: number, object: number, site: number): void {
    this.#note(this.#lineOf(object) + FREED, world, cpu, site);
  }

  /** Where an object's line lies, which is one of this execution from now on. */
  #lineOf(object: number): number {
    const line = at(object);
    if (this.#lines[line] === this.#execution) return line;
    this.#objects.push(object);
    const before = this.#before.get(object);
    if (before === undefined) this.#lines.fill(0, line, line + LINE);
    else this.#lines.set(before, line);
    this.#lines[line + EXECUTION] = this.#execution;
    return line;
  }

  #note(to: number, world: World, cpu: number, site: number): void {
    const task = world.task(cpu);
    this.#lines[to + SITE] = site;
    this.#lines[to + PID] = task === 0 ? 0 : world.view.word(task + task_struct.pid);
    this.#lines[to + MOMENT] = world.step + 1;
  }

  #eventAt(from: number): Event | undefined {
    const [site = 0, pid = 0, moment = 0] = this.#lines.subarray(from, from + 3);
    return moment === 0 ? undefined : { site, pid, step: moment - 1 };
  }

  /** Lines of a report; what happened before the execution began is read from the object's header. */
  lines(view: RamView, object: number): string[] {
    if (object === 0) return [];
    const line = this.#lineOf(object);
    const [allocated, freed] = [this.#eventAt(line + ALLOCATED), this.#eventAt(line + FREED)];
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

/** Where the line of an object lies; of what is no address, anywhere. */
const at = (object: number): number => Math.floor((object >>> 0) / LEAST_BYTES) * LINE;

const text = ({ site, pid, step }: Event): string => `at step ${step} by pid ${pid}: ${siteText(site)}`;
