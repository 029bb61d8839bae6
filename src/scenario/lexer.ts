/** From text to tokens. Indentation becomes `indent` and `dedent` tokens; empty lines and comments leave nothing. */
import type { Position } from './position.ts';
import { ProgramError } from './program-error.ts';

export interface Token {
  kind: 'name' | 'number' | 'text' | 'symbol' | 'newline' | 'indent' | 'dedent' | 'end';
  /** As written; of a text, what is between the quotes. */
  text: string;
  /** Of a number. */
  value: number;
  at: Position;
}

const NUMBER = /0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SYMBOL = /->|==|!=|<=|>=|>>|[<>=+\-&|()[\],:]/y;
const WORD_CHARACTER = /[A-Za-z0-9_]/;
/** The name of a profile has dots and dashes in it. */
const PROFILE = /^profile[ \t]+([^\s#"]+)/;

/** Characters of a program, and of a name in it; blocks in one another. What is done for pairs of names then ends soon. */
const MOST_CHARACTERS = 256 * 1024;
const MOST_NAME = 100;
const MOST_BLOCKS = 64;

/** Splits a text into tokens. Throws a ProgramError at the first thing that is no token. */
export function tokenize(file: string, source: string): Token[] {
  if (source.length > MOST_CHARACTERS) {
    const what = `the program has ${source.length} characters; it may have ${MOST_CHARACTERS}`;
    throw new ProgramError(file, { line: 1, column: 1 }, what);
  }
  const tokens: Token[] = [];
  const levels = [0];
  const lines = source.replace(/^\uFEFF/, '').split(/\r?\n/);
  lines.forEach((line, index) => {
    const indentation = /^[ \t]*/.exec(line)?.[0] ?? '';
    const rest = line.slice(indentation.length);
    if (rest === '' || rest.startsWith('#')) return;
    const at = { line: index + 1, column: indentation.length + 1 };
    const tab = indentation.indexOf('\t');
    if (tab >= 0) {
      const where = { line: at.line, column: tab + 1 };
      throw new ProgramError(file, where, 'a tab in the indentation; indent with spaces');
    }
    indentTo(file, tokens, levels, at);
    tokenizeLine(file, tokens, line, at);
    tokens.push({ kind: 'newline', text: '', value: 0, at: { line: at.line, column: line.length + 1 } });
  });
  const end = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  for (let open = levels.length; open > 1; open--) tokens.push({ kind: 'dedent', text: '', value: 0, at: end });
  tokens.push({ kind: 'end', text: '', value: 0, at: end });
  return tokens;
}

/** Opens or closes blocks so that the innermost one begins at this column. */
function indentTo(file: string, tokens: Token[], levels: number[], at: Position): void {
  const width = at.column - 1;
  if (width > (levels.at(-1) ?? 0)) {
    if (levels.length > MOST_BLOCKS) throw new ProgramError(file, at, `more than ${MOST_BLOCKS} blocks in one another`);
    levels.push(width);
    tokens.push({ kind: 'indent', text: '', value: 0, at });
    return;
  }
  const outer = levels.join(', ');
  while (width < (levels.at(-1) ?? 0)) {
    levels.pop();
    tokens.push({ kind: 'dedent', text: '', value: 0, at });
  }
  if (width !== levels.at(-1)) {
    throw new ProgramError(file, at, `indented by ${width}, which is no block above (these begin at ${outer})`);
  }
}

/** The tokens of one line, from a column on. */
function tokenizeLine(file: string, tokens: Token[], line: string, start: Position): void {
  let column = start.column - 1;
  const profile = PROFILE.exec(line);
  if (profile?.[1] !== undefined) {
    const at = { line: start.line, column: profile[0].length - profile[1].length + 1 };
    tokens.push({ kind: 'name', text: 'profile', value: 0, at: start });
    tokens.push({ kind: 'name', text: profile[1], value: 0, at });
    column = profile[0].length;
  }
  while (column < line.length) {
    const character = line.charAt(column);
    if (character === '#') return;
    if (character === ' ' || character === '\t') {
      column++;
      continue;
    }
    const at = { line: start.line, column: column + 1 };
    if (character === '"') {
      column = readText(file, tokens, line, at);
      continue;
    }
    const token =
      match(NUMBER, 'number', line, at) ?? match(NAME, 'name', line, at) ?? match(SYMBOL, 'symbol', line, at);
    if (token === undefined)
      throw new ProgramError(file, at, `the character ${JSON.stringify(character)} has no meaning here`);
    column += token.text.length;
    if (token.text.length > MOST_NAME) {
      throw new ProgramError(file, at, `a ${token.kind} of ${token.text.length} characters; it may have ${MOST_NAME}`);
    }
    if (token.kind === 'number') checkNumber(file, token, line.charAt(column));
    tokens.push(token);
  }
}

function match(pattern: RegExp, kind: Token['kind'], line: string, at: Position): Token | undefined {
  pattern.lastIndex = at.column - 1;
  const text = pattern.exec(line)?.[0];
  if (text === undefined) return undefined;
  return { kind, text, value: kind === 'number' ? Number(text) : 0, at };
}

/** Refuses numbers that would be read wrongly: 012, 5x, and those that no register holds. */
function checkNumber(file: string, token: Token, next: string): void {
  if (WORD_CHARACTER.test(next))
    throw new ProgramError(file, token.at, `"${token.text}${next}" is neither number nor name`);
  if (/^0[0-9]/.test(token.text)) {
    throw new ProgramError(
      file,
      token.at,
      `write octal numbers as 0o${token.text.replace(/^0+(?=.)/, '')}, not ${token.text}`,
    );
  }
  if (token.value > 0xffffffff)
    throw new ProgramError(file, token.at, `the number ${token.text} does not fit in 32 bits`);
}

/** Reads a text with its quotes; \" and \\ stand for themselves. The column after it. */
function readText(file: string, tokens: Token[], line: string, at: Position): number {
  let text = '';
  for (let column = at.column; column < line.length; column++) {
    const character = line.charAt(column);
    if (character === '"') {
      tokens.push({ kind: 'text', text, value: 0, at });
      return column + 1;
    }
    if (character === '\\') {
      column++;
      if (line.charAt(column) !== '"' && line.charAt(column) !== '\\') {
        throw new ProgramError(file, { line: at.line, column }, 'in a text, \\ may stand before " and \\ only');
      }
    }
    text += line.charAt(column);
  }
  throw new ProgramError(file, at, 'the text that begins here has no closing quote');
}
