/**
 * Text that others wrote, made fit to be shown. A title, a name or a line of source may hold what moves the cursor, hides
 * or turns round what stands beside it, or looks like a line of ours; on a terminal and in a report it is spelled out.
 */

/**
 * Control characters, also those above 127; marks of direction; spaces and joiners of no width; line and paragraph
 * separators; tag characters, variation selectors beyond the first block, and halves of surrogate pairs.
 */
const HIDDEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, i) => unit(character.charCodeAt(i))).join('');
}

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

/** Several lines for a terminal or a pipe: only line feeds stay as they are. JSON stays the same JSON. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** Characters of a title or name that are shown; room is left for what is put around it. */
const MOST = 300;
/** Of these the last ones tell two long texts apart. */
const MARK = 9;

/** One line of at most so many characters, never empty. A longer text ends with a mark made of all of it. */
export function oneLine(text: string, most = MOST): string {
  const plain = visible(text).replaceAll('\n', '\\n').trim();
  if (plain === '') return '(nothing)';
  return plain.length <= most ? plain : `${wholeCharacters(plain, most - MARK)}…${hashOf(plain)}`;
}

/** The beginning, without half a surrogate pair at its end. */
function wholeCharacters(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** FNV-1a, as eight hexadecimal digits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
