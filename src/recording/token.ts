/** A recording as one line of text, for chat and commit messages: "TL", format version, dot, the file in base64url. */
import { oneLine } from '../base/visible.ts';
import { decodeRecording, encodeRecording, FORMAT_VERSION, formatOf, type Recording } from './format.ts';
import { RecordingError } from './recording-error.ts';

/** Quotes and brackets that people and mail programs put around it. */
const OPENING = /^[\s"'`<>([*]*/;
const CLOSING = /[\s"'`>)\]*.,;=]/;
const PREFIX = /^TL(\d{1,4})\./;

export function encodeToken(recording: Recording): string {
  const bytes = encodeRecording(recording);
  return `TL${formatOf(bytes)}.${Buffer.from(bytes).toString('base64url')}`;
}

/** Does the text begin as a token does? */
export function looksLikeToken(text: string): boolean {
  return PREFIX.test(text.replace(OPENING, ''));
}

/** Looked for from the end: a pattern would begin anew at each of many blanks. */
function withoutClosing(text: string): string {
  let end = text.length;
  while (end > 0 && CLOSING.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Reads a token, wrapped or quoted in any way. Throws RecordingError. */
export function decodeToken(text: string): Recording {
  const bare = withoutClosing(text.replace(OPENING, '')).replace(/\s(?:> ?)+|\s/g, '');
  const prefix = PREFIX.exec(bare);
  if (prefix === null) {
    const start = oneLine(bare.slice(0, 20));
    throw new RecordingError(
      'foreign',
      `this is no token of a recording: expected TL1.… to TL${FORMAT_VERSION}.…, found "${start}"`,
    );
  }
  const version = Number(prefix[1]);
  if (version < 1 || version > FORMAT_VERSION) {
    const older = version < 1;
    const problem = `the token was made by ${older ? 'an older' : 'a newer'} tasklock (format ${version})`;
    const advice = older ? 'record the bug again' : 'install that version';
    throw new RecordingError(
      older ? 'older' : 'newer',
      `${problem}; this one reads formats 1 to ${FORMAT_VERSION}: ${advice}`,
    );
  }
  const body = bare.slice(prefix[0].length);
  const stray = /[^\w-]/.exec(body);
  if (stray !== null) {
    const where = stray.index + prefix[0].length + 1;
    throw new RecordingError(
      'damaged',
      `the token is damaged: "${oneLine(stray[0])}" at character ${where} is none of a token; copy it again from where it came`,
    );
  }
  const bytes = Buffer.from(body, 'base64url');
  const recording = decodeRecording(bytes, 'the token');
  if (formatOf(bytes) === version) return recording;
  throw new RecordingError(
    'damaged',
    `the token is damaged: it begins with TL${version} and is of format ${formatOf(bytes)}`,
  );
}
