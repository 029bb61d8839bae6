/** From a recording to what it is to be replayed on. */
import type { Recording } from '../../recording/format.ts';
import type { Target } from '../subject/targets.ts';

/** What a recording is about. Imports that it does not hold are looked for beside the path that it names. */
export function recordedTarget({ subject, cpus, mutant }: Recording): Target {
  if (subject.kind === 'scenario') {
    const { name, text, faults, ticks } = subject;
    return {
      kind: 'scenario',
      name,
      text,
      cpus,
      ...(faults === undefined ? {} : { faults }),
      ...(ticks === undefined ? {} : { ticks }),
    };
  }
  const { name, text, settings, imports } = subject;
  return { kind: 'module', name: name.split('/').at(-1) ?? name, path: name, text, settings, imports, mutant };
}
