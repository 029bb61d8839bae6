/** The library: boot a machine, write programs, run, stress and explore them, hold them against recordings, measure locks. */
export { type BuildInfo, buildInfo } from './base/build-info.ts';
export { type Finding } from './check/evidence/finding.ts';
export { checkInvariants } from './check/still/invariants.ts';
export { type KnownFinding, knownFindings, type Sight } from './check/evidence/known-findings.ts';
export { RamView } from './check/evidence/view.ts';
export { conform, type ConformResult } from './conform/conform.ts';
export { ConformError } from './conform/read.ts';
export { checkers, createObservers } from './check/observers/checkers.ts';
export { type Observer, type World } from './check/evidence/observer.ts';
export { type CampaignOptions, runCampaign } from './explore/search/campaign.ts';
export { explore, type ExploreControl, type ExploreOptions } from './explore/search/explore.ts';
export { type Difference, firstDifference, type Identity, identityOf } from './explore/search/identity.ts';
export {
  type FoundBug,
  NotDeterministic,
  search,
  type SearchOptions,
  type SearchResult,
} from './explore/search/search.ts';
export { strategies } from './explore/strategies/index.ts';
export { type Facts, type Strategy } from './explore/strategies/strategy.ts';
export { type Subject } from './explore/subject/subject.ts';
export { moduleTarget, scenarioTarget, subjectOf, type Target } from './explore/subject/targets.ts';
export { type KernelOptions, type KernelResult, type KernelRow, runKernel } from './lab/kernel/run.ts';
export { type Mix, mixes } from './lab/kernel/mixes.ts';
export { lockTarget } from './lab/lock-module.ts';
export { machines, type Parameters } from './lab/model/parameters.ts';
export { type ModelOptions, runModel } from './lab/model/run.ts';
export { type RealOptions, runReal } from './lab/real/measure.ts';
export { type LabResult, type Load, type LockRow } from './lab/result.ts';
export { type BugKind, MachineFault } from './machine/fault.ts';
export { locks } from './machine/locks/index.ts';
export { type LockKind } from './machine/locks/lock-kind.ts';
export { createRam, hashRam, type RamOptions, restoreRam, snapshotRam } from './machine/ram.ts';
export { readVmcore, VmcoreError, type VmcoreHeader, writeVmcore } from './machine/vmcore.ts';
export { type BugReport } from './check/evidence/bug-report.ts';
export { mutants } from './mutant/index.ts';
export { type Mutant } from './mutant/mutant.ts';
export { readRecording, writeRecording } from './recording/file.ts';
export { decodeRecording, encodeRecording, type Recording } from './recording/format.ts';
export { RecordingError } from './recording/recording-error.ts';
export { decodeToken, encodeToken } from './recording/token.ts';
export { stressJson } from './report/stress-json.ts';
export { stressText } from './report/stress-text.ts';
export { assemble, assembleText } from './scenario/assemble.ts';
export { type ProfileName, profiles } from './kernel/profiles.ts';
export type { Program } from './scenario/ast.ts';
export { program } from './scenario/builder.ts';
export { scenarios } from './scenario/builtin/index.ts';
export { type Scenario, type ScenarioOptions } from './scenario/builtin/scenario.ts';
export { type ProgramImage } from './scenario/image.ts';
export { parseProgram } from './scenario/parser.ts';
export { printProgram } from './scenario/print.ts';
export { ProgramError } from './scenario/program-error.ts';
export { type BootOptions, bootMachine } from './boot/boot.ts';
export { type CallEvent, type OrderedRun, bootForProgram, runInOrder } from './boot/run-in-order.ts';
export { GangError } from './smp/gang.ts';
export { MachineDefect, type Progress, stress, type StressOptions, type StressResult } from './smp/stress.ts';
