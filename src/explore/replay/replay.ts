/**
 * Performs a recording again and holds it against what it says: every step by the CPU that is named, the same bug, the
 * same final state to the last bit. The first thing that is otherwise is the divergence.
 */
import { createObservers } from '../../check/observers/checkers.ts';
import { isTitled } from '../../check/evidence/finding.ts';
import { frameText } from '../../check/evidence/call-chain.ts';
import type { KnownFinding } from '../../check/evidence/known-findings.ts';
import { knownOf } from '../../check/evidence/ledger.ts';
import { Refusal } from '../../javascript/error.ts';
import { NAMES } from '../../javascript/platform/marks.ts';
import type { Recording } from '../../recording/format.ts';
import { cpuOf, kindOf, type Move, STEP, TICK, valueOf } from '../../stepped/move.ts';
import { type ToldTurn, tellTurns } from './interleaving.ts';
import { type Why, whyOf } from './why.ts';
import { sourceLines } from './source-lines.ts';
import { type Reproduction, reproduce } from '../run/reproduce.ts';
import type { Bug } from '../run/runner.ts';
import { recordedTarget } from './recorded-target.ts';
import type { Subject } from '../subject/subject.ts';

export interface ReplayDivergence {
  /** Counted from 1; one more than there are when all were the same until the end. */
  readonly step: number;
  readonly expected: string;
  readonly seen: string;
}

export interface Replayed {
  /** The recorded bug, when it was seen again. */
  readonly bug: Bug | undefined;
  readonly moment: readonly string[];
  readonly known: KnownFinding | undefined;
  readonly divergence: ReplayDivergence | undefined;
  readonly steps: number;
  readonly syscalls: number;
  readonly finalHash: string;
  readonly turns: readonly ToldTurn[];
  /** Of a bug: what decides it. */
  readonly why: Why | undefined;
  /** How values of its words are called. */
  readonly valueText: (value: number) => string;
}

/** Why recordings like this one cannot be replayed by this build; undefined when they can. A module holds its mutant. */
export function cannotReplay({ model, mutant, subject }: Recording): string | undefined {
  if (model !== 'sc') return `it was recorded under memory model ${model}, and this tasklock has only sc`;
  return mutant === null || subject.kind !== 'scenario'
    ? undefined
    : `it was recorded with mutant ${mutant}, and this tasklock has no mutants of the kernel`;
}

/** What a module imports that its recording does not hold, for it is of format 1: the files of today are run instead. */
export async function importsNotHeld({ subject }: Recording): Promise<readonly string[]> {
  if (subject.kind !== 'module' || subject.imports !== undefined) return [];
  const { importsOf } = await import('../../stepper/module/module-imported.ts');
  return importsOf(subject.name, subject.text);
}

/** Throws RangeError for a checker that there is not, and Refusal where other files have run than were recorded. */
export function replay(subject: Subject, recording: Recording): Replayed {
  const { decisions, checkers, verdict } = recording;
  const run = reproduce(subject, createObservers(checkers), decisions, true);
  refuseOtherFiles(subject, recording);
  const found = run.bugs.find((one) => isTitled(one, verdict?.title));
  // As it was recorded, by whichever build.
  const bug = found && { ...found, title: verdict?.title ?? found.title };
  const { profile } = subject;
  const moment = bug === undefined ? [] : subject.moment(bug);
  const known = bug && knownOf(profile, bug.title, moment);
  const result = {
    bug,
    known,
    moment,
    divergence: divergenceOf(subject, recording, run),
    steps: run.steps,
    syscalls: subject.syscalls(),
    finalHash: run.finalHash,
  };
  const sourceLine = sourceLines(recordedTarget(recording));
  const turns = tellTurns(subject, run.decisions, sourceLine, bug?.object);
  const valueText = subject.valueText();
  const why = bug && whyOf(subject, { moves: run.decisions, bug, checkers, sourceLine });
  return { ...result, turns, why, valueText };
}

/** All that were recorded are what they were; a name may lead elsewhere by now all the same, for a file that is new. */
function refuseOtherFiles({ files = {} }: Subject, { subject }: Recording): void {
  if (subject.kind !== 'javascript') return;
  const others = Object.keys(files).filter((file) => subject.files[file] === undefined && !file.endsWith(NAMES));
  if (others.length === 0) return;
  const many = others.length === 1 ? 'was not' : 'were not';
  throw new Refusal(`${others.join(', ')} ${many} read when this was recorded: a name leads to another file by now`);
}

/** Looks at the machine as it stands at the end of the run. */
function divergenceOf(subject: Subject, recording: Recording, run: Reproduction): ReplayDivergence | undefined {
  const { decisions, verdict } = recording;
  const wanted = run.divergence?.wanted ?? -1;
  if (run.divergence !== undefined && wanted >= 0) {
    const { step, moves } = run.divergence;
    return { step, expected: moveText(wanted), seen: cannotMove(subject, wanted, moves) };
  }
  const other = run.decisions.findIndex((move, i) => move !== decisions[i]);
  if (other >= 0) {
    const [expected, seen] = [decisions[other] as Move, run.decisions[other] as Move];
    const turn = `CPU#${cpuOf(seen)} in turn, beyond the bound of steps`;
    return { step: other + 1, expected: moveText(expected), seen: turn };
  }
  const titles = run.bugs.map((bug) => bug.title).join('; ') || 'nothing wrong';
  if (run.steps < decisions.length) {
    return { step: run.steps + 1, expected: `${decisions.length} steps`, seen: `the end of the execution: ${titles}` };
  }
  const step = run.steps + 1;
  if (verdict !== null && !run.bugs.some((bug) => isTitled(bug, verdict.title))) {
    return { step, expected: verdict.title, seen: titles };
  }
  if (verdict === null && run.bugs.length > 0) return { step, expected: 'nothing wrong', seen: titles };
  if (run.finalHash === recording.finalHash) return undefined;
  return { step, expected: `final state ${recording.finalHash}`, seen: `final state ${run.finalHash}` };
}

function moveText(move: Move): string {
  const cpu = `CPU#${cpuOf(move)}`;
  if (kindOf(move) === TICK) return `time that passes for ${cpu}`;
  return kindOf(move) === STEP ? `a step of ${cpu}` : `the choice of ${valueOf(move)} by ${cpu}`;
}

/** Why a move cannot be made where these can. */
function cannotMove(subject: Subject, wanted: Move, moves: readonly Move[]): string {
  const cpu = cpuOf(wanted);
  if (cpu >= subject.cpus) return `a machine of ${subject.cpus} CPUs`;
  const own = moves.filter((move) => cpuOf(move) === cpu);
  const able = [...new Set(moves.map(cpuOf))].map((one) => `CPU#${one}`).join(', ');
  return `CPU#${cpu} ${standing(subject, cpu, own)}; ${able} can step`;
}

/** What a CPU is at that has these moves. */
function standing(subject: Subject, cpu: number, [move, ...others]: readonly Move[]): string {
  const [at] = subject.stack(cpu);
  if (at === undefined) return 'is done';
  if (move === undefined) return `waits in ${frameText(at)}`;
  if (kindOf(move) === TICK) return `waits for time in ${frameText(at)}`;
  if (kindOf(move) === STEP) return `chooses nothing in ${frameText(at)}`;
  return `chooses among ${others.length + 1} values in ${frameText(at)}`;
}
