/** Recorded programs: every answer, every state after it, and who init collected. */
import type { ProfileName } from '../kernel/profiles.ts';
import type { Conductor } from './conductor.ts';
import { Family } from './family.ts';
import { FS_MOVED_BY_FAILED_UNSHARE, fsMounts } from './findings.ts';
import { type Answer, PROGRAM_START, runOp } from './ops.ts';
import type { CaseResult, RecordedOp, RecordedProgram } from './recording-types.ts';

const text = (value: object): string => JSON.stringify(value);

/** What one step showed, in the recording's notation; keys in one fixed order so that texts compare. */
function observed(answer: Answer, reaped: string | undefined, state: object | undefined): string {
  return text({ r: answer.r, e: answer.e, code: answer.code, reaped, st: state });
}

/** Pids init collected after a step, as task digits; undefined when there were none. */
function reapedBy(family: Family): string | undefined {
  const digits = family.conductor.reapOrphans().map((pid) => family.pids.lastIndexOf(pid).toString(16));
  return digits.length === 0 ? undefined : digits.sort().join('');
}

/** Runs one operation; also tells whether it was a failed unshare that moved its caller's fs part. */
function step(family: Family, op: RecordedOp, profile: ProfileName): { answer: Answer; finding: string | null } {
  const watch = op.op === 'unshare' && profile === 'linux-2.6.16';
  const before = watch ? fsMounts(family.address(op.t)) : '';
  const answer = runOp(family, op, profile);
  const moved = watch && answer.e !== undefined && fsMounts(family.address(op.t)) !== before;
  return { answer, finding: moved ? FS_MOVED_BY_FAILED_UNSHARE : null };
}

/** Holds a recorded program against the model, up to the first difference. */
export function conformProgram(conductor: Conductor, profile: ProfileName, program: RecordedProgram): CaseResult {
  const name = program.name ?? `seed ${program.seed}`;
  const family = new Family(conductor, program.uid, PROGRAM_START);
  let known: string | null = null;
  const start = text(family.state());
  if (start !== text(program.st)) {
    return { known, difference: { case: name, step: null, expected: text(program.st), got: start } };
  }
  for (const [index, op] of program.ops.entries()) {
    const { answer, finding } = step(family, op, profile);
    known ??= finding;
    const recorded: Answer = op.op === 'wait' ? { r: op.r, e: op.e, code: op.code } : { r: op.r, e: op.e };
    const expected = observed(recorded, op.reaped, op.st);
    const got = observed(answer, reapedBy(family), op.st && family.state());
    if (expected !== got) {
      const { st: _state, r: _r, e: _e, ...call } = op;
      return { known, difference: { case: name, step: index, expected: `${text(call)}: ${expected}`, got } };
    }
  }
  return { known: null, difference: null };
}
