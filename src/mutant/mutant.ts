/** A seeded bug: edits of source text, kept as data, and what an exploration is expected to find then. */
import type { BugKind } from '../machine/fault.ts';

export interface Edit {
  /** Stands exactly once in the text. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant {
  readonly name: string;
  /** The lock algorithm whose text is edited. */
  readonly lock: string;
  /** What is wrong, and what comes of it. */
  readonly about: string;
  readonly edits: readonly Edit[];
  /** Constants of the workload under which it shows, where two CPUs with two turns are not enough. */
  readonly settings?: Readonly<Record<string, number>>;
  /** What is found; null for one that sequentially consistent memory forgives: only store buffers bring it out. */
  readonly finds: BugKind | null;
}

/** The text with a mutant's edits. Throws RangeError when one of them does not stand there exactly once. */
export function mutated(text: string, { name, edits }: Mutant): string {
  let result = text;
  for (const { from, to } of edits) {
    const times = result.split(from).length - 1;
    if (times !== 1) throw new RangeError(`mutant ${name}: "${from}" stands ${times} times in the source, not once`);
    result = result.replace(from, () => to);
  }
  return result;
}
