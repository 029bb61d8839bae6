/** One CPU after the other is held: each at a line of the kernel, until the next one is held at its own. */
import { readFileSync } from 'node:fs';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import type { Move } from '../../dist/src/stepped/move.js';
import type { Moves } from '../../dist/src/stepped/moves.js';

export interface Place {
  readonly task: string;
  readonly function: string;
  readonly file: string;
  /** How the line begins; the first such line of the function. */
  readonly text: string;
}

function lineOf(place: Place): number {
  const lines = readFileSync(new URL(`../../${place.file}`, import.meta.url), 'utf8').split('\n');
  const start = lines.findIndex((line) => line.includes(`function ${place.function}(`));
  const at = lines.findIndex((line, index) => index > start && line.trim().startsWith(place.text));
  if (start < 0 || at < 0) throw new Error(`no line ${place.text} in ${place.function}`);
  return at + 1;
}

export class HoldInTurn implements Strategy {
  exhausted = false;
  /** How many of the places were come to. */
  reached = 0;
  readonly #subject: KernelSubject;
  readonly #places: readonly (Place & { readonly line: number })[];
  #last = 0;
  #held = -1;

  constructor(subject: KernelSubject, places: readonly Place[]) {
    this.#subject = subject;
    this.#places = places.map((place) => ({ ...place, line: lineOf(place) }));
  }

  begin(): boolean {
    this.#last = 0;
    this.#held = -1;
    this.reached = 0;
    return !this.exhausted;
  }

  choose({ cpus }: Moves): Move {
    if (cpus.has(this.#last) && this.#isNext(this.#last)) {
      this.#held = this.#last;
      this.reached++;
    }
    const first = [this.#last, ...Array.from({ length: this.#subject.cpus }, (_, cpu) => cpu)];
    let next = first.find((cpu) => cpus.has(cpu) && cpu !== this.#held);
    if (next === undefined) {
      next = this.#held;
      this.#held = -1;
    }
    this.#last = next;
    return next;
  }

  end(): boolean {
    this.exhausted = true;
    return true;
  }

  facts(): Record<string, number> {
    return {};
  }

  #isNext(cpu: number): boolean {
    const place = this.#places[this.reached];
    if (place === undefined || !this.#subject.cpuLines(cpu).some((line) => line.includes(` ${place.task}/`)))
      return false;
    return this.#subject.stack(cpu).some((frame) => frame.function === place.function && frame.line === place.line);
  }
}
