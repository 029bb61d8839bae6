/**
 * What must hold at every moment of a run: the expression after `always`, as a tree. From loose to tight: or, and,
 * not, then a comparison or `TASK shares PART with TASK`.
 */
import { type Comparison, comparisons } from './comparison.ts';
import type { Position } from './position.ts';
import { errnoValues } from './constants.ts';
import { didYouMean } from '../base/suggest.ts';
import { TokenReader } from './token-reader.ts';

/** The parts that tasks can share. */
export const taskParts = ['fs', 'files', 'sighand', 'signal', 'vm', 'namespace', 'undo'] as const;
export type TaskPart = (typeof taskParts)[number];

/** Questions about one task, by the type of their answer. */
export const textFunctions = ['getcwd', 'state'] as const;
export const numberFunctions = ['getuid', 'getppid', 'umask', 'getpgid', 'getsid'] as const;
export type TextFunction = (typeof textFunctions)[number];
export type NumberFunction = (typeof numberFunctions)[number];

export type Term =
  | { kind: 'number'; value: number; at: Position }
  | { kind: 'text'; value: string; at: Position }
  /** A shared word, a task (its pid), or an errno name. */
  | { kind: 'name'; name: string; at: Position }
  | { kind: 'ask-text'; ask: TextFunction; task: string; at: Position }
  | { kind: 'ask-number'; ask: NumberFunction; task: string; at: Position };

export type PropertyTree =
  | { kind: 'or' | 'and'; left: PropertyTree; right: PropertyTree }
  | { kind: 'not'; inner: PropertyTree }
  | { kind: 'compare'; left: Term; comparison: Comparison; right: Term; at: Position }
  | { kind: 'shares'; task: string; part: TaskPart; other: string; at: Position; otherAt: Position };

export interface Property {
  tree: PropertyTree;
  at: Position;
}

/** Words and signs of a property, and how far `not` and parentheses may stand in one another. */
const MOST_PARTS = 1000;
const MOST_DEPTH = 100;

/** Where the parser stands in a property. */
interface Parser {
  readonly reader: TokenReader;
  parts: number;
  depth: number;
}

/** The expression as a tree. Throws a ProgramError; names are looked up later, by the checks. */
export function parseProperty(reader: TokenReader): Property {
  const { at } = reader.peek();
  return { tree: parseOr({ reader, parts: 0, depth: 0 }), at };
}

function parseOr(parser: Parser): PropertyTree {
  let left = parseAnd(parser);
  while (parser.reader.accept('or')) left = { kind: 'or', left, right: parseAnd(parser) };
  return left;
}

function parseAnd(parser: Parser): PropertyTree {
  let left = parseNot(parser);
  while (parser.reader.accept('and')) left = { kind: 'and', left, right: parseNot(parser) };
  return left;
}

function parseNot(parser: Parser): PropertyTree {
  const { reader } = parser;
  if (++parser.parts > MOST_PARTS) reader.fail(`a property has at most ${MOST_PARTS} parts; write several`);
  if (!reader.is('not') && !reader.is('(')) return parseComparison(reader);
  if (parser.depth === MOST_DEPTH) reader.fail(`more than ${MOST_DEPTH} of "not" and "(" in one another`);
  parser.depth++;
  const isNot = reader.take().text === 'not';
  const inner = isNot ? parseNot(parser) : parseOr(parser);
  if (!isNot) reader.demand(')', 'to close the parenthesis');
  parser.depth--;
  return isNot ? { kind: 'not', inner } : inner;
}

function parseComparison(reader: TokenReader): PropertyTree {
  const left = parseTerm(reader);
  if (left.kind === 'name' && reader.accept('shares')) return parseShares(reader, left.name, left.at);
  const comparison = comparisons.find((symbol) => reader.is(symbol));
  if (comparison === undefined) {
    reader.expected(left.kind === 'name' ? 'a comparison or "shares"' : 'a comparison (== != < <= > >=)');
  }
  reader.take();
  const right = parseTerm(reader);
  if (isText(left) !== isText(right)) reader.fail('a text cannot be compared with a number', right.at);
  if (isText(left) && comparison !== '==' && comparison !== '!=') {
    reader.fail(`texts compare with == and != only, not with ${comparison}`, left.at);
  }
  return { kind: 'compare', left, comparison, right, at: left.at };
}

function parseShares(reader: TokenReader, task: string, at: Position): PropertyTree {
  const part = taskParts.find((name) => reader.is(name));
  if (part === undefined) reader.expected(`one of ${taskParts.join(', ')} after "shares"`, taskParts);
  reader.take();
  reader.demand('with', `after "shares ${part}"`);
  const other = reader.name('a task name after "with"');
  return { kind: 'shares', task, part, other: other.name, at, otherAt: other.at };
}

function parseTerm(reader: TokenReader): Term {
  const { kind, text, at } = reader.peek();
  if (reader.isNumber()) return { kind: 'number', value: reader.number('a number'), at };
  if (kind === 'text') return { kind: 'text', value: reader.take().text, at };
  const { name } = reader.name('a number, a text, a name or a question such as getcwd(TASK)');
  if (!reader.accept('(')) return { kind: 'name', name, at };
  const task = reader.name(`a task name after "${text}("`).name;
  reader.demand(')', `after "${text}(${task}"`);
  const asksText = textFunctions.find((each) => each === name);
  if (asksText !== undefined) return { kind: 'ask-text', ask: asksText, task, at };
  const asksNumber = numberFunctions.find((each) => each === name);
  if (asksNumber !== undefined) return { kind: 'ask-number', ask: asksNumber, task, at };
  const known = [...textFunctions, ...numberFunctions];
  return reader.fail(`unknown question "${name}"${didYouMean(name, known) || `; there are ${known.join(', ')}`}`, at);
}

const isText = (term: Term): boolean => term.kind === 'text' || term.kind === 'ask-text';

/** Every name and task in a property, with its place: what the checks look up. */
export function* propertyNames(tree: PropertyTree): Generator<{ name: string; mustBeTask: boolean; at: Position }> {
  if (tree.kind === 'not') yield* propertyNames(tree.inner);
  else if (tree.kind === 'shares') {
    yield { name: tree.task, mustBeTask: true, at: tree.at };
    yield { name: tree.other, mustBeTask: true, at: tree.otherAt };
  } else if (tree.kind === 'compare') {
    for (const term of [tree.left, tree.right]) {
      if (term.kind === 'name' && !errnoValues.has(term.name))
        yield { name: term.name, mustBeTask: false, at: term.at };
      if (term.kind === 'ask-text' || term.kind === 'ask-number') {
        yield { name: term.task, mustBeTask: true, at: term.at };
      }
    }
  } else {
    yield* propertyNames(tree.left);
    yield* propertyNames(tree.right);
  }
}
