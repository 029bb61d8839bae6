/** What a program does with the result of `explore`: record a bug, replay and minimise a recording, tell each as text or JSON. */
import { createObservers } from '../check/observers/checkers.ts';
import { minimizeRecording, type MinimizeOptions } from '../explore/minimize/minimize-recording.ts';
import { tellTurns } from '../explore/replay/interleaving.ts';
import { recordedTarget } from '../explore/replay/recorded-target.ts';
import { cannotReplay, importsNotHeld, replay as replayOn } from '../explore/replay/replay.ts';
import { sourceLines } from '../explore/replay/source-lines.ts';
import { type TraceRange, traceOf } from '../explore/replay/trace.ts';
import { whyOf } from '../explore/replay/why.ts';
import { identityOf, subjectIdentity } from '../explore/search/identity.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import { recordingOf } from '../explore/search/record.ts';
import type { FoundBug, SearchResult } from '../explore/search/result.ts';
import { isExhaustive } from '../explore/strategies/index.ts';
import type { Subject } from '../explore/subject/subject.ts';
import { subjectOf } from '../explore/subject/targets.ts';
import type { Recording } from '../recording/format.ts';
import { encodeToken } from '../recording/token.ts';
import { switchesOf } from '../recording/turns.ts';
import type { ExploreReport, ShownBug } from './explore-report.ts';
import type { MinimizeReport } from './minimize-report.ts';
import type { ReplayReport } from './replay-report.ts';

/** The recording of a bug that a search with these options found. */
export async function record(options: ExploreOptions, bug: FoundBug): Promise<Recording> {
  return recordingFrom(options, await subjectOf(options.target), bug);
}

/** Of a portfolio the strategy that found it is named. */
const recordingFrom = (options: ExploreOptions, subject: Subject, bug: FoundBug): Recording =>
  recordingOf({ ...options, strategy: bug.strategy }, subject, { ...bug, bug });

/** A search of one target with what text and JSON of it need. `paths`: of recordings that were written, by title. */
export async function exploreReport(
  options: ExploreOptions,
  result: SearchResult,
  { seconds = 0, paths = new Map<string, string>() } = {},
): Promise<ExploreReport> {
  const subject = await subjectOf(options.target);
  const sourceLine = sourceLines(options.target);
  const shown = (bug: FoundBug): ShownBug => {
    const switches = switchesOf(bug.decisions);
    const turns = tellTurns(subject, bug.decisions, sourceLine, bug.object);
    const valueText = subject.valueText();
    return {
      ...bug,
      recording: paths.get(bug.title) ?? null,
      token: encodeToken(recordingFrom(options, subject, bug)),
      switches,
      switchesFound: switches,
      simplified: 'no',
      turns,
      why: whyOf(subject, { moves: bug.decisions, bug, checkers: options.checkers, sourceLine }),
      valueText,
    };
  };
  const target = {
    scenario: options.target.name,
    cpus: subject.cpus,
    profile: subject.profile,
    mutant: options.target.kind === 'module' ? options.target.mutant : null,
    bugs: result.bugs.map(shown),
    result,
    statesCounted: subject.profile === null,
    resumed: 0,
    seconds,
  };
  return {
    identity: await identityOf([options], null, subject),
    exhaustive: isExhaustive(options.strategy),
    again: `tasklock explore ${options.target.kind === 'module' ? options.target.path : options.target.name}`,
    seed: options.seed,
    targets: [target],
    left: 0,
    interrupted: result.end === 'stopped',
    seconds,
  };
}

/** Throws RangeError for a recording that this build cannot perform. */
async function subjectOfRecording(recording: Recording): Promise<Subject> {
  const refusal = cannotReplay(recording);
  if (refusal !== undefined) throw new RangeError(`it cannot be replayed here: ${refusal}`);
  createObservers(recording.checkers);
  return await subjectOf(recordedTarget(recording));
}

/**
 * Performs a recording again and holds it against what it says: `replayed.divergence` is the first thing that is
 * otherwise. `range`: which moves are told one by one. Throws RangeError for one that this build cannot perform.
 */
export async function replay(recording: Recording, range?: TraceRange): Promise<ReplayReport> {
  const subject = await subjectOfRecording(recording);
  const startedAt = performance.now();
  const replayed = replayOn(subject, recording);
  const seconds = (performance.now() - startedAt) / 1000;
  const target = recordedTarget(recording);
  const trace = range && traceOf(subject, recording.decisions, sourceLines(target), range);
  const [ran, notHeld] = [await subjectIdentity(target), await importsNotHeld(recording)];
  return { path: null, recording, subject: ran, replayed, trace, notHeld, seconds };
}

/** As much as the command tries. */
const USUAL: MinimizeOptions = {
  executions: 2000,
  programs: 200,
  tries: 20,
  stopped: () => false,
  onProgress: () => undefined,
};

/**
 * The same bug made simpler: `minimized.recording`. undefined when the recording does not show its bug here. Throws
 * RangeError for one of an execution in which nothing was wrong, or that this build cannot perform.
 */
export async function minimize(
  recording: Recording,
  options: Partial<MinimizeOptions> = {},
): Promise<MinimizeReport | undefined> {
  const title = recording.verdict?.title;
  if (title === undefined) throw new RangeError('nothing was wrong in the recorded execution: nothing to minimise');
  const subject = await subjectOfRecording(recording);
  const startedAt = performance.now();
  const all = { ...USUAL, ...options };
  const minimized = await minimizeRecording(subject, recording, title, all);
  if (minimized === undefined) return undefined;
  const seconds = (performance.now() - startedAt) / 1000;
  const token = encodeToken(minimized.recording);
  const ran = await subjectIdentity(recordedTarget(minimized.recording));
  const interrupted = all.stopped();
  return { from: null, recording: null, token, title, minimized, subject: ran, interrupted, seconds };
}
