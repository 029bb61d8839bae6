/** JavaScript stacks as kernel call chains: function names are the kernel's own, places those of the TypeScript. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isTool, sourceFile } from '../../base/file-roles.ts';

export interface Frame {
  readonly function: string;
  /** Path from the top of the project, as `src/kernel/fs.ts`. */
  readonly file: string;
  readonly line: number;
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

const BUILT = /\/dist\/src\/.*\.js$/;
const FRAME = /^\s*at (?:async )?([\w$.<>]+) \((?:file:\/\/)?(.+?):(\d+):(\d+)\)$/;

/** The frames of a stack that lie in the machine and the kernel, innermost first. */
export function callChain(stack: string): Frame[] {
  return stack.split('\n').flatMap((line) => {
    const match = FRAME.exec(line);
    const file = match?.[2] ?? '';
    const source = BUILT.test(file) ? sourceFile(file) : undefined;
    if (match === null || source === undefined) return [];
    const path = file.startsWith('/') ? file : fileURLToPath(`file://${file}`);
    const entry = sourceMap(path)?.findEntry(Number(match[3]) - 1, Number(match[4]) - 1);
    const at = entry && 'originalLine' in entry ? entry.originalLine + 1 : Number(match[3]);
    return [{ function: match[1] ?? '?', file: source, line: at }];
  });
}

/** The function a report names: the innermost one that is no tool. */
export function blamed(frames: readonly Frame[]): string {
  return (frames.find((frame) => !isTool(frame.file, frame.function)) ?? frames[0])?.function ?? 'unknown';
}

export const frameText = (frame: Frame): string => `${frame.function} (${frame.file}:${frame.line})`;
