/** A recording made simpler, told as JSON and as text: before and after. */
import type { SubjectIdentity } from '../explore/search/identity.ts';
import type { Untried } from '../explore/minimize/minimize.ts';
import type { MinimizedRecording, RecordingSize } from '../explore/minimize/minimize-recording.ts';
import type { Recording } from '../recording/format.ts';
import { encodeToken } from '../recording/token.ts';
import { bugFacts, knownFacts, ranOn } from './bug-json.ts';
import { momentLines, replayLine } from './bug-text.ts';
import { accessesJson, callsJson, interleavingJson } from './interleaving-json.ts';
import { interleavingLines } from './interleaving-text.ts';
import { grouped, plural, table } from './table.ts';
import { whyJson } from './why-json.ts';
import { wrapped } from './wrap.ts';
import { whyLines } from './why-text.ts';

export interface MinimizeReport {
  /** What was minimised, as it was given; null for a token. */
  readonly from: string | null;
  /** Path of the result, or null with the token alone; see explore-report.ts. */
  readonly recording: string | null;
  readonly token: string | null;
  readonly title: string;
  readonly minimized: MinimizedRecording;
  /** Of the result. */
  readonly subject: SubjectIdentity;
  readonly interrupted: boolean;
  readonly seconds: number;
}

/** What there is to say of one that was cut off: the recording that was given shows the bug as before. */
export interface NotMinimized {
  readonly from: string | null;
  readonly title: string;
  readonly recording: Recording;
}

export function notMinimizedJson({ from, title, recording }: NotMinimized) {
  const { subject, profile, mutant, model, cpus, seed, verdict } = recording;
  const token = encodeToken(recording);
  const shown = { title, kind: verdict?.kind, recording: from, token, replay: replayLine({ recording: from, token }) };
  return {
    schema: 'tasklock.minimize/1',
    command: 'minimize',
    scenario: subject.name,
    profile,
    mutant,
    model,
    cpus,
    seed,
    verdict: 'bug',
    bugs: [shown],
    known: [],
    from,
    complete: false,
    interrupted: true,
  };
}

export function notMinimizedText({ from, title, recording }: NotMinimized): string {
  const token = from === null ? encodeToken(recording) : null;
  return `BUG: ${title}\ninterrupted, no simpler than it was\n${replayLine({ recording: from, token })}\n`;
}

const sizes = ['switches', 'values', 'steps', 'tasks', 'calls'] as const satisfies readonly (keyof RecordingSize)[];

export function minimizeJson({ from, minimized, subject: ran, interrupted, seconds, ...held }: MinimizeReport) {
  const { recording, replayed, before, after, executions, programs, passes, untried } = minimized;
  const { subject, profile, mutant, model, cpus, seed } = recording;
  const { bug, known, moment, finalHash, steps, syscalls } = replayed;
  return {
    schema: 'tasklock.minimize/1',
    command: 'minimize',
    identity: ranOn(ran),
    scenario: subject.name,
    profile,
    mutant,
    model,
    cpus,
    seed,
    verdict: 'bug',
    bugs: [
      {
        ...(bug && bugFacts(bug)),
        recording: held.recording,
        switches: after.switches,
        token: held.token,
        finalHash,
        replay: replayLine(held),
        report: moment,
        interleaving: interleavingJson(replayed.turns),
        accesses: accessesJson(replayed.turns),
        calls: callsJson(replayed.turns),
        why: whyJson(replayed.why),
        ...knownFacts(known),
      },
    ],
    known: [],
    from,
    before,
    after,
    program: subject.kind === 'scenario' ? subject.text : null,
    executions,
    programs,
    passes,
    steps,
    syscalls,
    seconds: Number(seconds.toFixed(3)),
    complete: untried === 'nothing',
    untried,
    interrupted,
  };
}

export function minimizeText({ title, minimized, interrupted, seconds, ...held }: MinimizeReport): string {
  const { recording, replayed, before, after, executions, programs, untried } = minimized;
  const { subject, cpus } = recording;
  const rows = sizes
    .filter((size) => before[size] !== undefined)
    .map((size) => [size, grouped(before[size] ?? 0), grouped(after[size] ?? 0)]);
  const searched = programs > 0 ? ` and ${plural(programs, 'program')}` : '';
  const tried = `${plural(executions, 'interleaving')}${searched} tried in ${seconds.toFixed(1)} s`;
  return `${[
    '='.repeat(78),
    ...wrapped(`BUG: ${title}`),
    `${subject.name} on ${plural(cpus, 'CPU')}; step ${replayed.steps}`,
    ...momentLines(replayed.moment),
    ...(subject.kind === 'scenario' ? ['program:', ...indented(subject.text)] : []),
    ...interleavingLines(replayed.turns, replayed.valueText, { end: title }),
    ...whyLines(replayed.why),
    '',
    ...table([['', 'before', 'after'], ...rows]),
    '',
    ...wrapped(`${tried}; ${interrupted ? 'interrupted' : endings[untried]}`),
    `VERIFIED: the same bug, ${plural(replayed.steps, 'step')} to final state ${replayed.finalHash}`,
    replayLine(held),
  ].join('\n')}\n`;
}

const endings: Readonly<Record<Untried, string>> = {
  nothing: 'minimal: nothing simpler is left that could be tried',
  switches: 'perhaps not minimal: there are too many switches for all their places to be tried',
  values: 'perhaps not minimal: there are too many choices for all their values to be tried',
  budget: 'perhaps not minimal: the budget is used up (--executions, --programs)',
};

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
