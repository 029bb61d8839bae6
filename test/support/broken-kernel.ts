/** Random executions of a kernel in which a text of one file is another one: what a checker must see. */
import { expect } from 'vitest';
import type { Faults } from '../../dist/src/boot/faults.js';
import { knownOf } from '../../dist/src/check/evidence/ledger.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { imageOf } from '../../dist/src/explore/subject/targets.js';
import { targetOf } from './programs.ts';
import { compileEdited } from './stepped-kernel.ts';

const ENTRIES = ['dist/src/kernel/cpu-loop.js:cpu_main', 'dist/src/kernel/interrupt.js:timer_interrupt'];

export interface Broken {
  /** Its file in dist/src/kernel, where fields are numbers; the text, which stands there once; what stands there instead. */
  readonly edit: readonly [file: string, text: string | RegExp, by: string];
  /** A second edit, of the same file. */
  readonly also?: readonly [text: string | RegExp, by: string];
  readonly program: string;
  readonly executions: number;
  /** What ends them once it is seen, where it is no known finding. */
  readonly until?: RegExp;
  readonly faults?: Faults;
  /** How it goes; at random by default. */
  readonly strategy?: (subject: KernelSubject) => Strategy;
}

export interface Shown {
  readonly title: string;
  /** The known finding of the profile that it was taken for. */
  readonly known: string | undefined;
}

/** Titles of what the executions showed. */
export async function titlesOfBroken(broken: Broken): Promise<readonly string[]> {
  return [...new Set((await shownBy(broken)).map(({ title }) => title))];
}

/** The same, each title once as a bug and once as every finding that it was taken for. */
export async function shownBy({
  edit,
  also,
  program,
  executions,
  until,
  faults,
  strategy,
}: Broken): Promise<readonly Shown[]> {
  const [file, text, by] = edit;
  const changes = also === undefined ? [[text, by] as const] : [[text, by] as const, also];
  let edits = 0;
  const edited = (path: string, whole: string): string => {
    if (!path.endsWith(`/${file}`)) return whole;
    let result = whole;
    for (const [from, to] of changes) {
      edits += result.split(from).length - 1;
      result = result.replace(from, to);
    }
    return result;
  };
  const { module, places } = await compileEdited(edited, ...ENTRIES);
  expect(edits).toBe(changes.length);
  const image = imageOf(targetOf('broken', program));
  const subject = new KernelSubject({ module, places }, image, image.cpus, { faults });
  const runner = new Runner(subject, createObservers(checkers.map(({ name }) => name)));
  const walk = strategy?.(subject) ?? new RandomWalk(3);
  const shown = new Map<string, Shown>();
  const isSeen = ({ title, known }: Shown): boolean => known === undefined && until?.test(title) === true;
  for (let i = 0; i < executions && ![...shown.values()].some(isSeen); i++) {
    for (const bug of runner.run(walk, i)?.bugs ?? []) {
      const known = knownOf(subject.profile, bug.title, subject.moment(bug))?.id;
      shown.set(`${bug.title} ${known ?? ''}`, { title: bug.title, known });
    }
  }
  return [...shown.values()];
}
