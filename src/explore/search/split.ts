/**
 * A search in parts, for several threads, several machines, or several sittings. The parts follow from the options
 * alone, never from how many workers there are, so the result does not depend on who does what.
 *
 *   random, pct, pos   ranges of execution numbers
 *   dpor               roots: the first few moves are tried in every order, with sleep sets (Godefroid 1996) to keep
 *                      two parts from coming to the same trace; every root is then searched by itself, which loses nothing
 *                      (strategies/dpor.ts). A part may begin executions that turn out to be another part's: they are
 *                      counted as redundant
 *   dfs                one part
 */
import { dependent, type Footprint, type Footprints } from '../subject/footprint.ts';
import { strategyKind } from './explore.ts';
import { lengthOf } from './length.ts';
import { isSlow } from './portfolio-plan.ts';
import type { ExploreOptions } from './options.ts';
import type { Root } from '../strategies/root.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { follow } from '../subject/follow.ts';
import { beginSearched } from '../subject/opening.ts';
import type { Subject } from '../subject/subject.ts';
import { learnWatched } from '../run/watched.ts';

/**
 * Parts of a sampling search, and roots of an exhaustive one, at least. Roots differ in size by orders of magnitude, since
 * those tried first leave little to the others; with few of them one thread would do all the work.
 */
const PARTS = 64;
const ROOTS = 64;
/** Large parts, at least: of three two threads would share none. */
const FEW_PARTS = 8;
/** Executions of one part, at most: what is not done yet is not kept. */
const MOST_EXECUTIONS = 20_000;
/** The same where nothing is kept: each part begins with some that do not run inside (sprint.ts). */
const MOST_UNKEPT_EXECUTIONS = 250_000;
/** The same where an execution takes milliseconds. */
const MOST_SLOW_EXECUTIONS = 1_000;
/** Ranges at most. */
const MOST_RANGES = 50_000;
/** Moves in front of a root, at most: a subject whose CPUs run alone for long has few orders to begin with. */
const DEEPEST = 64;

/** `kept`: whether parts are done one by one somewhere else or some other time. */
export function partsOf(subject: Subject, options: ExploreOptions, kept = true): ExploreOptions[] {
  if (!strategyKind(options.strategy).exhaustive) {
    const most = kept ? MOST_EXECUTIONS : MOST_UNKEPT_EXECUTIONS;
    return ranges(measured(subject, options), isSlow(subject) ? MOST_SLOW_EXECUTIONS : most);
  }
  if (options.strategy !== 'dpor' || options.stateful === true) return [options];
  const watched = options.watched ?? learnWatched(subject);
  subject.watch(watched);
  return rootsOf(subject).map((root) => ({ ...options, watched, root }));
}

/** With the length of an execution where the strategy needs it: each part would find the same. */
function measured(subject: Subject, options: ExploreOptions): ExploreOptions {
  if (options.strategy !== 'pct' || options.length !== undefined) return options;
  return { ...options, length: lengthOf(subject, options.seed, options.depth) };
}

/** Ranges of so many executions at most. */
function ranges(options: ExploreOptions, most: number): ExploreOptions[] {
  const executions = options.last - options.first;
  const few = Math.max(FEW_PARTS, Math.ceil(executions / most));
  const count = executions > most ? Math.min(MOST_RANGES, few) : Math.min(PARTS, executions);
  // A search without a number of executions ends by its time, long before the last of its ranges.
  const open = executions > MOST_RANGES * most;
  const at = (i: number): number => options.first + (open ? i * most : Math.floor((i * executions) / count));
  return Array.from({ length: count }, (_, i) => ({ ...options, first: at(i), last: at(i + 1) }));
}

/** What replaces a root, where that was seen on the way to another. */
type Seen = Map<Root, readonly Root[]>;

/** Roots by breadth: each is replaced by those one move further until there are enough. */
function rootsOf(subject: Subject): Root[] {
  const footprints = subject.footprints(subject.watched);
  const seen: Seen = new Map();
  let roots: Root[] = [{ decisions: [], sleep: [] }];
  const over = new Set<Root>();
  for (let depth = 0; depth < DEEPEST && roots.length < ROOTS && over.size < roots.length; depth++) {
    roots = roots.flatMap((root) => {
      const next = over.has(root) ? [root] : (seen.get(root) ?? further(subject, footprints, root, seen));
      if (next[0] === root) over.add(root);
      return next;
    });
  }
  return roots;
}

/** The roots one move further; the root itself when its execution may be over there. */
function further(subject: Subject, footprints: Footprints, root: Root, seen: Seen): readonly Root[] {
  if (!goTo(subject, root)) return [root];
  const moves = subject.machine.moves().list();
  if (moves.length === 0) return [root];
  const next = nextOf(subject, footprints);
  const fatal = new Set<Move>();
  const found: Root[] = [];
  const asleep = [...root.sleep];
  for (const move of moves) {
    if (asleep.includes(move)) continue;
    found.push(behind(root, move, asleep, next, fatal));
    if (found.length > 1) goTo(subject, root);
    if (!follow(subject, move)) fatal.add(move);
    asleep.push(move);
  }
  const last = found.at(-1);
  if (last !== undefined && !fatal.has(last.decisions.at(-1) as Move)) lookOn(subject, footprints, last, seen);
  return found;
}

const nextOf = ({ cpus }: Subject, footprints: Footprints): readonly Footprint[] =>
  Array.from({ length: cpus }, (_, cpu) => footprints.of(cpu));

/** The root behind one more move, where these are asleep. */
function behind(
  { decisions }: Root,
  move: Move,
  asleep: readonly Move[],
  next: readonly Footprint[],
  fatal: ReadonlySet<Move>,
): Root {
  const touches = next[cpuOf(move)] as Footprint;
  // A move that ends the execution commutes with nothing; another one of the same CPU cannot be made any more.
  const staysAsleep = (one: Move): boolean =>
    !fatal.has(one) && cpuOf(one) !== cpuOf(move) && !dependent(next[cpuOf(one)] as Footprint, touches);
  return { decisions: [...decisions, move], sleep: asleep.filter(staysAsleep) };
}

const NOBODY: ReadonlySet<Move> = new Set();

/**
 * The subject stands where a root leads. As long as only one move is awake there, what replaces the root is seen by making it:
 * to come there again would take an execution each time.
 */
function lookOn(subject: Subject, footprints: Footprints, root: Root, seen: Seen): void {
  for (let at = root; at.decisions.length < DEEPEST; ) {
    const moves = subject.machine.moves().list();
    const awake = moves.filter((move) => !at.sleep.includes(move));
    const [move] = awake;
    if (awake.length > 1) return;
    if (move === undefined) {
      seen.set(at, moves.length === 0 ? [at] : []);
      return;
    }
    const next = behind(at, move, at.sleep, nextOf(subject, footprints), NOBODY);
    seen.set(at, [next]);
    at = next;
    if (follow(subject, move)) continue;
    seen.set(at, [at]);
    return;
  }
}

/** Makes the moves in front of a root; false when one of them shows a bug. */
function goTo(subject: Subject, { decisions }: Root): boolean {
  beginSearched(subject);
  return decisions.every((move) => follow(subject, move));
}
