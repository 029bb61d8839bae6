/**
 * How deep a text is nested, before it is parsed. The parser is native code that goes down by recursion: a few thousand
 * brackets in one another end the process, and so would our own walks over such a tree. So the text is first looked at
 * token by token, with a stack of our own.
 *
 * Counted is what can nest: brackets, and in each bracket the operators and words of the statement under way, since
 * `a + b + c`, `!!a` and `else if` nest without any bracket. It is an upper bound, not the depth: where it is unclear
 * whether a statement ends, it goes on. Nothing may be hidden from the count, so where only a parser could tell a regular
 * expression from a quotient, the text is refused; modules have no regular expressions.
 */
import { type Position, SourceError, positionIn } from './source.ts';

/** The most that the count may reach: 4 MiB of stack, as threads have, carry several times as much. */
export const MOST_NESTING = 300;
/** Tokens of a module: what is done for each of them, and for each pair near each other, is then a matter of seconds. */
const MOST_TOKENS = 40_000;

/** Words that stand in front of a part of the same statement, expression or type. */
const NESTS = new Set(
  `abstract accessor as assert asserts async await case declare default delete do else enum export extends finally for
  global if implements in infer instanceof is keyof module namespace new of out override readonly require return
  satisfies throw try type typeof unique using void while with yield`.split(/\s+/),
);
/** Behind these a statement cannot have ended, so a line break means nothing. */
const OPEN_WORDS = new Set([
  ...NESTS,
  'const',
  'let',
  'var',
  'function',
  'class',
  'import',
  'interface',
  'switch',
  'catch',
]);
/** In front of these the statement goes on, though a line or a block has ended. */
const GOES_ON = new Set('as else extends implements in instanceof is of satisfies while catch finally from'.split(' '));
/** Words whose parenthesis is a head: a statement follows it. */
const HEADS = new Set(['if', 'while', 'for', 'with', 'switch', 'catch', 'await']);
/** Behind these a slash begins a regular expression; behind any other word it divides. */
const BEFORE_REGEX = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends finally for function
  if import in instanceof let new of return switch throw try typeof var void while with yield`.split(/\s+/),
);

/** White space, line ends, comments; then a word or number, or a string, or one sign. */
const SPACE = /(?:[^\S\u2028\u2029\r\n]|\ufeff)+/y;
const LINE_END = /[\r\n\u2028\u2029]/y;
const LINE_COMMENT = /\/\/[^\r\n\u2028\u2029]*/y;
const BLOCK_COMMENT = /\/\*[^]*?\*\//y;
const WORD = /(?:[\w$\\#]|[^\0-\u007f\u2028\u2029\ufeff\s])+/y;
/** Operators of several characters; a run of other signs is one operator each, as in `!!!a`. */
const OPERATOR = /(?:===|!==|\*\*=|&&=|\|\|=|\?\?=|=>|==|!=|>=|\*\*|&&|\|\||\?\?|\?\.|\+\+|--|>>>?|\.\.\.|[-+*%&|^]=)/y;
const HASHBANG = /#![^\r\n\u2028\u2029]*/y;
const STRING = /"(?:[^"\\\r\n]|\\(?:\r\n|[^]))*"|'(?:[^'\\\r\n]|\\(?:\r\n|[^]))*'/y;

interface Level {
  readonly open: string;
  /** Whether it is the head of a statement, whose closing bracket has a statement behind it. */
  readonly head: boolean;
  /** What nests in it at present: parts that a comma ends, and others. */
  operators: number;
  words: number;
}

class Meter {
  readonly #file: string;
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #tokens = 0;
  readonly #levels: Level[] = [{ open: '{', head: false, operators: 0, words: 0 }];
  /** The token before: a word, `s` for a string, a sign, `)h` for the end of a head. */
  #before = ';';
  #newLine = false;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  check(): void {
    this.#take(HASHBANG);
    while (this.#at < this.#text.length) {
      if (this.#skip()) continue;
      const begin = this.#at;
      if (++this.#tokens > MOST_TOKENS) this.#fail(begin, `a module has at most ${MOST_TOKENS} words and signs`);
      const word = this.#take(WORD);
      if (word !== undefined) this.#word(word);
      else if (this.#take(STRING) !== undefined) this.#operand('s');
      else if (this.#take(OPERATOR) !== undefined) this.#operator();
      else this.#sign(this.#text.charAt(this.#at++), begin);
      if (this.#depth > MOST_NESTING) {
        const what = 'brackets and operators in one another; make several statements of it';
        this.#fail(begin, `nesting: more than ${MOST_NESTING} ${what}`);
      }
      this.#newLine = false;
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skip(): boolean {
    if (this.#take(SPACE) !== undefined || this.#take(LINE_COMMENT) !== undefined) return true;
    const comment = this.#take(BLOCK_COMMENT);
    const isLineEnd = comment === undefined && this.#take(LINE_END) !== undefined;
    this.#newLine ||= isLineEnd || (comment !== undefined && /[\r\n\u2028\u2029]/.test(comment));
    return isLineEnd || comment !== undefined;
  }

  get #level(): Level {
    return this.#levels.at(-1) as Level;
  }

  #add(words: number, operators: number): void {
    this.#level.words += words;
    this.#level.operators += operators;
    this.#depth += words + operators;
  }

  /** A comma ends operators, the end of a statement all. */
  #end(all: boolean): void {
    this.#add(all ? -this.#level.words : 0, -this.#level.operators);
  }

  #word(word: string): void {
    if (this.#endsBefore(word)) this.#end(true);
    if (NESTS.has(word)) this.#add(1, 0);
    this.#before = word;
  }

  #operand(token: string): void {
    if (this.#endsBefore('')) this.#end(true);
    this.#before = token;
  }

  #operator(): void {
    this.#add(0, 1);
    this.#before = '=';
  }

  /** True when a statement has certainly ended in front of this word: nothing else lets one operand follow another. */
  #endsBefore(word: string): boolean {
    if (this.#level.open !== '{' || GOES_ON.has(word)) return false;
    if (this.#before === ';') return true;
    return this.#isOperand() && (this.#newLine || this.#before === '}');
  }

  #isOperand(): boolean {
    return /^(?:[)\]}]|s)$/.test(this.#before) || (isWord(this.#before) && !OPEN_WORDS.has(this.#before));
  }

  #mayBeginRegex(): boolean {
    if (isWord(this.#before)) return BEFORE_REGEX.has(this.#before);
    return !/^[)\]s]$/.test(this.#before);
  }

  #sign(sign: string, begin: number): void {
    switch (sign) {
      case '(':
      case '[':
      case '{':
        this.#levels.push({ open: sign, head: sign === '(' && HEADS.has(this.#before), operators: 0, words: 0 });
        this.#depth++;
        break;
      case ')':
      case ']':
      case '}':
        this.#close(sign);
        return;
      case '`':
        this.#template();
        return;
      case ',':
        this.#end(false);
        break;
      case ';':
        // What follows tells whether more than an expression has ended (#endsBefore).
        this.#end(false);
        break;
      case '<':
        this.#add(1, 0);
        break;
      case '/':
        if (this.#mayBeginRegex()) {
          this.#fail(begin, 'regex: a regular expression, or a quotient behind a sign; there is no text, use numbers');
        }
        this.#add(0, 1);
        break;
      case '!':
        this.#add(0, 1);
        // Behind a value on its line it only says that there is one.
        this.#before = this.#newLine || this.#mayBeginRegex() ? '!' : ']';
        return;
      case '"':
      case "'":
        this.#fail(begin, 'the text that begins here does not end on its line');
        break;
      default:
        this.#add(0, 1);
    }
    this.#before = sign;
  }

  /** Closes a bracket; one that was never opened is the parser's to refuse. A template goes on behind what was put in. */
  #close(sign: string): void {
    this.#end(true);
    const level = this.#levels.length > 1 ? this.#levels.pop() : undefined;
    if (level !== undefined) this.#depth--;
    if (level?.open === '`' && sign === '}') {
      this.#template();
      return;
    }
    this.#add(0, 1);
    this.#before = level?.head === true ? ')h' : sign;
  }

  /** The characters of a template, to its end or to the next `${`. */
  #template(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at);
      if (character === '\\') this.#at++;
      else if (character === '`') {
        this.#at++;
        this.#add(0, 1);
        this.#before = 's';
        return;
      } else if (character === '$' && this.#text.charAt(this.#at + 1) === '{') {
        this.#at += 2;
        this.#levels.push({ open: '`', head: false, operators: 0, words: 0 });
        this.#depth++;
        this.#before = '{';
        return;
      }
    }
  }

  #fail(at: number, reason: string): never {
    const place: Position = positionIn(this.#text, at);
    throw new SourceError(this.#file, place, reason);
  }
}

const isWord = (token: string): boolean => /^(?:[\w$\\#]|[^\0-\u007f])/.test(token) && token !== 's';

/** Throws SourceError for a text that is nested too deep, or too long, to be parsed. */
export function checkNesting(file: string, text: string): void {
  new Meter(file, text).check();
}
