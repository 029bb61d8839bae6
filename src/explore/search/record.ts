/** From what a search found to a recording. */
import { relative } from 'node:path';
import { buildInfo } from '../../base/build-info.ts';
import { visible } from '../../base/visible.ts';
import type { Recording } from '../../recording/format.ts';
import { MAX_NAME } from '../../recording/limits.ts';
import type { ExploreOptions } from './options.ts';
import type { FoundBug } from './result.ts';
import type { Bug } from '../run/runner.ts';
import { imageOf, type Target } from '../subject/targets.ts';
import type { Subject } from '../subject/subject.ts';

/** What is recorded of an execution. */
export interface Recordable {
  readonly bug: (Bug & Pick<FoundBug, 'files'>) | undefined;
  readonly decisions: Uint16Array;
  readonly finalHash: string;
}

export function recordingOf(
  options: ExploreOptions,
  subject: Subject,
  { bug, decisions, finalHash }: Recordable,
): Recording {
  const { target, seed, strategy, checkers } = options;
  return {
    tasklock: buildInfo.version,
    buildId: buildInfo.buildId,
    subject:
      target.kind === 'scenario'
        ? {
            kind: 'scenario',
            name: recordedName(target.name),
            text: target.text,
            ...faultsOf(target),
            ...ticksOf(target),
          }
        : target.kind === 'javascript'
          ? {
              kind: 'javascript',
              name: recordedName(relative('', target.path)),
              timeouts: target.timeouts,
              ...(target.scenario === undefined ? {} : { scenario: target.scenario.map((calls) => [...calls]) }),
              files: { ...bug?.files, ...subject.files },
            }
          : {
              kind: 'module',
              name: recordedName(target.path),
              text: target.text,
              settings: target.settings,
              ...importsOf(target),
            },
    profile: target.kind === 'scenario' ? imageOf(target).profile : null,
    mutant: target.kind === 'module' ? target.mutant : null,
    model: 'sc',
    cpus: subject.cpus,
    seed,
    strategy,
    verdict: bug === undefined ? null : { title: bug.title, kind: bug.kind },
    finalHash,
    checkers: [...checkers],
    stepBound: subject.stepBound,
    decisions,
  };
}

/** Only of a module that has some: see recording/format.ts. */
function importsOf({ imports = {} }: Target & { kind: 'module' }): { imports?: Record<string, string> } {
  return Object.keys(imports).length === 0 ? {} : { imports: { ...imports } };
}

/** Only where something fails on purpose: a recording without it is of an older format. */
function faultsOf({ faults }: Target & { kind: 'scenario' }) {
  return faults === undefined ? {} : { faults: { setting: faults.setting, sites: [...faults.sites] } };
}

const ticksOf = ({ ticks }: Target & { kind: 'scenario' }) => (ticks === undefined ? {} : { ticks });

/** A name that a recording can hold: of one that is too long its end. */
function recordedName(name: string): string {
  const plain = visible(name).replaceAll('\n', '\\n');
  return plain.length <= MAX_NAME ? plain : plain.slice(-MAX_NAME);
}
