import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** Line of the TypeScript source behind a line of a built module. */
export function sourceLines(): (file: string, line: number) => number {
  const maps = new Map<string, SourceMap>();
  return (file, line) => {
    const map = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
    maps.set(file, map);
    const entry = map.findEntry(line - 1, 200);
    return 'originalLine' in entry ? entry.originalLine + 1 : line;
  };
}
