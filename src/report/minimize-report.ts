/** A recording made simpler, told as JSON and as text: before and after. */
import type { SubjectIdentity } from '../explore/identity.ts';
import type { MinimizedRecording, RecordingSize } from '../explore/minimize-recording.ts';
import { encodeToken } from '../recording/token.ts';
import { bugFacts, knownFacts, ranOn } from './bug-json.ts';
import { interleavingLines, momentLines } from './bug-text.ts';
import { grouped, plural, table } from './table.ts';

export interface MinimizeReport {
  /** What was minimised, as it was given; null for a token. */
  readonly from: string | null;
  /** Path of the result. */
  readonly path: string;
  readonly title: string;
  readonly minimized: MinimizedRecording;
  /** Of the result. */
  readonly subject: SubjectIdentity;
  readonly interrupted: boolean;
  readonly seconds: number;
}

const sizes = ['switches', 'steps', 'tasks', 'calls'] as const satisfies readonly (keyof RecordingSize)[];

export function minimizeJson({ from, path, minimized, subject: ran, interrupted, seconds }: MinimizeReport) {
  const { recording, replayed, before, after, executions, programs, passes, exhausted } = minimized;
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
        recording: path,
        switches: after.switches,
        token: encodeToken(recording),
        finalHash,
        replay: `tasklock replay ${path}`,
        report: moment,
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
    complete: exhausted,
    interrupted,
  };
}

export function minimizeText({ path, title, minimized, interrupted, seconds }: MinimizeReport): string {
  const { recording, replayed, before, after, executions, programs, exhausted } = minimized;
  const { subject, cpus } = recording;
  const rows = sizes
    .filter((size) => before[size] !== undefined)
    .map((size) => [size, grouped(before[size] ?? 0), grouped(after[size] ?? 0)]);
  const searched = programs > 0 ? ` and ${plural(programs, 'program')}` : '';
  const tried = `${plural(executions, 'interleaving')}${searched} tried in ${seconds.toFixed(1)} s`;
  const end = interrupted ? 'interrupted' : exhausted ? 'nothing simpler was left to try' : 'the budget is used up';
  return `${[
    '='.repeat(78),
    `BUG: ${title}`,
    `${subject.name} on ${cpus} CPU${cpus === 1 ? '' : 's'}; step ${replayed.steps}`,
    ...momentLines(replayed.moment),
    ...(subject.kind === 'scenario' ? ['program:', ...indented(subject.text)] : []),
    ...interleavingLines(replayed.turns, cpus),
    '',
    ...table([['', 'before', 'after'], ...rows]),
    '',
    `${tried}; ${end}`,
    `VERIFIED: the same bug, ${grouped(replayed.steps)} steps to final state ${replayed.finalHash}`,
    `tasklock replay ${path}`,
  ].join('\n')}\n`;
}

const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
