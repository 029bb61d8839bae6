/** A replay, told as JSON and as text. */
import { buildInfo } from '../base/build-info.ts';
import type { Verdict } from '../check/evidence/ledger.ts';
import type { SubjectIdentity } from '../explore/search/identity.ts';
import type { ToldMove } from '../explore/replay/told-move.ts';
import type { Replayed } from '../explore/replay/replay.ts';
import type { Confirmation } from '../javascript/threads/confirm.ts';
import type { Recording } from '../recording/format.ts';
import { switchesOf } from '../recording/turns.ts';
import { bugFacts, knownFacts, ranOn } from './bug-json.ts';
import { momentLines } from './bug-text.ts';
import { accessesJson, callsJson, fullMoveJson, interleavingJson } from './interleaving-json.ts';
import { interleavingLines } from './interleaving-text.ts';
import { grouped, plural } from './table.ts';
import { traceLines } from './trace-text.ts';
import { whyJson } from './why-json.ts';
import { wrapped } from './wrap.ts';
import { whyLines } from './why-text.ts';

export interface ReplayReport {
  /** The path as it was given, or null for a token. */
  readonly path: string | null;
  readonly recording: Recording;
  readonly subject: SubjectIdentity;
  readonly replayed: Replayed;
  /** Its moves one by one, when they were asked for. */
  readonly trace: readonly ToldMove[] | undefined;
  /** Imports whose text was not recorded: they may have changed since. */
  readonly notHeld: readonly string[];
  readonly seconds: number;
  /** What threads of the engine have shown, where they were asked. */
  readonly threads?: Confirmation | undefined;
}

/** `bug` and `pass`: as recorded. A replay that diverged says nothing about the recorded execution. */
export function replayVerdict({ recording, replayed, threads }: ReplayReport): Verdict {
  if (replayed.divergence !== undefined || threads?.differs !== undefined) return 'inconclusive';
  return recording.verdict === null ? 'pass' : 'bug';
}

export function replayJson(report: ReplayReport) {
  const { path, recording, replayed, seconds } = report;
  const { bug, known, divergence, steps, syscalls, finalHash, moment, turns } = replayed;
  const { subject, profile, mutant, model, cpus, seed, strategy, decisions, tasklock, buildId } = recording;
  const shown =
    bug === undefined
      ? []
      : [
          {
            ...bugFacts(bug),
            recording: path,
            switches: switchesOf(decisions),
            finalHash,
            report: moment,
            interleaving: interleavingJson(turns),
            accesses: accessesJson(turns),
            calls: callsJson(turns),
            why: whyJson(replayed.why),
            ...knownFacts(known),
          },
        ];
  return {
    schema: 'tasklock.replay/1',
    command: 'replay',
    identity: ranOn(report.subject),
    scenario: subject.name,
    profile,
    mutant,
    model,
    cpus,
    seed,
    strategy,
    verdict: replayVerdict(report),
    bugs: shown,
    known: [],
    executions: 1,
    steps,
    syscalls,
    seconds: Number(seconds.toFixed(3)),
    complete: false,
    finalHash,
    switches: switchesOf(decisions),
    divergence: divergence ?? null,
    importsNotHeld: report.notHeld,
    threads: threadsJson(report.threads),
    trace: report.trace?.map((one) => fullMoveJson(one)) ?? null,
    recorded: { tasklock, buildId, sameBuild: buildId === buildInfo.buildId, finalHash: recording.finalHash },
  };
}

export function replayText({ recording, replayed, trace, notHeld, threads }: ReplayReport): string {
  const { bug, known, divergence, steps, finalHash, turns, moment } = replayed;
  const { subject, cpus, profile } = recording;
  const on = `${subject.name} on ${plural(cpus, 'CPU')}${profile === null ? '' : `, ${profile}`}`;
  const shown =
    bug === undefined
      ? []
      : [
          '='.repeat(78),
          ...wrapped(`BUG: ${bug.title}`),
          ...wrapped(`${on}; step ${grouped(bug.step)}`),
          ...momentLines(moment),
          ...(known === undefined ? [] : [`  known: ${known.id}, see docs/findings.md`]),
          ...interleavingLines(turns, replayed.valueText, { end: bug.title }),
          ...whyLines(replayed.why),
          '',
        ];
  if (trace !== undefined) shown.unshift(...traceLines(trace, replayed.valueText), '');
  const end = `${plural(steps, 'step')} to the same final state ${finalHash}`;
  if (divergence !== undefined) return `${[...shown, ...divergenceLines(recording, replayed, notHeld)].join('\n')}\n`;
  const verdict =
    recording.verdict === null ? `PASS: ${on}: ${end}, nothing wrong` : `REPRODUCED: the same bug, ${end}`;
  return `${[...shown, verdict, ...threadsLines(threads, bug?.title ?? '')].join('\n')}\n`;
}

function threadsJson(threads: Confirmation | undefined) {
  if (threads === undefined) return null;
  const { threads: count, steps, differs, seen } = threads;
  return { confirmed: differs === undefined, threads: count, steps, differs: differs ?? null, seen };
}

function threadsLines(threads: Confirmation | undefined, title: string): string[] {
  if (threads === undefined) return [];
  const { differs, steps, seen } = threads;
  const count = plural(threads.threads, 'thread');
  if (differs !== undefined) return wrapped(`NOT CONFIRMED on ${count}: ${differs}`);
  const how = `${plural(steps, 'step')} in the recorded order on real threads, each as it was recorded; then`;
  return [...wrapped(`CONFIRMED on ${count}: ${title}`), `  ${how}`, ...seen.flatMap((line) => wrapped(`  ${line}`))];
}

function divergenceLines(
  { tasklock, buildId, decisions }: Recording,
  { divergence }: Replayed,
  notHeld: readonly string[],
): string[] {
  if (divergence === undefined) return [];
  const [at, last] = [divergence.step, decisions.length];
  const where = at > last ? `after all ${plural(last, 'step')}` : `at step ${at} of ${last}`;
  const files = `the recording does not hold what it imports from ${notHeld.join(', ')}: has that changed since?`;
  const builds =
    buildId === buildInfo.buildId
      ? 'the recording was made by this very build: please report it'
      : `the recording was made by build ${buildId} of tasklock ${tasklock}, this is build ${buildInfo.buildId} of ` +
        `${buildInfo.version}: replay it there, or look for the bug again with tasklock explore`;
  return [
    `DIVERGED: ${where}`,
    `  expected  ${divergence.expected}`,
    `  seen      ${divergence.seen}`,
    ...(notHeld.length > 0 ? [`  ${files}`] : []),
    ...(notHeld.length > 0 && buildId === buildInfo.buildId ? [] : [`  ${builds}`]),
  ];
}
