/** JSON of unknown origin. The language's own parser takes memory for every bracket that is open; here few may be. */

/** Brackets in one another. */
const MOST_DEPTH = 64;

/** The value. Throws SyntaxError, whose message is one line. */
export function parseJson(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SyntaxError('no valid JSON');
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) i = endOfString(text, i);
    else if (character === OPEN_ARRAY || character === OPEN_OBJECT) {
      if (++depth > MOST_DEPTH) throw new SyntaxError(`JSON with more than ${MOST_DEPTH} brackets in one another`);
    } else if (character === CLOSE_ARRAY || character === CLOSE_OBJECT) depth--;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where the closing quote stands; behind the text when there is none. */
function endOfString(text: string, begin: number): number {
  let i = begin + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}
