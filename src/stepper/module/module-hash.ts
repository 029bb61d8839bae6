/** Which module was loaded: its own text, that of every file it imports, and the numbers set in it. */
import { createHash } from 'node:crypto';
import { dirname, relative } from 'node:path';

export interface ModuleSources {
  /** Where the module lies. */
  readonly path: string;
  /** Texts of the author's files by path, the module's own among them; files of tasklock belong to the build. */
  readonly sources: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, number>;
}

/** 32 hexadecimal digits. Where the files lie does not matter, only how they lie to each other. */
export function moduleHash({ path, sources, settings }: ModuleSources): string {
  const own = sources.get(path) ?? '';
  const imported = [...sources]
    .filter(([file]) => file !== path)
    .map(([file, text]) => [relative(dirname(path), file), text] as const);
  const content = [own, imported.sort(byName), [...settings].sort(byName)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
