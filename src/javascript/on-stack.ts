/** Where the program is, for what happens in native code that it called: a twin has the lines of its file. */
import { sourceTexts } from './texts.ts';

const FRAME = /\(?((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/;
const DEEP = 50;

/** `file:line` of the innermost function of the program; `somewhere` when it is none of its. */
export function placeOnStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP;
  const { stack = '' } = new Error('where');
  Error.stackTraceLimit = limit;
  for (const line of stack.split('\n')) {
    const [, file, number] = FRAME.exec(line) ?? [];
    if (file !== undefined && sourceTexts.has(file)) return `${file}:${number}`;
  }
  return 'somewhere';
}
