/** A parsed file: its text, its syntax tree, and where an offset lies. */
import { parseSync, visitorKeys } from 'oxc-parser';
import { JavascriptError } from '../error.ts';

/** A node of the tree, as ESTree has it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** `text`: code of a text, which is a body as a CommonJS module is one, without the names that such a module is given. */
export type Kind = 'module' | 'script' | 'text';

export class Source {
  readonly file: string;
  readonly text: string;
  readonly kind: Kind;
  readonly program: Node;
  private readonly lineStarts: number[];

  /** Throws JavascriptError. */
  constructor(file: string, text: string, kind: Kind, lang: 'js' | 'ts') {
    this.file = file;
    this.text = text;
    this.kind = kind;
    this.lineStarts = startsOf(text);
    // Return is allowed at the top of a CommonJS module.
    const sourceType = kind === 'module' ? 'module' : 'commonjs';
    const { program, errors } = parseSync(file, text, {
      sourceType,
      lang,
      preserveParens: true,
      showSemanticErrors: true,
    });
    const first = errors[0];
    if (first !== undefined) {
      const error = this.error(first.labels[0]?.start ?? 0, first.message);
      error.lines = first.labels.map(({ start }) => this.lineOf(start));
      throw error;
    }
    this.program = program as unknown as Node;
  }

  lineOf(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  columnOf(offset: number): number {
    return offset - (this.lineStarts[this.lineOf(offset) - 1] as number) + 1;
  }

  error(offset: number, reason: string): JavascriptError {
    return new JavascriptError(this.file, this.lineOf(offset), this.columnOf(offset), reason);
  }

  /** The text of a node, or of a stretch. */
  slice(from: number, to: number): string {
    return this.text.slice(from, to);
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The nodes right below one, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value = node[key] as Node | readonly (Node | null)[] | null | undefined;
    if (value === null || value === undefined) continue;
    if (Array.isArray(value)) found.push(...value.filter((one) => one !== null));
    else found.push(value as Node);
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
export const isFunction = (node: Node): boolean => FUNCTIONS.has(node.type);
export const isClass = (node: Node): boolean => node.type === 'ClassDeclaration' || node.type === 'ClassExpression';

/** An expression without the parentheses around it. */
export function bare(node: Node): Node {
  let inner = node;
  while (inner.type === 'ParenthesizedExpression') inner = inner.expression as Node;
  return inner;
}
