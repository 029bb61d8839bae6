/** Opens the recording that a command was given. */
import { cannotConfirm } from '../explore/replay/confirmable.ts';
import { cannotReplay, importsNotHeld } from '../explore/replay/replay.ts';
import { recordedTarget } from '../explore/replay/recorded-target.ts';
import type { Subject } from '../explore/subject/subject.ts';
import { subjectOf, type Target } from '../explore/subject/targets.ts';
import type { Engine } from '../machine/engine.ts';
import { createObservers } from '../check/observers/checkers.ts';
import { isUnfit } from '../javascript/error.ts';
import { isToken, pathByDigits, readRecording } from '../recording/file.ts';
import type { Recording } from '../recording/format.ts';
import { RecordingError } from '../recording/recording-error.ts';
import { ModuleError } from '../stepper/module/module.ts';
import { confine } from './thread.ts';
import { parseEngineOf, UsageError } from './usage.ts';

export interface OpenRecording {
  /** The path, or null when a token was given. */
  readonly path: string | null;
  readonly recording: Recording;
  readonly target: Target;
  readonly engine: Engine | undefined;
  readonly subject: Subject;
}

/** `writes`: paths to which the command is going to write; `threads`: whether the program is to run on real ones; `engine`: the name of what is to step a kernel. Throws UsageError for what is no recording, or none that can be run here, and ProgramError for one of no program. */
export async function openRecording(
  given: string,
  writes: readonly string[] = [],
  threads = false,
  engine?: string,
): Promise<OpenRecording> {
  let notHeld: readonly string[] = [];
  try {
    const pathOrToken = pathByDigits(given) ?? given;
    const recording = readRecording(pathOrToken);
    const path = isToken(pathOrToken) ? null : pathOrToken;
    const refusal = cannotReplay(recording);
    if (refusal !== undefined) throw new UsageError(`${path ?? 'the token'} cannot be replayed here: ${refusal}`);
    const unfit = threads ? cannotConfirm(recording) : undefined;
    if (unfit !== undefined) throw new UsageError(`--threads cannot run ${path ?? 'the token'}: ${unfit}`);
    createObservers(recording.checkers);
    notHeld = await importsNotHeld(recording);
    const target = recordedTarget(recording);
    if (target.kind === 'javascript') confine({ writes, threads });
    const stepper = parseEngineOf(target.kind, engine);
    return { path, recording, target, engine: stepper, subject: await subjectOf(target, stepper) };
  } catch (error) {
    const isBadInput =
      error instanceof RecordingError || error instanceof ModuleError || error instanceof RangeError || isUnfit(error);
    const files =
      notHeld.length === 0 ? '' : `; the recording does not hold what it imports from ${notHeld.join(', ')}`;
    if (isBadInput) throw new UsageError(`${error.message}${files}`);
    throw error;
  }
}

export const RECORDING_ARGUMENT =
  'a .rec file, the digits in its name, a text file with a token, or the token itself (TL1.…)';
