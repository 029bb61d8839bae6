/**
 * A recording as a file. All versions share the frame, so that any tasklock can tell what is wrong with any recording:
 *
 *   8 bytes   magic; its line ends and high bit do not survive what treats a file as text
 *   1 byte    format version
 *   4 bytes   length of the whole file, little-endian
 *   ...       content
 *   4 bytes   CRC-32 of all before it except the length, little-endian
 *
 * The length stands outside the CRC so that three things can be told apart: a CRC that is right over a wrong length is a
 * damaged length; a wrong CRC in a file that is too short, one that was cut off; any other wrong CRC, a damaged file.
 * Nothing is looked at before the CRC is right, so no damage leads to a wrong replay.
 *
 * Content of versions 1 to 6: a byte, 1 when the rest is deflated with the dictionary (dictionary.ts) and 0 when that saves
 * nothing; then varint length of the header, the header (header.ts) as JSON, and the decisions (decisions.ts) to the end.
 * Version 2 came with the texts that a module imports, version 3 with moves that are no steps, version 4 with what fails
 * on purpose, version 5 with interrupts, version 6 with JavaScript. Written is the oldest that can hold the recording, so that older builds read
 * what they can run. Only what `encodeRecording` writes is read back: a header
 * that JSON would write otherwise is wrong, and so is a newer version than is needed.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseJson } from '../base/json.ts';
import { decodeDecisions, encodeDecisions, hasOthers, hasTicks, lastKind, strayMove } from './decisions.ts';
import { dictionary } from './dictionary.ts';
import { describeForeign } from './foreign.ts';
import { checkHeader, type Header, versionOf } from './header.ts';
import { MAX_BYTES, MAX_HEADER } from './limits.ts';
import { RecordingError, type RecordingProblem } from './recording-error.ts';
import { pushVarint, VarintReader } from './varint.ts';

/** The newest. It changes with every change of the content; test/recording/format.test.ts keeps one recording of each. */
export const FORMAT_VERSION = 6;
const OLDEST_VERSION = 1;
/** The first with moves that are no steps. */
const WITH_OTHERS = 3;
/** The first with failures on purpose, which may be no moves of their own. */
const WITH_FAULTS = 4;
/** The first with interrupts that are chosen, or time that passes. */
const WITH_TICKS = 5;

const MAGIC = Uint8Array.of(0x89, 0x54, 0x4c, 0x52, 0x0d, 0x0a, 0x1a, 0x0a);
const LENGTH_AT = MAGIC.length + 1;
const CONTENT_AT = LENGTH_AT + 4;
const CRC_BYTES = 4;
/** So many of the first bytes, or so many in their places, make it one of ours, damaged or not. */
const OURS_BEGINS = 4;
const OURS_SOMEWHERE = 5;

/** One execution: what ran, what came out, and every move (stepped/move.ts). */
export interface Recording extends Omit<Header, 'steps'> {
  readonly decisions: Uint16Array;
}

/** The bytes of a `.rec` file. Throws RangeError for a recording that could not be read back. */
export function encodeRecording({ decisions, ...rest }: Recording): Uint8Array {
  const header = checkHeader({ ...rest, steps: decisions.length });
  if (typeof header === 'string') throw new RangeError(`this cannot be recorded: ${header}`);
  const stray = strayMove(decisions, header.cpus);
  if (stray !== undefined) throw new RangeError(`this cannot be recorded: ${stray}`);
  const json = Buffer.from(JSON.stringify(header));
  const prefix: number[] = [];
  pushVarint(prefix, json.length);
  const plain = Buffer.concat([Uint8Array.from(prefix), json, encodeDecisions(decisions, header.cpus)]);
  const deflated = deflateRawSync(plain, { level: 6, dictionary });
  const content = deflated.length < plain.length ? deflated : plain;
  const file = Buffer.alloc(CONTENT_AT + 1 + content.length + CRC_BYTES);
  file.set(MAGIC);
  file[MAGIC.length] = neededFor(header, decisions);
  file.writeUInt32LE(file.length, LENGTH_AT);
  file[CONTENT_AT] = content === deflated ? 1 : 0;
  file.set(content, CONTENT_AT + 1);
  file.writeUInt32LE(checksum(file, file.length), file.length - CRC_BYTES);
  return file;
}

/** The oldest version that can hold a recording. */
function neededFor(header: Header, decisions: Uint16Array): number {
  const moves = hasTicks(decisions) ? WITH_TICKS : hasOthers(decisions) ? WITH_OTHERS : OLDEST_VERSION;
  return Math.max(moves, versionOf(header));
}

/** Reads the bytes of a file. `name` is how the error calls it. Throws RecordingError. */
export function decodeRecording(bytes: Uint8Array, name: string): Recording {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkFrame(file, name);
  const plain = unpack(file, name);
  const reader = new VarintReader(plain, 0);
  const length = reader.next() ?? Number.POSITIVE_INFINITY;
  if (length > plain.length - reader.at) fail('wrong', name, 'its header is longer than the file');
  if (length > MAX_HEADER) fail('wrong', name, `its header has ${count(length)}, the limit is ${MAX_HEADER}`);
  const version = formatOf(file);
  const header = readHeader(plain.subarray(reader.at, reader.at + length), version, name);
  const decisions = decodeDecisions(plain, reader.at + length, header, lastKind(version));
  if (typeof decisions === 'string') return fail('wrong', name, `it has ${decisions}`);
  const needed = neededFor(header, decisions);
  if (needed !== version) fail('wrong', name, `it is of format ${needed}`);
  const { steps: _, ...rest } = header;
  return { ...rest, decisions };
}

/** Throws unless the file is whole, of this version, and holds what was written. */
function checkFrame(file: Buffer, name: string): void {
  if (!isOurs(file)) {
    throw new RecordingError('foreign', `${name} is no recording of tasklock: it is ${describeForeign(file)}`);
  }
  if (file.length < CONTENT_AT + CRC_BYTES) fail('cut', name, `it ends after ${count(file.length)}`);
  const length = file.readUInt32LE(LENGTH_AT);
  const begins = file.subarray(0, MAGIC.length).equals(MAGIC);
  const sound = checksum(file, file.length) === file.readUInt32LE(file.length - CRC_BYTES);
  if (!sound && begins && length > file.length) fail('cut', name, `it has ${file.length} of its ${count(length)}`);
  if (!sound && isWhole(file, length)) fail('damaged', name, `${count(file.length - length)} follow its end`);
  if (!sound || length !== file.length) fail('damaged', name, 'its checksum is wrong');
  const version = file[MAGIC.length] as number;
  if (version < OLDEST_VERSION) {
    const how = `was made by an older tasklock (format ${version}); this one reads formats from ${OLDEST_VERSION} on`;
    throw new RecordingError('older', `${name} ${how}: replay it there, or record the bug again`);
  }
  if (version > FORMAT_VERSION) {
    const how = `was made by a newer tasklock (format ${version}); this one reads up to ${FORMAT_VERSION}`;
    throw new RecordingError('newer', `${name} ${how}: install that version`);
  }
}

function isOurs(file: Buffer): boolean {
  const begin = Math.max(1, Math.min(OURS_BEGINS, file.length));
  if (file.subarray(0, begin).equals(MAGIC.subarray(0, begin))) return true;
  return MAGIC.filter((byte, i) => file[i] === byte).length >= OURS_SOMEWHERE;
}

function isWhole(file: Buffer, length: number): boolean {
  if (length < CONTENT_AT + CRC_BYTES || length >= file.length) return false;
  return checksum(file, length) === file.readUInt32LE(length - CRC_BYTES);
}

/** CRC of the first `length` bytes, without the length field and the CRC itself. */
function checksum(file: Uint8Array, length: number): number {
  return crc32(file.subarray(CONTENT_AT, length - CRC_BYTES), crc32(file.subarray(0, LENGTH_AT)));
}

function unpack(file: Buffer, name: string): Buffer {
  const packing = file[CONTENT_AT];
  const content = file.subarray(CONTENT_AT + 1, file.length - CRC_BYTES);
  if (packing === 0) return content;
  if (packing !== 1) return fail('wrong', name, `its content is packed in a way that is not known (${packing})`);
  try {
    return inflateRawSync(content, { dictionary, maxOutputLength: MAX_BYTES });
  } catch (error) {
    return fail('wrong', name, `its content cannot be unpacked: ${(error as Error).message}`);
  }
}

/** The format version of the bytes of a file. */
export const formatOf = (file: Uint8Array): number => file[MAGIC.length] ?? 0;

function readHeader(bytes: Uint8Array, version: number, name: string): Header {
  const json = Buffer.from(bytes).toString('utf8');
  let data: unknown;
  try {
    data = parseJson(json);
  } catch (error) {
    fail('wrong', name, `its header is ${(error as Error).message}`);
  }
  const header = checkHeader(data);
  if (typeof header === 'string') return fail('wrong', name, `its header is wrong: ${header}`);
  const needed = versionOf(header);
  if (version < WITH_OTHERS ? needed !== version : version === WITH_FAULTS ? needed !== version : needed > version)
    fail('wrong', name, `its header is of format ${needed}`);
  if (!Buffer.from(JSON.stringify(header)).equals(bytes)) fail('wrong', name, 'its header was not written by tasklock');
  return header;
}

const count = (bytes: number): string => (bytes === 1 ? '1 byte' : `${bytes} bytes`);

const advice: Readonly<Partial<Record<RecordingProblem, string>>> = {
  cut: 'is cut off',
  damaged: 'is damaged',
};

function fail(problem: RecordingProblem, name: string, what: string): never {
  const found = advice[problem];
  const text = found === undefined ? `${name} is no usable recording: ${what}` : `${name} ${found}: ${what}`;
  throw new RecordingError(problem, `${text}${found === undefined ? '' : '; copy it again from where it came'}`);
}
