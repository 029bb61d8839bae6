/** The model clock behind `tasklock bench locks --clock model`. */
import { checkModel, rankAgreement } from '../../lab/model/check.ts';
import { runModel } from '../../lab/model/run.ts';
import type { LabResult } from '../../lab/result.ts';
import type { ProgressLine } from '../progress.ts';
import { stopped } from '../thread.ts';
import type { LocksOptions } from './locks-options.ts';

/** Turns of each CPU that are counted. */
const TURNS_EACH = 100;

/** A run on the real clock with the model beside it, made from what was measured there. */
export async function checked(real: LabResult): Promise<LabResult> {
  const modelCheck = await checkModel(real, 1, stopped);
  return { ...real, modelCheck, rankAgreement: rankAgreement(modelCheck), interrupted: stopped() };
}

export async function modelLocks(
  { locks, loads, sockets, parameters, seed }: LocksOptions,
  progress: ProgressLine,
  onRow: (soFar: LabResult) => void,
): Promise<LabResult> {
  const startedAt = performance.now();
  return await runModel({
    locks,
    loads,
    sockets,
    parameters,
    seed,
    turnsEach: TURNS_EACH,
    stopped,
    onRow,
    onProgress: (what) => progress.update((performance.now() - startedAt) / 1000, () => what),
  });
}
