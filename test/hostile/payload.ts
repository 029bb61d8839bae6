/** A hostile input: files in a folder of its own, a command, and what must come of it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Payload {
  readonly name: string;
  /** Files by name. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Makes what cannot be written as a file. */
  readonly prepare?: (folder: string) => void;
  readonly args: readonly string[];
  readonly code: number;
  /** What stdout or stderr says. */
  readonly says: RegExp;
}

/** Written in two parts, so that a message which quotes the payload is not taken for its work. */
export const MARK = `PW${'NED'}`;

/** Code that leaves a file behind and says so. */
export const CODE = "(await import('node:fs')).writeFileSync('PW' + 'NED', '1')";
const CONSTRUCTED = `process.stdout.write('PW' + 'NED'); process.getBuiltinModule('fs').writeFileSync('PW' + 'NED', '1')`;
/** The same as a text for a constructor of functions. */
export const CODE_TEXT = JSON.stringify(CONSTRUCTED);

export const BUS =
  "import { assert, load, memchr_inv, memcpy, memeq, memset, store, xadd } from 'tasklock/bus';\n" +
  "import * as bus from 'tasklock/bus';\n";
export const WORKER = 'function worker() { store(0x1000, 1); }\n';
export const CPUS = 'export const cpus = [worker, worker];\n';
/** Everything around the body of a function of a CPU. */
export const inWorker = (body: string): string => `${BUS}function worker(cpu) {\n${body}\n}\n${CPUS}`;
/** Everything around a list of CPUs. */
export const inCpus = (list: string): string =>
  `${BUS}${WORKER}const T = [1, 2], O = { a: 1 };\nexport const cpus = ${list};\n`;

/** Explores a module a few times. */
export function module(name: string, text: string, code: number, says: RegExp): Payload {
  const args = ['explore', 'm.ts', '--strategy', 'random', '--executions', '3', '--seed', '1', '--quiet'];
  return { name, files: { 'm.ts': text }, args, code, says };
}

/** True for a text with a character that a terminal obeys, or that a person does not see. */
export function isRaw(text: string): boolean {
  return [...text].some((one) => one !== '\n' && /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b-\u200f]/u.test(one));
}
export const STACK = /\n {4}at /;

const isRecording = (name: string): boolean => /^[a-z-]{1,20}-[0-9a-f]{8,64}\.rec$/.test(name);

/** Files that are in the folder and were not put there, but for recordings. */
export function strangers(folder: string, { files }: Payload): string[] {
  const kept = join(folder, '.tasklock');
  const odd = existsSync(kept) ? readdirSync(kept).filter((one) => one !== '.gitignore' && !isRecording(one)) : [];
  return [...readdirSync(folder).filter((one) => one !== '.tasklock' && !(one in files) && !isRecording(one)), ...odd];
}
