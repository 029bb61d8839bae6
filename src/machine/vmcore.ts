/**
 * vmcore: a dump of a machine as one file. Magic, format version, length of a JSON header, the header (build id,
 * reason, symbols), then RAM, deflated, and a CRC of all that.
 */
import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { createFile, replaceFile } from '../base/whole-file.ts';

const MAGIC = 'TLVMCORE';
const VERSION = 1;
const PREFIX = MAGIC.length + 8;

export interface VmcoreHeader {
  readonly build: string;
  readonly profile: string;
  readonly reason: string;
  readonly ramBytes: number;
  /** Symbolic addresses: every field of the global structs. */
  readonly symbols: Readonly<Record<string, number>>;
}

/** A file that is no usable dump; the message says why. */
export class VmcoreError extends Error {}

/** Writes a dump in place of what the file held. Take it only while no CPU runs, or accept torn state. Throws FileError. */
export function writeVmcore(file: string, header: VmcoreHeader, memory: ArrayBufferLike): void {
  replaceFile(file, encodeVmcore(header, memory));
}

/** The same under the first name that is free: `NAME.vmcore`, `NAME-2.vmcore`, ... The path. Throws FileError. */
export function writeNewVmcore(name: string, header: VmcoreHeader, memory: ArrayBufferLike): string {
  const content = encodeVmcore(header, memory);
  for (let number = 1; ; number++) {
    const file = number === 1 ? `${name}.vmcore` : `${name}-${number}.vmcore`;
    if (createFile(file, content)) return file;
  }
}

function encodeVmcore(header: VmcoreHeader, memory: ArrayBufferLike): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC);
  prefix.writeUInt32LE(VERSION, MAGIC.length);
  prefix.writeUInt32LE(json.length, MAGIC.length + 4);
  const body = Buffer.concat([prefix, json, deflateRawSync(Buffer.from(new Uint8Array(memory)), { level: 1 })]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(body));
  return Buffer.concat([body, crc]);
}

/** Opens a dump. Throws VmcoreError for a file that is cut off, damaged, foreign, or of another format version. */
export function readVmcore(file: string): { header: VmcoreHeader; memory: ArrayBuffer } {
  const data = readFileSync(file);
  if (data.length < PREFIX + 4 || data.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new VmcoreError(`${file} is no vmcore of tasklock`);
  }
  const version = data.readUInt32LE(MAGIC.length);
  if (version !== VERSION) throw new VmcoreError(`${file} has vmcore format ${version}, this build reads ${VERSION}`);
  const body = data.subarray(0, data.length - 4);
  if (crc32(body) !== data.readUInt32LE(data.length - 4)) throw new VmcoreError(`${file} is damaged or cut off`);
  const end = PREFIX + data.readUInt32LE(MAGIC.length + 4);
  const header = JSON.parse(data.toString('utf8', PREFIX, end)) as VmcoreHeader;
  const ram = inflateRawSync(body.subarray(end));
  const memory = new ArrayBuffer(ram.length);
  new Uint8Array(memory).set(ram);
  return { header, memory };
}
