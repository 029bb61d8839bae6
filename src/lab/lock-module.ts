/** A lock algorithm and a workload put together into the text of one module, which can be explored and recorded. */
import { readFileSync } from 'node:fs';

const BUS_IMPORT = /^import \{([^}]*)\} from '[./]*\/bus\.ts';\n/m;
const LOCK_IMPORT = /^import \{[^}]*\} from '[./]*\/machine\/locks\/[\w-]+\.ts';\n/m;
/** The sources lie beside the build (scripts/build.mjs). */
const TEXTS = new URL('../../text/', import.meta.url);

const namesIn = (list: string | undefined): string[] =>
  (list ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));

/** The source of a lock algorithm. */
export function lockText(name: string): string {
  return readFileSync(new URL(`machine/locks/${name}.ts`, TEXTS), 'utf8');
}

/** The text of a module: the workload with this lock in place of the one it was written with. */
export function moduleText(lock: string, workload: string): string {
  const use = readFileSync(new URL(`lab/workloads/${workload}.ts`, TEXTS), 'utf8');
  const names = [lock, use].flatMap((text) => namesIn(BUS_IMPORT.exec(text)?.[1]));
  const imported = `import { ${[...new Set(names)].sort().join(', ')} } from 'tasklock/bus';\n`;
  return [
    imported,
    lock.replace(BUS_IMPORT, '').replaceAll(/^export (?=function)/gm, ''),
    use.replace(BUS_IMPORT, '').replace(LOCK_IMPORT, ''),
  ].join('\n');
}
