/** Where the program is, for what happens in native code that it called: a twin has the lines of its file. */
import { fileURLToPath } from 'node:url';
import { sourceTexts } from './texts.ts';

const FRAME = /\(?((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/;
const DEEP = 50;

/** In place of a place, when none is the program's. */
export const NOWHERE = 'somewhere';

/** File and line of a frame. */
function placeIn(line: string): [file?: string, line?: string] {
  const [, file, number] = FRAME.exec(line) ?? [];
  if (file === undefined || number === undefined) return [];
  return [file.startsWith('file:') ? fileURLToPath(file) : file, number];
}

/** `file:line` of the innermost function of the program; `somewhere` when it is none of its. */
export function placeOnStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP;
  const { stack = '' } = new Error('where');
  Error.stackTraceLimit = limit;
  for (const line of stack.split('\n')) {
    const [file, number] = placeIn(line);
    if (file !== undefined && sourceTexts.has(file)) return `${file}:${number}`;
  }
  return NOWHERE;
}

/** The lines of a stack that are the program's, by file and line: columns are those of the twin. */
export function framesOf(stack: string): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n').slice(1)) {
    const [file, number] = placeIn(line);
    if (file === undefined || !sourceTexts.has(file) || line.includes('.next (')) continue;
    const name = /^\s*at (?:async )?(?:new )?(.+) \(/.exec(line)?.[1]?.replace(/\${2,}\d*/g, '') ?? '';
    frames.push(name === '' || name.includes('<') ? `at ${file}:${number}` : `at ${name} (${file}:${number})`);
  }
  return frames;
}
