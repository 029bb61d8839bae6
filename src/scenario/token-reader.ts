/** Walks through tokens, and says what was expected and what stands there instead. */
import type { Position, Reference } from './position.ts';
import { reservedWords } from './constants.ts';
import { type Token, tokenize } from './lexer.ts';
import { ProgramError } from './program-error.ts';
import { didYouMean } from '../base/suggest.ts';

export class TokenReader {
  readonly file: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(file: string, source: string) {
    this.file = file;
    this.#tokens = tokenize(file, source);
  }

  /** The next token, or one further on; it stays. After the last one, the end again. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new RangeError('a token list always has an end');
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Is the next token this symbol or word? */
  is(text: string): boolean {
    const { kind, text: found } = this.peek();
    return (kind === 'symbol' || kind === 'name') && found === text;
  }

  /** Takes this symbol or word when it is next. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  /** Takes this symbol or word, or fails. */
  demand(text: string, after: string): Token {
    if (!this.is(text)) this.expected(`"${text}" ${after}`);
    return this.take();
  }

  /** Takes the end of the line, or fails. */
  endLine(): void {
    if (this.peek().kind === 'end') return;
    if (this.peek().kind !== 'newline') this.expected('the end of the line');
    this.take();
  }

  /** Takes a name that is no word of the language, or fails. */
  name(what: string): Reference {
    const token = this.peek();
    if (token.kind !== 'name') this.expected(what);
    if (reservedWords.has(token.text)) {
      this.fail(`expected ${what}, found "${token.text}", a word of the language`);
    }
    this.take();
    return { name: token.text, at: token.at };
  }

  /** Takes a number, with or without a minus, as a signed 32-bit one, or fails. */
  number(what: string): number {
    const minus = this.is('-');
    const token = this.peek(minus ? 1 : 0);
    if (token.kind !== 'number') this.expected(what);
    if (minus && token.value > 0x80000000) this.fail(`the number -${token.text} does not fit in 32 bits`);
    if (minus) this.take();
    this.take();
    return (minus ? -token.value : token.value) | 0;
  }

  isNumber(): boolean {
    return this.peek(this.is('-') ? 1 : 0).kind === 'number';
  }

  /** Fails at the next token with what should stand there. When it is a name, the nearest of `known` is suggested. */
  expected(what: string, known: Iterable<string> = []): never {
    const token = this.peek();
    const hint = token.kind === 'name' ? didYouMean(token.text, known) : '';
    return this.fail(`expected ${what}, found ${describe(token)}${hint}`);
  }

  fail(problem: string, at: Position = this.peek().at): never {
    throw new ProgramError(this.file, at, problem);
  }
}

/** A token as messages name it. */
export function describe(token: Token): string {
  if (token.kind === 'newline' || token.kind === 'dedent') return 'the end of the line';
  if (token.kind === 'indent') return 'deeper indentation';
  if (token.kind === 'end') return 'the end of the file';
  return token.kind === 'text' ? `the text "${token.text}"` : `"${token.text}"`;
}
