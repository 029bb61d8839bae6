/** Places of built code, be it a module or the bundle, as those of the TypeScript it was made of. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** File of ours, mostly as a URL, line, column, as in `at copy_process (file:///.../dist/src/kernel/fork.js:85:9)`. */
const PLACE = /((?:file:\/\/)?\/.*\/dist\/(?:src|workers|bundle)\/[^\s():]*\.js):(\d+):(\d+)/;

/** The folder of the bundle as its scripts have it in stacks; it leads nowhere. */
export const BUNDLE_NAME = 'file:///tasklock/dist/bundle/';

/** Where it is: this is either in a script of it, or beside it. */
function bundleFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return basename(here) === 'bundle' ? here : resolve(here, '../../bundle');
}

const maps = new Map<string, SourceMap | null>();

function sourceMap(file: string): SourceMap | null {
  let map = maps.get(file);
  if (map === undefined) {
    map = existsSync(`${file}.map`) ? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))) : null;
    maps.set(file, map);
  }
  return map;
}

/** The first place of ours that a line of a stack names; where no map leads further, as it is built. */
export function builtPlace(line: string): SourcePlace | undefined {
  const [, url, row, column] = PLACE.exec(line) ?? [];
  if (url === undefined) return undefined;
  const file = fileOf(url);
  const place = { file, line: Number(row), column: Number(column) };
  const entry = sourceMap(file)?.findEntry(place.line - 1, place.column - 1);
  if (entry === undefined || !('originalLine' in entry)) return place;
  const source = resolve(dirname(file), entry.originalSource);
  return { file: source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function fileOf(url: string): string {
  if (url.startsWith(BUNDLE_NAME)) return join(bundleFolder(), url.slice(BUNDLE_NAME.length));
  return url.startsWith('/') ? url : fileURLToPath(url);
}

/** A stack whose places of ours are those of the TypeScript. */
export const sourceStack = (stack: string): string => stack.split('\n').map(sourceLine).join('\n');

function sourceLine(line: string): string {
  const place = builtPlace(line);
  return place === undefined ? line : line.replace(PLACE, () => `${place.file}:${place.line}:${place.column}`);
}
