/** The table of functions: what the language must know to make each. */
import type { Emitter } from './emitter.ts';
import { paramsOf } from './params.ts';
import type { Node } from './source.ts';

/** How the language makes the function (language/functions.ts). */
export type InfoKind =
  | 'function'
  | 'arrow'
  | 'method'
  | 'getter'
  | 'setter'
  | 'constructor'
  | 'class'
  | 'field'
  | 'block';

export interface InfoOptions {
  readonly kind: InfoKind;
  readonly name: string;
  readonly node: Node;
  readonly isStatic?: boolean;
  /** Whether the name is known only when it runs. */
  readonly named?: boolean;
  readonly text?: Node;
}

/** Enters a function into the table; gives the text that finds it there. */
export function infoOf(e: Emitter, options: InfoOptions): string {
  const { kind, name, node } = options;
  const number = e.infos.length;
  const flow = `${node.async ? 'async' : ''}${node.generator ? 'generator' : ''}`;
  const early = node.generator && !paramsOf(e, node).native;
  const text = options.text ?? node;
  const parts = [
    JSON.stringify(kind),
    JSON.stringify(flow),
    JSON.stringify(name),
    text.start,
    text.end,
    !!options.isStatic,
    !!early,
  ];
  e.infos.push('');
  e.infos[number] = `[${parts.join(', ')}, ${wrapper(e, options, flow, number)}]`;
  return `${e.prefix}i[${number}]`;
}

/** The entry of a declaration: one, whether its place or the begin of its scope comes first. */
export function declaredInfo(e: Emitter, node: Node, name: string): string {
  let info = e.declared.get(node);
  if (info === undefined) {
    info = infoOf(e, { kind: 'function', name, node });
    e.declared.set(node, info);
  }
  return info;
}

/** A function that makes the wrapper of a body `g`: n is the name where it is not known before. */
function wrapper(e: Emitter, { kind, name, node, named }: InfoOptions, flow: string, number: number): string {
  if (kind === 'field' || kind === 'block' || kind === 'class' || kind === 'constructor') return 'null';
  const run = e.name('run');
  const dummies = lengthOf(node, e.prefix);
  const key = named ? '[n]' : JSON.stringify(name);
  const at = named ? 'n' : JSON.stringify(name);
  const head = named ? '(g, n)' : '(g)';
  if (kind === 'getter' || kind === 'setter') {
    const [word, field] = kind === 'getter' ? ['get', 'get'] : ['set', 'set'];
    const params = kind === 'getter' ? '' : `${e.prefix}1`;
    return `${head} => Object.getOwnPropertyDescriptor({ ${word} ${key}(${params}) { return ${run}(g, this, arguments); } }, ${at}).${field}`;
  }
  if (kind === 'function' && flow === '') {
    const k = named || name === '__proto__' ? `[${at}]` : key;
    return `${head} => ({ ${k}: function (${dummies}) { return ${run}(g, this, arguments, new.target, ${e.prefix}i[${number}]); } })[${at}]`;
  }
  return `${head} => ({ ${key}(${dummies}) { return ${run}(g, this, arguments); } })[${at}]`;
}

/** As many parameters as `length` counts. */
export function lengthOf(node: Node, prefix: string): string {
  const params = (node.params ?? []) as Node[];
  const end = params.findIndex((one) => one.type === 'AssignmentPattern' || one.type === 'RestElement');
  const count = end < 0 ? params.length : end;
  return Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`).join(', ');
}

/** The name of the body of a declaration. */
export const bodyName = (e: Emitter, name: string, node: Node): string => `${name}${e.prefix}${node.start}`;
