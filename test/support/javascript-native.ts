/** The same program by the machine itself: what a twin is held against. */
import { runInThisContext } from 'node:vm';
import { show } from './javascript-world.js';

export interface NativeRun {
  readonly lines: string[];
  readonly error: string | undefined;
}

/** Runs a CommonJS text; ends when no timer of it is left. */
export async function runNative(
  text: string,
  file = 'program.js',
  requireFile?: (name: string) => unknown,
): Promise<NativeRun> {
  const lines: string[] = [];
  let open = 0;
  const console = { log: (...all: unknown[]) => void lines.push(all.map(show).join(' ')) };
  const later = (f: (...args: unknown[]) => void, ms: number, ...args: unknown[]): void => {
    open++;
    setTimeout(() => {
      open--;
      f(...args);
    }, ms);
  };
  const names = ['exports', 'require', 'module', '__filename', '__dirname', 'console', 'setTimeout'];
  const f = runInThisContext(`(function (${names.join(', ')}) {${text}\n})`, { filename: file }) as (
    ...args: unknown[]
  ) => void;
  const module = { exports: {} };
  let error: string | undefined;
  try {
    f.call(module.exports, module.exports, requireFile, module, file, '.', console, later);
  } catch (thrown) {
    error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown ${show(thrown)}`;
  }
  do await new Promise((done) => setTimeout(done, 0));
  while (open > 0);
  return { lines, error };
}
