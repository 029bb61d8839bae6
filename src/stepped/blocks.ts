/** The block operations of the bus, on the RAM of a stepped machine: a step each, whatever their size. */
import { badAddress, MachineFault } from '../machine/fault.ts';
import { FIRST_WORD } from '../machine/limits.ts';
import { ADDRESS, KIND, OPERAND, OPERAND2 } from './frames.ts';
import { MEMCHR_INV, MEMCPY, MEMEQ, MEMSET } from '../machine/access.ts';

/** Performs the pending block operation of a region; its result. Throws MachineFault for a block outside RAM. */
export function performBlock(ram: Int32Array, frames: Int32Array, region: number): number {
  const at = (frames[region + ADDRESS] as number) >> 2;
  const operand = frames[region + OPERAND] as number;
  const words = (frames[region + OPERAND2] as number) >> 2;
  checkSize(frames[region + OPERAND2] as number);
  checkBlock(ram, frames[region + ADDRESS] as number, words);
  switch (frames[region + KIND]) {
    case MEMSET:
      ram.fill(operand, at, at + words);
      return 0;
    case MEMCPY:
      checkBlock(ram, operand, words);
      ram.copyWithin(at, operand >> 2, (operand >> 2) + words);
      return 0;
    case MEMCHR_INV:
      for (let i = at; i < at + words; i++) if (ram[i] !== operand) return i << 2;
      return 0;
    case MEMEQ:
      checkBlock(ram, operand, words);
      for (let i = 0; i < words; i++) if (ram[at + i] !== ram[(operand >> 2) + i]) return 0;
      return 1;
    default:
      return 0;
  }
}

function checkSize(bytes: number): void {
  if (bytes < 0 || (bytes & 3) !== 0) {
    throw new MachineFault('assert', 'size of a block is no multiple of 4', bytes);
  }
}

function checkBlock(ram: Int32Array, address: number, words: number): void {
  const at = address >> 2;
  if (at < FIRST_WORD || at + words > ram.length || (address & 3) !== 0) throw badAddress(address);
}
