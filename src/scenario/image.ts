/** A program as the machine takes it: code and data to copy into RAM, and the names to report with. */
import type { ProfileName } from '../kernel/profiles.ts';
import type { Polydir } from './ast.ts';
import type { Property } from './property.ts';

export interface ImageTask {
  name: string;
  /** Number of its first instruction. */
  entry: number;
  uid?: number;
  /** Is it started by init? Else another task clones it. */
  started: boolean;
  /** Line of the text where it begins. */
  line: number;
}

export interface ProgramImage {
  /** INSTRUCTION_WORDS words an instruction; init's program begins at 0. */
  code: Int32Array;
  /** Goes to RODATA_BASE; whole pages. */
  rodata: Uint8Array;
  tasks: ImageTask[];
  /** Names of the registers of each task, by register number. */
  registers: string[][];
  /** Names of the shared words by index: the tasks (their pids), then what `shared` names, then the assembler's. */
  sharedNames: string[];
  cpus: number;
  profile: ProfileName;
  always: Property[];
  polydirs: Polydir[];
  file: string;
  source: string;
  /** What a system call is in the text, by instruction: `r = unshare(FS)`. */
  callText: Map<number, string>;
}
