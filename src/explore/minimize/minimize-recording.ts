/**
 * A recording made simpler: first its interleaving; then, of a scenario, its program; then the interleaving of that. A
 * smaller program is searched afresh: by the interleaving that showed the bug last, for often it still does, by that with a
 * turn made shorter, and then at random. It is only taken when it needs no more switches than the old one.
 */
import { isTitled } from '../../check/evidence/finding.ts';
import { buildInfo } from '../../base/build-info.ts';
import { createObservers } from '../../check/observers/checkers.ts';
import type { Engine } from '../../machine/engine.ts';
import type { Recording } from '../../recording/format.ts';
import { type Turn, turnsOf } from '../../recording/turns.ts';
import { parseProgram } from '../../scenario/parser.ts';
import { printProgram } from '../../scenario/print.ts';
import { ProgramError } from '../../scenario/program-error.ts';
import type { PassCount } from './attempts.ts';
import { breather } from '../run/breath.ts';
import type { InterleavingSize, Minimized, Untried } from './minimize.ts';
import { minimizeProgram, type ProgramSize } from './minimize-program.ts';
import { recordedTarget } from '../replay/recorded-target.ts';
import { replay, type Replayed } from '../replay/replay.ts';
import { bugAfter, reproduce } from '../run/reproduce.ts';
import { Runner } from '../run/runner.ts';
import { NotDeterministic } from '../search/search.ts';
import { simplestInterleaving } from './simplify.ts';
import { RandomWalk } from '../strategies/random.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { Wish } from '../strategies/wish.ts';
import type { Subject } from '../subject/subject.ts';
import { subjectOf, type Target } from '../subject/targets.ts';

export interface MinimizeOptions {
  /** Executions for an interleaving, at most. */
  readonly executions: number;
  /** Programs to search, at most; 0 leaves the program alone. */
  readonly programs: number;
  /** Executions of the search of one program. */
  readonly tries: number;
  /** What steps their kernels; by default what the host has. */
  readonly engine?: Engine | undefined;
  readonly stopped: () => boolean;
  readonly onProgress: (what: string, tried: number, better: number) => void;
}

/** How large the recorded execution is; a module has no program. */
export type RecordingSize = InterleavingSize & Partial<ProgramSize>;

export interface MinimizedRecording {
  readonly recording: Recording;
  /** The result, performed once more. */
  readonly replayed: Replayed;
  readonly before: RecordingSize;
  readonly after: RecordingSize;
  readonly executions: number;
  readonly programs: number;
  readonly passes: readonly PassCount[];
  /** Of all that the passes know, on the interleaving and the program that are the result. */
  readonly untried: Untried;
}

/** An interleaving that a smaller program will replace gets this part of the executions. */
const FIRST_SHARE = 4;

/** `subject` is that of the recording. undefined when it does not show its bug here. Throws NotDeterministic when the result does not. */
export async function minimizeRecording(
  subject: Subject,
  original: Recording,
  title: string,
  options: MinimizeOptions,
): Promise<MinimizedRecording | undefined> {
  const { checkers } = original;
  const whole = recordedTarget(original);
  const isLast = whole.kind !== 'scenario' || options.programs === 0;
  const { executions: budget, stopped, onProgress } = options;
  const onAttempt = (tried: number, better: number): void => onProgress('interleavings', tried, better);
  const simplest = (of: Subject, decisions: Uint16Array, most: number): Promise<Minimized | undefined> =>
    simplestInterleaving(of, { title, checkers, decisions }, { budget: most, stopped, onAttempt });
  const first = await simplest(subject, original.decisions, isLast ? budget : Math.ceil(budget / FIRST_SHARE));
  if (first === undefined) return undefined;
  const smaller = whole.kind === 'scenario' ? await smallerProgram(whole, original, title, first, options) : undefined;
  const small = smaller && (await subjectOf(smaller.target, options.engine));
  const second = small && (await simplest(small, smaller.found, budget));
  const taken = second !== undefined && second.after.switches <= first.after.switches ? smaller : undefined;
  const best = taken === undefined ? first : (second ?? first);
  const [target, simplestSubject] = taken === undefined ? [whole, subject] : [taken.target, small ?? subject];
  const recording = recordedAgain(original, target, simplestSubject, best.decisions);
  const replayed = replay(simplestSubject, recording);
  if (replayed.divergence !== undefined) throw new NotDeterministic('the minimised recording does not replay');
  return {
    recording,
    replayed,
    before: { ...first.before, ...smaller?.before },
    after: { ...best.after, ...(taken?.after ?? smaller?.before) },
    executions: first.executions + (second?.executions ?? 0),
    programs: smaller?.searches ?? 0,
    passes: [...first.passes, ...(smaller?.passes ?? []), ...(second?.passes ?? [])],
    untried: smaller?.exhausted === false ? 'budget' : best.untried,
  };
}

/** undefined when not even the program as it is shows the bug in a search of its own, or none may be tried. */
async function smallerProgram(
  target: Target & { kind: 'scenario' },
  { checkers, cpus, seed }: Recording,
  title: string,
  { decisions }: Minimized,
  { programs, tries, engine, stopped, onProgress }: MinimizeOptions,
) {
  if (programs === 0 || stopped()) return undefined;
  const breathe = breather();
  const written = printProgram({ ...parseProgram(target.text, target.name), cpus });
  const targetOf = (text: string): Target => ({ ...target, text, cpus: undefined });
  let wish = turnsOf(decisions);
  const finds = async (text: string): Promise<Uint16Array | undefined> => {
    await breathe();
    const found = await findBug(targetOf(text), { checkers, seed, title, wish, tries, engine, stopped });
    if (found !== undefined) wish = turnsOf(found);
    return found;
  };
  const onAttempt = (tried: number, better: number): void => onProgress('programs', tried, better);
  const result = await minimizeProgram(written, target.name, finds, { budget: programs, stopped, onAttempt });
  return result === undefined ? undefined : { ...result, target: targetOf(result.text) };
}

interface Quest {
  readonly checkers: readonly string[];
  readonly seed: number;
  readonly title: string;
  readonly wish: readonly Turn[];
  readonly tries: number;
  readonly engine: Engine | undefined;
  readonly stopped: () => boolean;
}

/** The decisions that lead to the bug in another program. */
async function findBug(target: Target, quest: Quest): Promise<Uint16Array | undefined> {
  const { checkers, seed, title, wish, tries, engine, stopped } = quest;
  try {
    const [subject, observers] = [await subjectOf(target, engine), createObservers(checkers)];
    const followed = bugAfter(subject, observers, title, wish);
    if (followed !== undefined) return followed.decisions;
    const runner = new Runner(subject, observers);
    const shows = (strategy: Strategy, execution: number): Uint16Array | undefined => {
      const bug = runner.run(strategy, execution)?.bugs.find((one) => isTitled(one, title));
      return bug === undefined ? undefined : runner.decisions.slice(0, bug.step);
    };
    for (const shifted of shiftedWishes(wish)) {
      if (stopped()) return undefined;
      const found = shows(new Wish(shifted), 0);
      if (found !== undefined) return found;
    }
    const walk = new RandomWalk(seed);
    for (let execution = 0; execution < tries && !stopped(); execution++) {
      const found = shows(walk, execution);
      if (found !== undefined) return found;
    }
    return undefined;
  } catch (error) {
    // A program that is too large for its machine, or has no room for its names.
    if (error instanceof ProgramError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A statement takes some tens of steps, most calls some hundreds. */
const SHIFT = 30;
const MOST_SHIFTS = 12;
const FEW_TURNS = 10;

/** The wish with one turn shorter than it was: what is left of a program needs fewer steps to come to the same place. */
function* shiftedWishes(turns: readonly Turn[]): Generator<readonly Turn[]> {
  if (turns.length > FEW_TURNS) return;
  for (let shift = SHIFT; shift <= MOST_SHIFTS * SHIFT; shift += SHIFT) {
    for (const [i, turn] of turns.slice(0, -1).entries()) {
      if (turn.length > shift) yield turns.with(i, { ...turn, length: turn.length - shift });
    }
  }
}

function recordedAgain(original: Recording, target: Target, subject: Subject, decisions: Uint16Array): Recording {
  const { finalHash } = reproduce(subject, [], decisions, true);
  return {
    ...original,
    tasklock: buildInfo.version,
    buildId: buildInfo.buildId,
    subject:
      'text' in target && original.subject.kind !== 'javascript'
        ? { ...original.subject, text: target.text }
        : original.subject,
    cpus: subject.cpus,
    stepBound: subject.stepBound,
    finalHash,
    decisions,
  };
}
