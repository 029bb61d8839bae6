/** Paths in a program. `/proc/TASK/...` names a task whose pid is known only when the program runs. */
import { PATH_MAX, PID_MAX } from '../machine/limits.ts';
import { didYouMean } from '../base/suggest.ts';

interface PathTemplate {
  /** What goes into read-only data; with a task, '%' stands for its pid. */
  text: string;
  task?: string;
  /** The most bytes that it can have with its closing zero. */
  bytes: number;
}

const PID_DIGITS = String(PID_MAX - 1).length;
const PROC = /^\/proc\/([^/]+)(\/.*)?$/s;

/** The template of a path, or what is wrong with it as a sentence. */
export function pathTemplate(path: string, tasks: readonly string[]): PathTemplate | string {
  const [, name, rest] = PROC.exec(path) ?? [];
  let template: PathTemplate = { text: path, bytes: Buffer.byteLength(path) + 1 };
  if (name !== undefined && tasks.includes(name)) {
    if (path.includes('%')) return 'a path with the name of a task cannot have a % in it';
    const bytes = Buffer.byteLength(path) - Buffer.byteLength(name) + PID_DIGITS + 1;
    template = { text: `/proc/%${rest ?? ''}`, task: name, bytes };
  } else if (name !== undefined && rest !== undefined && name !== 'self' && !/^[0-9]+$/.test(name)) {
    return `unknown task "${name}" in a path${didYouMean(name, tasks)}`;
  }
  if (path.includes('\0')) return 'a path cannot have a zero byte in it';
  if (template.bytes > PATH_MAX) return `this path needs up to ${template.bytes} bytes, a path has ${PATH_MAX}`;
  return template;
}
