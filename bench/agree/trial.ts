/** One module on trial: its subject, and what all searches of it are held against. */
import type { ModuleSubject } from '../../src/explore/subject/module-subject.js';
import { subjectOf, type Target } from '../../src/explore/subject/targets.js';
import { grownBy, learnWatched } from '../../src/explore/run/watched.js';
import { bySleepSets } from './sleep-sets.js';
import type { Seen } from './seen.js';

/** States on the way that one module is worth. */
const MOST_STATES = 4_000;

export interface Trial {
  readonly text: string;
  readonly target: Target;
  readonly subject: ModuleSubject;
  /** By sleep sets alone. */
  readonly reference: Seen;
  /** The words that invariant() reads. */
  readonly words: readonly number[];
}

/** Throws TooMany when the module has more states than it is worth. */
export async function trialOf(text: string): Promise<Trial> {
  const target: Target = { kind: 'module', name: 'm.ts', path: '/nowhere/m.ts', text, settings: {}, mutant: null };
  const subject = (await subjectOf(target)) as ModuleSubject;
  const { result, words } = grown(subject, () => bySleepSets(subject, MOST_STATES));
  return { text, target, subject, reference: result, words };
}

/** Run with all the words that invariant() reads, and those words. */
export function grown<Result>(
  subject: ModuleSubject,
  run: () => Result,
): { readonly result: Result; readonly words: readonly number[] } {
  for (let words = learnWatched(subject); ; words = [...words, ...grownBy(subject, words)]) {
    subject.watch(words);
    const result = run();
    if (grownBy(subject, words).length === 0) return { result, words };
  }
}
