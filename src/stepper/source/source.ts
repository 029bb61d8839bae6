/** A parsed module: its text, its syntax tree, and where an offset lies. */
import { type Node, type Program, parseSync, visitorKeys } from 'oxc-parser';

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

/** The text is no module: the parser's message and the place. */
export class SourceError extends Error {
  readonly file: string;
  readonly position: Position;
  readonly reason: string;
  constructor(file: string, position: Position, reason: string) {
    super(`${file}:${position.line}:${position.column} ${reason}`);
    this.name = 'SourceError';
    this.file = file;
    this.position = position;
    this.reason = reason;
  }
}

/** Trees of texts that were parsed a moment ago, of which nobody changes one: a module is read by one who asks after the other. */
const recent = new Map<string, WeakRef<Program>>();
const MOST_RECENT = 8;

/**
 * Parses TypeScript or JavaScript, which is read as TypeScript too. With `early`, what the language refuses of a text that
 * parses (a name declared twice, a break out of nothing) is refused as well. Throws SourceError.
 */
export function parseSource(file: string, text: string, early = false): Source {
  const lineStarts = startsOf(text);
  const known = recent.get(text)?.deref();
  if (known !== undefined && !early) return { file, text, program: known, lineStarts };
  const options = { preserveParens: false, sourceType: 'module', lang: 'ts', showSemanticErrors: early } as const;
  const parsed = parseSync(file, text, options);
  const first = parsed.errors[0];
  if (first !== undefined) throw new SourceError(file, find(lineStarts, first.labels[0]?.start ?? 0), first.message);
  // It is made of a text when it is asked for.
  const program = known ?? parsed.program;
  remember(text, program);
  return { file, text, program, lineStarts };
}

/** In place of the one that has been there for longest. */
function remember(text: string, program: Program): void {
  recent.delete(text);
  const [oldest] = recent.keys();
  if (oldest !== undefined && recent.size >= MOST_RECENT) recent.delete(oldest);
  recent.set(text, new WeakRef(program));
}

/** Line and column of an offset. */
export function positionOf(source: Source, offset: number): Position {
  return find(source.lineStarts, offset);
}

/** The same for a text that is not parsed yet. */
export function positionIn(text: string, offset: number): Position {
  return find(startsOf(text), offset);
}

function startsOf(text: string): number[] {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return lineStarts;
}

function find(lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] as number) + 1 };
}

/** The nodes right below a node, in source order as the grammar lists them. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = fields[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
