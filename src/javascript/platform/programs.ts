/** Texts of programs, as twins: each file is read and transformed once for each program that the process explores. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { parseSync } from 'oxc-parser';
import { JavascriptError } from '../error.ts';
import type { Running } from '../operation.ts';
import type { Links } from '../transform/links.ts';
import { type Twin, type TwinOptions, twinOf } from '../transform/twin.ts';
import { AgentNames, LASTING_NAMES } from './global-names.ts';
import { perProgram, readText } from './marks.ts';
import { ownSyntaxError } from './own-syntax.ts';
import { typeIn } from './resolve.ts';
import { isStateless } from './stateless.ts';

export interface Program {
  readonly isModule: boolean;
  readonly file: string;
  /** A module that awaits at its top. */
  readonly awaits: boolean;
  /** Of a module: what it asks of others, and gives them. */
  readonly links: Links | undefined;
  /** Whether an instance of it, if all that it imports is so too, can serve in the next execution. */
  readonly isLasting: boolean;
  /** Given what it finds around it, its body. */
  readonly factory: (env: object) => (this: unknown, ...args: unknown[]) => Running;
}

const programs = perProgram(() => new Map<string, Program>());
/** Files, and names of texts, that have become modules. */
const asModules = perProgram(() => new Set<string>());

export const isModuleNow = (file: string): boolean => asModules().has(file);

/** The program of a file or `data:` URL, or of a text under a name. Throws JavascriptError for what is none. */
export function programOf(url: string, text?: string): Program {
  const key = text === undefined ? url : `${url}\0${text}`;
  const known = programs();
  let program = known.get(key);
  if (program === undefined) known.set(key, (program = compile(url, text)));
  return program;
}

function compile(url: string, given: string | undefined): Program {
  const isData = url.startsWith('data:');
  const file = isData ? url : fileURLToPath(url);
  const text = given ?? (isData ? dataText(url) : readText(file));
  const isModule = given === undefined ? isModuleFile(url, text) : isModuleText(text, file);
  if (isModule) asModules().add(file);
  const lang = /\.[cm]?ts$/.test(file) ? 'ts' : 'js';
  const globals = new AgentNames();
  const { twin, factory } = twinned(text, file, { kind: isModule ? 'module' : 'script', lang, globals });
  const isLasting =
    given === undefined &&
    isModule &&
    !twin.awaits &&
    [...globals.asked].every((name) => LASTING_NAMES.has(name)) &&
    isStateless(file, text, lang);
  return { isModule, file, awaits: twin.awaits, links: twin.links, isLasting, factory };
}

/** Throws JavascriptError, with what the engine says of a text that is no program of the language. */
function twinned(text: string, file: string, options: TwinOptions): { twin: Twin; factory: Program['factory'] } {
  try {
    const twin = twinOf(text, file, options);
    return { twin, factory: compiled(twin.code, file) as Program['factory'] };
  } catch (error) {
    if (error instanceof JavascriptError && options.lang !== 'ts')
      error.syntax = ownSyntaxError(text, options.kind === 'module', error.lines);
    throw error;
  }
}

/** The value of a twin. What the parser knows and the engine does not is refused at its line. */
export function compiled(code: string, file: string): unknown {
  try {
    return new Script(code, { filename: file }).runInThisContext();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = Number(/:(\d+)\n/.exec(error.stack ?? '')?.[1] ?? 1);
    throw new JavascriptError(file, line, 1, `this Node does not know this form of the language (${error.message})`);
  }
}

const modules = perProgram(() => new Map<string, boolean>());

/** Whether it is a module, of a file that may not have been read yet. */
export function isModuleUrl(url: string): boolean {
  const known = modules();
  let found = known.get(url);
  if (found === undefined) known.set(url, (found = isModuleFile(url)));
  return found;
}

/** Whether it is a module: by its name, its package, or because only a module can be written so. */
function isModuleFile(url: string, text?: string): boolean {
  if (url.startsWith('data:')) return true;
  const file = fileURLToPath(url);
  if (/\.m[jt]s$/.test(file)) return true;
  if (/\.c[jt]s$/.test(file)) return false;
  // One that is not there is told of by who loads it.
  if (text === undefined && !existsSync(file)) return false;
  const type = typeIn(dirname(file));
  if (type !== undefined) return type === 'module';
  return isModuleText(text ?? readFileSync(file, 'utf8'), file);
}

/** Whether only a module can be written so. */
export function isModuleText(text: string, file: string): boolean {
  return parseSync(file, text, { sourceType: 'unambiguous' }).module.hasModuleSyntax;
}

function dataText(url: string): string {
  const comma = url.indexOf(',');
  const body = decodeURIComponent(url.slice(comma + 1));
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(body, 'base64').toString('utf8') : body;
}
