/**
 * The twin of a file: the same program, whose functions can be left at each access to shared memory. It is an expression,
 * compiled under the file's own name, whose lines are those of the source:
 *
 *     (function ($env) { ...; return function* (exports, require, module, __filename, __dirname) {...} })   CommonJS
 *     (function ($env) { ...; return function* (exports, require) {...} })                                  a module
    (function ($env) { ...; return function* () {...} })                                                  of a text
 *
 * `$env` holds the language (language/language.ts) and, under `globals`, what the world gives of the names in `globals`.
 * A module's `require` gives the namespace of a module that it imports.
 */
import { sourceTexts } from '../texts.ts';
import { accessRules } from './access.ts';
import { assignRules } from './assign.ts';
import { blockRules } from './blocks.ts';
import { callRules } from './calls.ts';
import { classRules } from './classes.ts';
import { Emitter } from './emitter.ts';
import { functionRules } from './functions.ts';
import { inlineEval } from './inline-eval.ts';
import { type Links, linksOf } from './links.ts';
import { loopRules } from './loops.ts';
import { moduleBody, moduleRules } from './modules.ts';
import { objectRules } from './objects.ts';
import { patternRules } from './patterns.ts';
import { type Kind, Source } from './source.ts';
import { stripTypes } from './types.ts';
import { variableRules } from './variables.ts';

export interface TwinOptions {
  readonly kind: Kind;
  readonly lang?: 'js' | 'ts';
  /** Names that the world gives in place of the machine's own: Promise, Atomics, setTimeout, process... */
  readonly globals: ReadonlySet<string>;
}

export interface Twin {
  readonly code: string;
  /** A module that awaits at its top: to be run as an async function's body. */
  readonly awaits: boolean;
  /** Of a module: what it asks of others, and gives them. */
  readonly links: Links | undefined;
}

const RULES = {
  ...accessRules,
  ...assignRules,
  ...blockRules,
  ...callRules,
  ...classRules,
  ...functionRules,
  ...loopRules,
  ...moduleRules,
  ...objectRules,
  ...patternRules,
  ...variableRules,
};

/** Throws JavascriptError for a text that is no program, or one that cannot be run here. */
export function twinOf(text: string, file: string, options: TwinOptions): Twin {
  const shebang = text.startsWith('#!') ? `//${text.slice(2)}` : text;
  const types = options.lang === 'ts' ? new Set<string>() : undefined;
  const plain = types === undefined ? shebang : stripTypes(file, shebang, options.kind, types);
  const source = new Source(file, inlineEval(file, plain, options.kind), options.kind, 'js');
  const strict = options.kind === 'module' || isStrict(source);
  const kind = options.kind === 'text' ? 'function' : 'module';
  const e = new Emitter(source, RULES, { kind, name: '(module)', strict }, options.globals);
  sourceTexts.set(file, plain);
  const body = moduleBody(e);
  const code = `(function ($env) {${strict ? "'use strict';" : ''}${preamble(e)}return function* ${body}})`;
  const links = options.kind === 'module' ? linksOf(e, types) : undefined;
  return { code: e.lined(code), awaits: e.awaits, links };
}

function isStrict(source: Source): boolean {
  return (source.program.body as { directive?: string }[]).some((one) => one.directive === 'use strict');
}

function preamble(e: Emitter): string {
  const p = e.prefix;
  const infos = `${p}i = ${e.name('infos')}(${JSON.stringify(e.source.file)}, [${e.infos.join(', ')}])`;
  const properties = [...e.propertyConstants].map(
    ([name, constant]) => `${constant} = ${e.name('name')}(${JSON.stringify(name)})`,
  );
  const language = e.used.map((name) => `${name}: ${p}${name}`).join(', ');
  const globals = e.usesGlobals ? `const ${p}g = $env.globals;` : '';
  return `const { ${language} } = $env;${globals}const ${[infos, ...properties].join(', ')};`;
}
