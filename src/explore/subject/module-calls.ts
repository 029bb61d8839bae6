/**
 * What is judged of the calls that a module made, when an execution is at its end: those of a module that declares operations
 * by what they do alone (operations-judge.ts), those of one with a `model` by that. undefined of a module with neither.
 */
import { type Finding, finding } from '../../check/evidence/finding.ts';
import type { Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import type { LoadedModule } from '../../stepper/module/module.ts';
import { ALONE, callsAmong } from '../../stepper/module/operations-text.ts';
import { UNEXPLAINED } from './call-texts.ts';
import { type CallMade, callLines, callsOf, isLinearizable, rewindable } from './linearize.ts';
import type { ModuleHooks } from './module-hooks.ts';
import { OperationsJudge } from './operations-judge.ts';

export interface CallsJudge {
  /** What each CPU runs, where somebody else than its function says it. */
  readonly names?: readonly string[];
  /** What is wrong with the calls, all of which have ended. `initial`: as setup() left the machine. */
  ended(initial: Snapshot): Finding | undefined;
  /** The same where these CPUs wait for ever, which `stuck` says; without it that is what is wrong. */
  waiting?(initial: Snapshot, cpus: readonly number[], stuck: Finding): readonly Finding[];
  /** Of so many operations those that never end one after the other, in words. */
  endless?(initial: Snapshot, operations: number, size: { readonly cpus: number; readonly calls: number }): string[];
}

export function callsJudge(machine: SteppedMachine, loaded: LoadedModule, hooks: ModuleHooks): CallsJudge | undefined {
  const { module, operations } = loaded;
  const { [ALONE]: alone, model } = module.entries;
  if (alone !== undefined && operations !== undefined) {
    const programs = module.cpus.map((_, cpu) => callsAmong(module.args[cpu] ?? []));
    const run = (operation: number, cpu: number): number => hooks.run(alone, operation, cpu);
    return judgeOfOperations(new OperationsJudge(machine, operations, programs, run), programs, hooks);
  }
  return model === undefined ? undefined : judgeByModel(machine, model, hooks);
}

function judgeOfOperations(
  judge: OperationsJudge,
  programs: ReadonlyArray<readonly number[]>,
  hooks: ModuleHooks,
): CallsJudge {
  /** What `tell` makes of why no order explains them. Overwritten notes come first: then nothing can be said. */
  const judged = (initial: Snapshot, waiting: readonly number[], tell: (why: readonly string[]) => Finding) =>
    judge.overwritten(waiting) ??
    hooks.told(ALONE, () => {
      const why = judge.unexplained(initial, waiting);
      return why && tell(why);
    });
  return {
    names: programs.map((calls, cpu) => judge.programText(calls, cpu)),
    ended: (initial) => judged(initial, [], (why) => finding('spec', UNEXPLAINED, 'operations', 0, ...why)),
    waiting: (initial, cpus, stuck) => {
      const found = judged(initial, cpus, (why) => ({ ...stuck, details: [...stuck.details, ...why] }));
      return found === undefined ? [] : [found];
    },
    endless: (initial, operations, size) =>
      judge.endless(initial, operations, size).map((one) => judge.programText([one], 0)),
  };
}

function judgeByModel(machine: SteppedMachine, model: number, hooks: ModuleHooks): CallsJudge {
  const explains = ({ operation, argument }: CallMade): number => hooks.run(model, operation, argument);
  return {
    ended: () => {
      const calls = callsOf(machine);
      return hooks.told('model', () =>
        isLinearizable(rewindable(machine), calls, explains)
          ? undefined
          : finding('spec', UNEXPLAINED, 'model', 0, ...callLines(calls)),
      );
    },
  };
}
