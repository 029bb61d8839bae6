/** What patterns take from. */
import { iterables, sources } from '../texts.ts';
import { calleeText, iterableText } from './callee-text.ts';
import type { Emitter } from './emitter.ts';
import { bare, type Node } from './source.ts';

/** What a pattern takes from: an array of what it wants of something iterable. `shown` are nodes the engine names. */
export function emitSource(
  e: Emitter,
  pattern: Node,
  source: string,
  from: Node,
  shown: ReadonlySet<string> = UNNAMED,
): string {
  const site = e.site(from);
  if (pattern.type !== 'ArrayPattern' && pattern.type !== 'ObjectPattern') return source;
  if (pattern.type === 'ObjectPattern') {
    const [first] = pattern.properties as Node[];
    const property = first?.type === 'Property' && !first.computed ? JSON.stringify(keyName(first)) : 'null';
    if (from !== pattern) sources.set(site, calleeText(from));
    const at = from === pattern ? -1 : site;
    return e.go(`${e.name('from')}(${source}, ${property}, ${at}, ${keysOf(pattern)})`);
  }
  if (shown.has(bare(from).type)) iterables.set(site, iterableText(from));
  const elements = pattern.elements as (Node | null)[];
  const rest = elements.at(-1)?.type === 'RestElement';
  return e.go(
    `${e.name('take')}(${source}, ${rest ? -1 : elements.length}, ${shown.has(bare(from).type) ? site : -1})`,
  );
}

/** The keys of a pattern in one text; null when it takes more, or is not told before it runs. */
function keysOf(pattern: Node): string {
  const properties = pattern.properties as Node[];
  const isKnown = properties.every((one) => one.type === 'Property' && !one.computed && !keyName(one).includes(','));
  return isKnown && properties.length > 0 ? JSON.stringify(properties.map(keyName).join(',')) : 'null';
}

const keyName = (property: Node): string => {
  const key = property.key as Node;
  return key.type === 'Literal' ? String(key.value) : (key.name as string);
};
const UNNAMED: ReadonlySet<string> = new Set(['CallExpression']);
/** Of a declaration. */
export const DECLARED: ReadonlySet<string> = new Set([
  'CallExpression',
  'Identifier',
  'ObjectExpression',
  'ArrayExpression',
  'Literal',
]);
