/** The block operations of the bus, on the RAM of a stepped machine: a step each, whatever their size. */
import { badAddress } from '../machine/fault.ts';
import { FIRST_ADDRESS } from '../machine/limits.ts';
import { MEMCHR_INV, MEMCPY, MEMEQ, MEMSET } from './primitives.ts';

const FIRST_WORD = FIRST_ADDRESS >> 2;

/** Performs a block operation; its result. Throws MachineFault for a block outside RAM. */
export function performBlock(ram: Int32Array, kind: number, address: number, operand: number, bytes: number): number {
  const at = address >> 2;
  const words = bytes >> 2;
  checkBlock(ram, at, words);
  switch (kind) {
    case MEMSET:
      ram.fill(operand, at, at + words);
      return 0;
    case MEMCPY:
      checkBlock(ram, operand >> 2, words);
      ram.copyWithin(at, operand >> 2, (operand >> 2) + words);
      return 0;
    case MEMCHR_INV:
      for (let i = at; i < at + words; i++) if (ram[i] !== operand) return i << 2;
      return 0;
    case MEMEQ:
      checkBlock(ram, operand >> 2, words);
      for (let i = 0; i < words; i++) if (ram[at + i] !== ram[(operand >> 2) + i]) return 0;
      return 1;
    default:
      return 0;
  }
}

function checkBlock(ram: Int32Array, at: number, words: number): void {
  if (at < FIRST_WORD || at + words > ram.length) throw badAddress(at << 2);
}
