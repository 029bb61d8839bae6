/**
 * Functions. Each becomes a body, a generator that can be left, and what the program holds: a wrapper of the right name,
 * length and kind, which native code can call and which knows its body (language/functions.ts).
 *
 * A declaration keeps its place and its way of being hoisted: a wrapper beside a body, tied together where the scope begins.
 */
import { declareParams, paramsOf } from './params.ts';
import { hoisted, statementsOf } from './blocks.ts';
import type { Emitter, Rule } from './emitter.ts';
import { bodyName, declaredInfo, infoOf, lengthOf } from './infos.ts';
import { prologue } from './prologue.ts';
import { declareLexical, varNames } from './scope.ts';
import { type Node } from './source.ts';
import type { FunctionKind } from './state.ts';

export interface BodyOptions {
  readonly kind: FunctionKind;
  readonly name: string;
  readonly className?: string | undefined;
  readonly info?: string;
  /** Stands first in the body. */
  readonly before?: string;
  /** Stands last. */
  readonly after?: string;
}

/** `(params) {body}` of a function as the inside of a generator, with all of its line ends. */
export function bodyOf(e: Emitter, node: Node, options: BodyOptions): string {
  const block = node.body as Node;
  const isBlock = block.type === 'BlockStatement';
  const directives = isBlock ? directivesOf(block) : [];
  const strict = e.state.strict || directives.some((one) => one.directive === 'use strict');
  const { kind, name, className, info } = options;
  const state = {
    kind,
    name,
    strict,
    async: node.async as boolean,
    generator: node.generator as boolean,
    className,
    info,
  };
  return e.within(state, () => {
    declareParams(e, node);
    if (isBlock) {
      for (const one of varNames(block)) if (e.scope.find(one)?.scope !== e.scope) e.scope.declare(one, 'var');
      declareLexical(e.scope, block.body as Node[]);
    }
    const params = paramsOf(e, node);
    const init = params.write(e);
    let inside: string;
    if (isBlock) {
      const statements = (block.body as Node[]).slice(directives.length);
      const from = directives.at(-1)?.end ?? block.start + 1;
      inside = statementsOf(e, statements, from, block.end - 1);
    } else inside = `return (${e.emit(block)});`;
    const declared = isBlock ? hoisted(e, block.body as Node[], 'var') : '';
    const written = directives.map((one) => e.source.slice(one.start, one.end)).join('');
    const began = node.generator && !params.native ? `yield ${e.name('began')};` : '';
    const head = `(${params.text}) {${written}${prologue(e)}${options.before ?? ''}${init}${declared}${began}`;
    // The last statement may stand without its semicolon.
    return `${head}${inside}${options.after === undefined ? '' : `;${options.after}`}}`;
  });
}

function directivesOf(block: Node): Node[] {
  const body = block.body as Node[];
  const end = body.findIndex((one) => typeof one.directive !== 'string');
  return body.slice(0, end < 0 ? body.length : end);
}

/** A function that is a value. */
const expression: Rule = (e, node, given) => {
  const arrow = node.type === 'ArrowFunctionExpression';
  const own = (node.id as Node | null)?.name as string | undefined;
  const name = own ?? given ?? '';
  const kind = arrow ? 'arrow' : 'function';
  const info = infoOf(e, { kind, name, node });
  const fn = e.name('fn');
  if (own === undefined) return `${fn}(${info}, function* ${bodyOf(e, node, { kind, name, info })})`;
  return e.inScope(() => {
    e.scope.declare(own, 'self');
    return `(() => { const ${own} = ${fn}(${info}, function* ${bodyOf(e, node, { kind, name, info })}); return ${own}; })()`;
  });
};

const declaration: Rule = (e, node, given) => {
  const name = ((node.id as Node | null)?.name as string | undefined) ?? (given as string);
  const shown = node.id ? name : 'default';
  const g = bodyName(e, name, node);
  const info = declaredInfo(e, node, shown);
  const body = `function* ${g}${bodyOf(e, node, { kind: 'function', name: shown, info })}`;
  if (node.async || node.generator || !node.id) return body;
  const p = lengthOf(node, e.prefix);
  return `function ${name}(${p}) { return ${e.name('run')}(${g}, this, arguments, new.target, ${info}); } ${body}`;
};

export const functionRules: Readonly<Record<string, Rule>> = {
  FunctionExpression: expression,
  ArrowFunctionExpression: expression,
  FunctionDeclaration: declaration,
};
