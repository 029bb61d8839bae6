/** Ways to break a recording. */
import { crc32 } from 'node:zlib';
import { RecordingError } from '../../dist/src/recording/recording-error.js';

/** The file with its length and checksum made right, as a hostile writer would. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  file.writeUInt32LE(file.length, 9);
  file.writeUInt32LE(crc32(file.subarray(13, -4), crc32(file.subarray(0, 9))), file.length - 4);
  return file;
}

/** A sealed file around any content, not deflated. */
export function packed(json: string, decisions: readonly number[], version = 1): Uint8Array {
  const header = Buffer.from(json);
  const length = [(header.length & 0x7f) | 0x80, header.length >> 7];
  const magic = [0x89, 0x54, 0x4c, 0x52, 0x0d, 0x0a, 0x1a, 0x0a, version, 0, 0, 0, 0, 0];
  return sealed(Buffer.concat([Buffer.from([...magic, ...length]), header, Buffer.from([...decisions, 0, 0, 0, 0])]));
}

/** What a RecordingError says; any other end is a failure of the test. */
export function problemOf(attempt: () => unknown): { problem: string; message: string } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof RecordingError) return { problem: error.problem, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}
