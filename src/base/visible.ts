/**
 * Text that others wrote, made fit to be shown. A title, a name or a line of source may hold what moves the cursor, hides
 * or turns round what stands beside it, or looks like a line of ours; on a terminal and in a report it is spelled out.
 */

/** Characters that are not seen, or make others be seen otherwise, as ranges of code points. */
const HIDDEN_RANGES: ReadonlyArray<readonly [from: number, to: number]> = [
  // Control characters but the line feed, those above 127 among them.
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  // Hyphens, joiners, fillers and spaces of no width; marks of direction.
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  // Separators of lines and paragraphs; embeddings, overrides and isolates of direction.
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  // Tags, and variation selectors beyond the first.
  [0xe0000, 0xe0fff],
  // Halves of surrogate pairs.
  [0xd800, 0xdfff],
];

const classOf = (code: number): string => `\\u{${code.toString(16)}}`;
const HIDDEN = new RegExp(`[${HIDDEN_RANGES.map(([from, to]) => `${classOf(from)}-${classOf(to)}`).join('')}]`, 'gu');

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
