/**
 * A dpor search by several searchers in this thread, each with a machine of its own, one execution of one of them after the
 * other: who comes next, which words have arrived, and who is asked for work follows from a seed.
 */
import { Random } from '../../dist/src/base/random.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { Handout } from '../../dist/src/explore/search/handout.js';
import { Dpor } from '../../dist/src/explore/strategies/dpor.js';
import { type FromSearcher, Parts, type ToSearcher } from '../../dist/src/explore/strategies/parts.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { stateNumber } from '../../dist/src/stepped/state.js';

export interface Counted {
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
  readonly bounded: number;
  readonly ends: string;
  readonly titles: string;
  readonly isExhausted: boolean;
  /** Parts that were handed out. */
  readonly parts: number;
}

class Counts {
  executions = 0;
  blocked = 0;
  steps = 0;
  bounded = 0;
  readonly ends = new Set<number>();
  readonly titles = new Map<string, number>();

  /** One execution; false when the strategy has none left. */
  run(runner: Runner, strategy: Strategy): boolean {
    const outcome = runner.run(strategy, 0);
    if (outcome === undefined) return false;
    this.steps += outcome.steps;
    if (outcome.ending === 'cut' || outcome.ending === 'again') {
      this.blocked++;
      return true;
    }
    this.executions++;
    if (outcome.ending === 'bound') this.bounded++;
    this.ends.add(stateNumber(runner.subject.machine.hash()));
    for (const { title } of outcome.bugs) this.titles.set(title, (this.titles.get(title) ?? 0) + 1);
    return true;
  }

  counted(isExhausted: boolean, parts: number): Counted {
    const { executions, blocked, steps, bounded } = this;
    const titles = [...this.titles].map(([title, times]) => `${times} ${title}`);
    const ends = [...this.ends].sort().join(' ');
    return { executions, blocked, steps, bounded, ends, titles: titles.sort().join('; '), isExhausted, parts };
  }
}

const dporOf = (subject: Subject, root?: ConstructorParameters<typeof Dpor>[3]): Dpor =>
  new Dpor(subject.machine, subject.cpus, subject.footprints(subject.watched), root);

/** The search in one piece, of so many executions at most. */
export function inOnePiece(subject: Subject, most = Number.POSITIVE_INFINITY): Counted {
  const counts = new Counts();
  const runner = new Runner(subject, [], undefined, true);
  const strategy = dporOf(subject);
  while (counts.executions < most && counts.run(runner, strategy));
  return counts.counted(strategy.exhausted, 1);
}

export interface Policy {
  readonly seed: number;
  /** Executions in one piece in front. */
  readonly alone?: number;
  /** Each searcher gives nodes away whenever it can, whether somebody has nothing to do or not. */
  readonly always?: boolean;
  /** Words stay on their way for a while. */
  readonly slow?: boolean;
  /** A searcher that is lost after so many executions of all. */
  readonly lostAfter?: number;
  /** What is to go wrong with the words of searchers. */
  readonly garble?: (word: FromSearcher) => FromSearcher | undefined;
  readonly garbleTo?: (word: ToSearcher) => ToSearcher;
}

interface Searcher {
  readonly parts: Parts;
  readonly runner: Runner;
  readonly to: ToSearcher[];
  readonly from: FromSearcher[];
  busy: boolean;
  gone: boolean;
}

/** The same by as many searchers as there are subjects. */
export function inParts(subjects: readonly Subject[], policy: Policy): Counted {
  const { seed, alone = 1, always = false, slow = false, lostAfter, garble = (word) => word } = policy;
  const { garbleTo = (word) => word } = policy;
  const random = new Random(seed);
  const chance = (n: number): boolean => random.small(n) === 0;
  const counts = new Counts();
  let handed = 0;
  const searchers: Searcher[] = subjects.map((subject) => {
    const [to, from]: [ToSearcher[], FromSearcher[]] = [[], []];
    const hear = (): ToSearcher | undefined => {
      if (slow && chance(2)) return undefined;
      const word = to[0];
      // The next part, or the end, is for who has none.
      if (word === undefined || word.kind === 'part' || word.kind === 'end') return undefined;
      return to.shift();
    };
    const wire = { say: (word: FromSearcher) => void from.push(structuredClone(word)), hear };
    const parts = new Parts(wire, (root) => dporOf(subject, root));
    return { parts, runner: new Runner(subject, [], undefined, true), to, from, busy: false, gone: false };
  });
  const handout = new Handout((searcher, word) => {
    if (word.kind === 'part') handed++;
    searchers[searcher]?.to.push(garbleTo(structuredClone(word)));
  });
  const [home] = searchers;
  if (home === undefined) throw new Error('nobody to search');
  home.parts.take(handout.begin());
  home.busy = true;
  for (let i = 0; i < alone && home.busy; i++) home.busy = counts.run(home.runner, home.parts);
  for (let searcher = 1; searcher < searchers.length; searcher++) handout.join(searcher);
  let made = 0;
  const deliver = (number: number, { from }: Searcher): void => {
    const word = from.shift();
    const heard = word && garble(word);
    if (heard !== undefined) handout.hear(number, heard);
  };
  for (let idle = 0; idle < 10_000; idle++) {
    const number = random.small(searchers.length);
    const one = searchers[number] as Searcher;
    if (one.gone) {
      if (searchers.every(({ gone }) => gone)) break;
      continue;
    }
    const many = slow ? random.small(4) : 1000;
    for (let i = 0; i < many && one.from.length > 0; i++) deliver(number, one);
    if (!one.busy) {
      // Words that belong to the part before are too late.
      while (one.to.length > 0 && one.to[0]?.kind !== 'part' && one.to[0]?.kind !== 'end') one.to.shift();
      const word = one.to.shift();
      if (word?.kind === 'end') one.gone = true;
      if (word?.kind !== 'part') continue;
      one.parts.take(word.root);
      one.busy = true;
    }
    idle = 0;
    if (always && chance(2)) one.to.unshift({ kind: 'ask' });
    made++;
    if (made === lostAfter) {
      one.gone = true;
      handout.lose(number);
      continue;
    }
    one.busy = counts.run(one.runner, one.parts);
  }
  return counts.counted(handout.isExhausted, handed);
}
