/** Parses statements and the blocks they stand in. */
import { DATA_BASE, BUFFER_STATUS } from '../kernel/isa.ts';
import type { Assignable, Condition, Expression, Statement } from './ast.ts';
import { comparisons } from './comparison.ts';
import type { Position } from './position.ts';
import { callNames } from './calls.ts';
import { parseCall, parseValue } from './parse-call.ts';
import { didYouMean } from '../base/suggest.ts';
import { describe, type TokenReader } from './token-reader.ts';

/** Words of private memory that a program may use; the assembler's buffers follow. */
const MEMORY_WORDS = (BUFFER_STATUS - DATA_BASE) / 4;

const statementWords = ['expect', 'if', 'while', 'repeat', 'barrier'];
const blockWords = new Set(['if', 'while', 'repeat', 'else']);

/** What follows a colon: one simple statement on the same line, or an indented block of at least one. */
export function parseBlock(reader: TokenReader): Statement[] {
  if (reader.peek().kind !== 'newline') {
    if (reader.peek().kind === 'name' && blockWords.has(reader.peek().text)) {
      reader.fail(`"${reader.peek().text}" after a colon needs a line of its own, indented`);
    }
    return [parseStatement(reader)];
  }
  reader.take();
  if (reader.peek().kind !== 'indent') reader.fail('expected an indented block after the colon');
  reader.take();
  const body: Statement[] = [];
  while (reader.peek().kind !== 'dedent') {
    if (reader.peek().kind === 'indent') reader.fail('this line is indented deeper than the block it stands in');
    body.push(parseStatement(reader));
  }
  reader.take();
  return body;
}

/** One statement with its blocks, to the end of its last line. */
function parseStatement(reader: TokenReader): Statement {
  const { at, text, kind } = reader.peek();
  if (kind !== 'name') reader.expected('a statement');
  if (reader.accept('if')) return parseIf(reader, at);
  if (reader.accept('while')) {
    const condition = parseCondition(reader);
    reader.demand(':', 'after the condition');
    return { kind: 'while', condition, body: parseBlock(reader), at };
  }
  if (reader.accept('repeat')) return parseRepeat(reader, at);
  if (reader.is('else')) reader.fail('"else" without an "if" in the same block');
  const statement = parseSimple(reader, at, text);
  reader.endLine();
  return statement;
}

function parseSimple(reader: TokenReader, at: Position, word: string): Statement {
  if (reader.accept('expect')) return { kind: 'expect', condition: parseCondition(reader), at };
  if (reader.accept('barrier')) {
    const name = reader.name('the name of a shared word after "barrier"');
    const where = reader.peek().at;
    const count = reader.number('a number of tasks');
    if (count < 1) reader.fail(`a barrier is for 1 task or more, not ${count}`, where);
    return { kind: 'barrier', word: name, count, at };
  }
  if (reader.peek(1).kind === 'symbol' && reader.peek(1).text === '(') return parseCall(reader, [], at);
  const results = [parseAssignable(reader)];
  if (reader.accept(',')) results.push(parseAssignable(reader));
  if (!reader.is('=')) {
    const hint = didYouMean(word, [...statementWords, ...callNames]);
    const found = describe(reader.peek());
    reader.fail(`expected "=" or "(" after "${word}", found ${found}${hint}`);
  }
  reader.take();
  const first = results[0];
  if (first === undefined || results.length > 1 || reader.peek(1).text === '(') return parseCall(reader, results, at);
  return { kind: 'assign', to: first, value: parseExpression(reader), at };
}

function parseIf(reader: TokenReader, at: Position): Statement {
  const condition = parseCondition(reader);
  reader.demand(':', 'after the condition');
  const body = parseBlock(reader);
  let otherwise: Statement[] = [];
  if (reader.accept('else')) {
    reader.demand(':', 'after "else"');
    otherwise = parseBlock(reader);
  }
  return { kind: 'if', condition, body, otherwise, at };
}

function parseRepeat(reader: TokenReader, at: Position): Statement {
  const forever = reader.accept('forever');
  const count = forever ? undefined : parseValue(reader, 'a number, a name or "forever" after "repeat"');
  reader.demand(':', forever ? 'after "forever"' : 'after the number of times');
  const body = parseBlock(reader);
  return count === undefined ? { kind: 'repeat', body, at } : { kind: 'repeat', count, body, at };
}

function parseCondition(reader: TokenReader): Condition {
  const left = parseValue(reader, 'a number or a name to compare');
  const comparison = comparisons.find((symbol) => reader.is(symbol));
  if (comparison === undefined) reader.expected('a comparison (== != < <= > >=)');
  reader.take();
  return { left, comparison, right: parseValue(reader, `a number or a name after "${comparison}"`) };
}

function parseAssignable(reader: TokenReader): Assignable {
  const { at } = reader.peek();
  if (reader.is('mem')) return { kind: 'memory', index: parseMemory(reader), at };
  return { kind: 'name', ...reader.name('a name for the result') };
}

/** `mem[INDEX]`: the index. */
function parseMemory(reader: TokenReader): number {
  reader.take();
  reader.demand('[', 'after "mem"');
  const { at } = reader.peek();
  const index = reader.number('the number of a memory word');
  if (index < 0 || index >= MEMORY_WORDS) reader.fail(`mem has words 0 to ${MEMORY_WORDS - 1}, not ${index}`, at);
  reader.demand(']', 'after the number of the word');
  return index;
}

function parseExpression(reader: TokenReader): Expression {
  const { at } = reader.peek();
  if (reader.is('mem')) return { kind: 'memory', index: parseMemory(reader), at };
  const left = parseValue(reader, 'a number, a name, a call or mem[...] after "="');
  const symbol = ['+', '-', '&', '>>'].find((each) => reader.is(each));
  if (symbol === undefined) return left;
  reader.take();
  const where = reader.peek().at;
  if (symbol === '-') {
    if (reader.is('-')) reader.fail('a number after "-" has no sign');
    const right = { kind: 'number', value: -reader.number('a number after "-"') | 0, at: where } as const;
    return { kind: 'binary', operator: '+', left, right, at };
  }
  const operator = symbol === '&' || symbol === '>>' ? symbol : '+';
  return { kind: 'binary', operator, left, right: parseValue(reader, `a number or a name after "${symbol}"`), at };
}
