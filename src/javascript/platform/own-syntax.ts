/** What the engine says of a text that is no program: in Node that is an error of the program, which may catch it. */
import { compileFunction, Script } from 'node:vm';
import { JavascriptError } from '../error.ts';

/** Statements of a module that no script has. What stands behind `export` can mostly stand by itself. */
const IMPORTS = /^[ \t]*(?:import(?=\s*['"{*\w$])|export(?=\s*[*{]))[^'";()]*(?:'[^'\n]*'|"[^"\n]*"|;|\})/gm;
const EXPORTS =
  /^[ \t]*export(?:[ \t]+default(?=[ \t]+(?:async[ \t]+)?(?:function|class)\b[ \t]*\*?[ \t]*\w))?(?=\s)/gm;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/**
 * The engine's SyntaxError for the text of a file; undefined when it takes it, or finds fault with other lines than these. A
 * module can only be asked about without what makes it one, in an async function.
 */
export function ownSyntaxError(text: string, isModule: boolean, lines: readonly number[]): SyntaxError | undefined {
  const plain = text.startsWith('#!') ? `//${text.slice(2)}` : text;
  if (!isModule)
    return thrownBy(() => compileFunction(plain, ['exports', 'require', 'module', '__filename', '__dirname']));
  const body = plain.replace(IMPORTS, blank).replace(EXPORTS, blank);
  const error = thrownBy(() => new Script(`'use strict'; (async () => {${body}\n})`, { filename: 'text' }));
  if (error === undefined) return undefined;
  const line = Number(/^text:(\d+)\n/.exec(error.stack ?? '')?.[1]);
  const last = body.split('\n').length;
  // What stands behind the text is ours.
  if (line > last) return lines.includes(last) ? new SyntaxError('Unexpected end of input') : undefined;
  if (!lines.includes(line)) return undefined;
  return error.message.startsWith('await is only valid') ? new SyntaxError('Unexpected reserved word') : error;
}

function thrownBy(compile: () => unknown): SyntaxError | undefined {
  try {
    compile();
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
  return undefined;
}

/** What is thrown for a file that is no program: where everything begins, where and why; elsewhere what Node throws. */
export function asThrown(error: unknown, isFirst: boolean): unknown {
  if (!(error instanceof JavascriptError) || error.syntax === undefined || isFirst) return error;
  const { file, line, column, syntax } = error;
  const own = new SyntaxError(syntax.message);
  own.stack = `${own.name}: ${own.message}\n    at ${file}:${line}:${column}`;
  return own;
}
