/**
 * A lock algorithm and a workload put together into the text of one module, which can be explored and recorded. The lock's
 * lines stay where they are in its own file, so that a report that names mcs.ts:34 means that line there; the workload
 * follows behind the last of them.
 */
import { readFileSync } from 'node:fs';
import type { Target } from '../explore/subject/targets.ts';
import type { LockKind } from '../machine/locks/lock-kind.ts';
import { type Mutant, mutated } from '../mutant/mutant.ts';

const BUS_IMPORT = /^import \{([^}]*)\} from '[./]*\/bus\.ts';\n/m;
const LOCK_IMPORT = /^import \{[^}]*\} from '[./]*\/machine\/locks\/[\w-]+\.ts';\n/m;
/** The sources lie beside the build (scripts/build.mjs). */
const TEXTS = new URL('../../text/', import.meta.url);

const namesIn = (list: string | undefined): string[] =>
  (list ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));

/** The source of a lock algorithm, with the edits of a mutant. */
export function lockText(name: string, mutant?: Mutant): string {
  const text = readFileSync(new URL(`machine/locks/${name}.ts`, TEXTS), 'utf8');
  return mutant === undefined ? text : mutated(text, mutant);
}

/** The text of a module: a lock, then a workload that was written with another one in its place. */
export function moduleText(lock: string, workload: string): string {
  const use = readFileSync(new URL(`lab/workloads/${workload}.ts`, TEXTS), 'utf8');
  const names = [lock, use].flatMap((text) => namesIn(BUS_IMPORT.exec(text)?.[1]));
  const imported = `import { ${[...new Set(names)].sort().join(', ')} } from 'tasklock/bus';`;
  const withImport = lock.replace(BUS_IMPORT, (own) => imported + own.replaceAll(/[^\n]/g, ''));
  return [
    withImport.replaceAll(/^export (?=function)/gm, ''),
    use.replace(BUS_IMPORT, '').replace(LOCK_IMPORT, ''),
  ].join('\n');
}

/** A lock under its workload as something to explore: constants that only cost states are small unless set. */
export function lockTarget(kind: LockKind, settings: ReadonlyMap<string, number>, mutant?: Mutant): Target {
  return {
    kind: 'module',
    name: `lock:${kind.name}`,
    path: `${kind.name}.ts`,
    text: moduleText(lockText(kind.name, mutant), kind.shape),
    settings: { ...kind.small, ...mutant?.settings, ...Object.fromEntries(settings) },
    mutant: mutant?.name ?? null,
  };
}
