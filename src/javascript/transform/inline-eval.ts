/**
 * `eval('EXPRESSION')` of a text that stands there: the expression itself, in its place. Bundlers are kept from a name in
 * that way, as in `eval('require')`. Offsets stay what they are.
 */
import { parseSync } from 'oxc-parser';
import { namesOf } from './scope.ts';
import { childrenOf, type Kind, type Node } from './source.ts';

/** The same text, as long as before, with such calls written out. What else is called eval stays. */
export function inlineEval(file: string, text: string, kind: Kind): string {
  if (!/\beval\s*\(\s*['"]/.test(text)) return text;
  const sourceType = kind === 'module' ? 'module' : 'commonjs';
  const { program, errors } = parseSync(file, text, { sourceType });
  if (errors.length > 0) return text;
  const calls: Node[] = [];
  if (!collect(program as unknown as Node, calls)) return text;
  let inlined = '';
  let at = 0;
  for (const call of calls) {
    const expression = expressionOf((call.arguments as Node[])[0] as Node);
    if (expression === undefined || call.start < at) continue;
    inlined += text.slice(at, call.start) + `(${expression})`.padEnd(call.end - call.start);
    at = call.end;
  }
  return inlined + text.slice(at);
}

/** Adds calls of eval by its name; false where somebody gives the name to something of his own. */
function collect(node: Node, calls: Node[]): boolean {
  const names = [node.id, node.param, node.local, ...((node.params as Node[] | undefined) ?? [])] as (Node | null)[];
  if (names.some((one) => namesOf(one ?? null).includes('eval'))) return false;
  const isEval = (node.callee as Node | undefined)?.name === 'eval' && node.optional !== true;
  if (node.type === 'CallExpression' && isEval && (node.arguments as Node[]).length === 1) calls.push(node);
  return childrenOf(node).every((one) => collect(one, calls));
}

/** What the text of a literal is, when it is one expression on one line, as it stands there. */
function expressionOf(argument: Node): string | undefined {
  const { value, raw } = argument as unknown as { value: unknown; raw?: string };
  if (argument.type !== 'Literal' || typeof value !== 'string' || raw?.slice(1, -1) !== value) return undefined;
  // Behind a call what stands there is no directive, and an object no block.
  const { program, errors } = parseSync('text.cjs', `0, ${value}`, { sourceType: 'script' });
  const [only, more] = program.body as unknown as readonly Node[];
  const isWhole = errors.length === 0 && more === undefined && only?.type === 'ExpressionStatement';
  if (!isWhole || only.end !== value.length + 3 || /^\s*[{;]/.test(value) || value.includes('//')) return undefined;
  return value;
}
