/** How the text that the compiler reads is put together: words of ours around nodes, with the line breaks of the source. */
import type { Node } from 'oxc-parser';
import type { Names } from '../source/scope.ts';
import { positionIn, SourceError } from '../source/source.ts';

/** What the subset does not have got here all the same. */
export function unknownForm({ file, text }: Plain, node: Node): SourceError {
  return new SourceError(file, positionIn(text, node.start), `expression: no ${node.type} can stand here`);
}

/** A module's text, what its names stand for, and what is made of its labels. */
export interface Plain {
  readonly file: string;
  readonly text: string;
  readonly names: Names;
  /** What its labels are called. */
  readonly labels: Map<string, string>;
  /** Locals of ours that the function needs. */
  temporaries: readonly string[];
}

/** Parts of a text in order, with the line breaks of the source between them: words of ours, and nodes with theirs. */
export function woven(plain: Plain, node: Node, parts: ReadonlyArray<string | readonly [Node, string]>): string {
  let out = '';
  let at = node.start;
  for (const part of parts) {
    if (typeof part === 'string') out += part;
    else {
      out += breaks(plain, at, part[0].start) + part[1];
      at = part[0].end;
    }
  }
  return out + breaks(plain, at, node.end);
}

/** Line breaks between two offsets: all that matters of the text there. */
export function breaks({ text }: Plain, from: number, to: number): string {
  return text.slice(from, to).replace(/[^\n]/g, '');
}

export function grouped(node: Node, text: string): string {
  return /^(Literal|Identifier|CallExpression)$/.test(node.type) ? text : `(${text})`;
}

/** Two operands and what stands between them, with the line breaks of the source. */
export function joined(
  plain: Plain,
  node: Node,
  left: Node,
  leftText: string,
  operator: string,
  right: Node,
  rightText: string,
): string {
  const [first, second] = [grouped(left, leftText), grouped(right, rightText)];
  return woven(plain, node, [[left, first], ` ${operator} `, [right, second]]);
}

/** Several parts with commas between them. */
export function spread(plain: Plain, node: Node, nodes: readonly Node[], parts: readonly string[]): string {
  return woven(plain, node, listed(nodes, parts));
}

export function listed(nodes: readonly Node[], parts: readonly string[]): (string | readonly [Node, string])[] {
  return nodes.flatMap((one, i) => [...(i > 0 ? [', '] : []), [one, parts[i] ?? ''] as const]);
}
