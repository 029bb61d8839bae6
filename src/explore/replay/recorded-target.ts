/** From a recording to what it is to be replayed on. */
import { resolve } from 'node:path';
import type { Recording } from '../../recording/format.ts';
import type { Target } from '../subject/targets.ts';

const from = (name: string): string => name.split('/').at(-1) ?? name;

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
  if (subject.kind === 'javascript') {
    const { name, timeouts, files, scenario } = subject;
    const extra = scenario === undefined ? {} : { hasOperations: true, scenario };
    return { kind: 'javascript', name: from(name), path: resolve(name), timeouts, files, ...extra };
  }
  const { name, text, settings, imports } = subject;
  return { kind: 'module', name: from(name), path: name, text, settings, imports, mutant };
}
